import { type CatalogueEntry, any } from './index-entry.ts'

/** What sessions may begin with. */
export const TEMPLATES: readonly CatalogueEntry[] = [
  {
    name: 'template.create',
    path: ['template', 'create'],
    summary: 'Keep what sessions may begin with: purpose, tags, tickets, a checklist.',
    effect: 'write',
    load: async () => any((await import('./templates.ts')).createTemplate),
  },
  {
    name: 'template.list',
    path: ['template', 'list'],
    summary: 'List templates by name.',
    effect: 'read',
    load: async () => any((await import('./templates.ts')).listTemplates),
  },
  {
    name: 'template.show',
    path: ['template', 'show'],
    summary: 'Show what a session that begins with a template begins with.',
    effect: 'read',
    load: async () => any((await import('./templates.ts')).showTemplate),
  },
  {
    name: 'template.delete',
    path: ['template', 'delete'],
    summary: 'Delete a template; sessions that began with it stay as they are.',
    effect: 'write',
    load: async () => any((await import('./templates.ts')).deleteTemplate),
  },
]
