import type { Template } from '../domain/template.ts'

/** What sessions may begin with, by name. */
export interface TemplateStore {
  /** By name. */
  list(): Promise<Template[]>
  /** @throws AppError `conflict` where the name is taken */
  create(template: Template): Promise<void>
  remove(name: string): Promise<void>
}
