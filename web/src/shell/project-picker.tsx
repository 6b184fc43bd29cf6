import { useNavigate, useSearch } from '@tanstack/react-router'
import { useAbout } from '../parts/about.ts'
import { Choice } from '../parts/choice.tsx'

/** The project that every page is narrowed to, as the address has it; an empty object for all of them. */
export function useProject(): { project?: string } {
  const { project } = useSearch({ from: '__root__' })
  return project ? { project } : {}
}

/** Narrows every page; links take it along. Not there where only one project is recorded. */
export function ProjectPicker() {
  const { projects } = useAbout()
  const { project } = useProject()
  const navigate = useNavigate()
  if (projects.length < 2 && project === undefined) return null
  // By name, where one is enough to tell it.
  const wordOf = (id: string, name: string): string =>
    projects.filter((one) => one.name === name).length === 1 ? name : id
  const set = (word: string): void =>
    void navigate({ to: '.', search: (words) => ({ ...words, project: word }), replace: true })
  return (
    <span className="picker">
      <Choice label="Project" value={project} none="all projects" set={set}>
        {projects.map(({ id, name, label }) => [wordOf(id, name), label])}
      </Choice>
    </span>
  )
}
