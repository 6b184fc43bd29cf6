import { useReading } from './reading.ts'
import { useSeen } from './seen.ts'

/** The prompt that what is in sight answers, in one line, once it is out of sight itself. */
export function CurrentPrompt() {
  const { outline, jump, turnOf } = useReading()
  const seen = useSeen()
  const turn = outline?.turns.findLast(({ prompt }) => prompt !== null && seen !== undefined && prompt.at <= seen.from)
  if (!turn?.prompt || turn.prompt.entryId === seen?.entryId) return null
  const { entryId } = turn.prompt
  return (
    <button type="button" className="plain current-prompt" onClick={() => jump(entryId)}>
      <span className="current-prompt-inside">
        <span className="strong">{turnOf(entryId)}</span>
        <span className="unseen">the prompt at hand: </span>
        <span className="cut">{turn.text}</span>
      </span>
    </button>
  )
}
