import type { Project, ProjectEvidence } from '../domain/project.ts'

export interface ProjectStore {
  /** Finds or makes the project a directory belongs to, and notes the root. */
  ensure(evidence: ProjectEvidence): Promise<Project>
  list(): Promise<Project[]>
  /** By id, name, identity or root; several matches are all returned. */
  resolve(word: string): Promise<Project[]>
  /** The project that has the first of these folders as a root that any has. */
  at(folders: readonly string[]): Promise<Project | undefined>
  setIgnored(id: string, at: string | null): Promise<Project>
  /** Makes one project of two: what names the other names `into` from now on, what is found of it later too. */
  merge(into: string, other: string): Promise<void>
  /** What is at this root belongs to the project from now on; what was recorded there already, too. */
  move(id: string, root: string): Promise<void>
  /** Makes a project of its own of one root, with the sessions that were there. @returns its id */
  split(id: string, root: string, name: string): Promise<string>
}
