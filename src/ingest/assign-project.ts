import type { IngestBatch } from '../stores/ingest-batch.ts'
import { ignoresPath, ignoresProject } from './ignore.ts'
import type { ScanSetup } from './scan.ts'

/** Puts the project's id into the batch. False when the project is ignored: then nothing of it is kept. */
export async function assignProject(
  setup: ScanSetup,
  batch: IngestBatch,
  projects: Map<string, string | null>,
): Promise<boolean> {
  const { cwd } = batch.facts
  if (cwd === null) return true
  if (ignoresPath(setup.ignore, cwd)) return false
  if (!projects.has(cwd)) {
    const evidence = await setup.projectOf(cwd)
    const project = evidence && (await setup.store.projects.ensure(evidence))
    const ignored = project && (project.ignoredAt !== null || ignoresProject(setup.ignore, project))
    projects.set(cwd, ignored ? '' : (project?.id ?? null))
  }
  const id = projects.get(cwd) ?? null
  if (id === '') return false
  batch.facts.projectId = id
  return true
}
