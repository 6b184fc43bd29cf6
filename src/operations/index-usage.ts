import { type CatalogueEntry, any } from './index-entry.ts'

/** Tokens and cost, summed and explained. */
export const USAGE: readonly CatalogueEntry[] = [
  {
    name: 'usage.total',
    path: ['usage', 'total'],
    summary: 'Sum tokens and cost.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageTotal),
  },
  {
    name: 'usage.daily',
    path: ['usage', 'daily'],
    summary: 'Sum tokens and cost by day.',
    effect: 'read',
    load: async () => any((await import('./usage-periods.ts')).usageDaily),
  },
  {
    name: 'usage.weekly',
    path: ['usage', 'weekly'],
    summary: 'Sum tokens and cost by week, Monday to Sunday.',
    effect: 'read',
    load: async () => any((await import('./usage-periods.ts')).usageWeekly),
  },
  {
    name: 'usage.monthly',
    path: ['usage', 'monthly'],
    summary: 'Sum tokens and cost by calendar month.',
    effect: 'read',
    load: async () => any((await import('./usage-periods.ts')).usageMonthly),
  },
  {
    name: 'usage.session',
    path: ['usage', 'session'],
    summary: 'Sum tokens and cost by session, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageBySession),
  },
  {
    name: 'usage.model',
    path: ['usage', 'model'],
    summary: 'Sum tokens and cost by model, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageByModel),
  },
  {
    name: 'usage.agent',
    path: ['usage', 'agent'],
    summary: 'Sum tokens and cost by agent, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageByAgent),
  },
  {
    name: 'usage.project',
    path: ['usage', 'project'],
    summary: 'Sum tokens and cost by project, dearest first.',
    effect: 'read',
    load: async () => any((await import('./usage.ts')).usageByProject),
  },
  {
    name: 'usage.blocks',
    path: ['usage', 'blocks'],
    summary: 'Sum tokens and cost by five-hour window, with pace and recorded limits.',
    effect: 'read',
    load: async () => any((await import('./usage-blocks.ts')).usageBlocks),
  },
  {
    name: 'usage.explain',
    path: ['usage', 'explain'],
    summary: 'Show the rows behind a total: file, line, and what was not counted and why.',
    effect: 'read',
    load: async () => any((await import('./usage-explain.ts')).explainUsage),
  },
  {
    name: 'usage.report',
    path: [],
    summary: 'Sum tokens and cost by day, week, month, session, model, agent or project.',
    effect: 'read',
    load: async () => any((await import('./usage-report.ts')).usageReport),
  },
]
