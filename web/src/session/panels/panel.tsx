import { Failure } from '../../parts/notice.tsx'
import { CommitsPanel } from './commits.tsx'
import { FilesPanel } from './files.tsx'
import { HandoffPanel } from './handoff.tsx'
import { LogPanel } from './log.tsx'
import { ToTranscript } from './to-transcript.tsx'
import { UsagePanel } from './usage.tsx'

export const PANELS = [
  { id: undefined, label: 'Transcript' },
  { id: 'files', label: 'Files' },
  { id: 'commits', label: 'Commits' },
  { id: 'usage', label: 'Usage' },
  { id: 'log', label: 'Log' },
  { id: 'handoff', label: 'Handoff' },
] as const

export function Panel({ panel }: { panel: string }) {
  return (
    <div className="panel">
      <Part panel={panel} />
    </div>
  )
}

function Part({ panel }: { panel: string }) {
  if (panel === 'files') return <FilesPanel />
  if (panel === 'commits') return <CommitsPanel />
  if (panel === 'usage') return <UsagePanel />
  if (panel === 'log') return <LogPanel />
  if (panel === 'handoff') return <HandoffPanel />
  return (
    <Failure error={new Error(`there is no part "${panel}" of a session`)}>
      <ToTranscript />
    </Failure>
  )
}
