import { plural } from '../../../../src/domain/format.ts'
import { Duration, Money } from '../../parts/figures.tsx'
import { Mark } from '../../parts/marks.tsx'
import { useReading } from '../reading.ts'
import { callTitle, inputText } from './call-title.ts'
import { changesOf } from './changes.ts'
import { Counts, Diff, FileLine } from './diff.tsx'
import { useFold } from './folds.ts'
import { Output } from './output.tsx'
import { type Item, hasFailed } from './rows.ts'
import { Subagent } from './subagent.tsx'

const OPEN_LINES = 12

/** A call: closed it says what was done and how it went; one click shows input and output. */
export function Call({ item }: { item: Item }) {
  const { outline, target } = useReading()
  const { invocation = null, result = null } = item.call ?? {}
  const failed = hasFailed(item)
  const isEdit = invocation === null || invocation.kind === 'edit'
  const changes = isEdit && item.content?.type === 'tool_call' ? changesOf(item.content.input) : []
  const size = changes.reduce((sum, { added, removed }) => sum + added + removed, 0)
  const isSmallEdit = changes.length > 0 && size <= OPEN_LINES
  const callId = item.content?.type === 'tool_call' ? item.content.callId : undefined
  const subagent = outline?.subagents.find((one) => one.callId !== null && one.callId === callId)
  const [open, toggle] = useFold(item.id, failed || (isSmallEdit && !subagent))
  const isOpen = open || target === item.id || (result !== null && target === result.entryId)
  const { verb, thing, mono } = callTitle(item)
  const [first] = changes
  const exit = invocation?.exitCode ?? null
  return (
    <div className={failed ? 'failed' : undefined}>
      <button type="button" className="plain call-head" aria-expanded={isOpen} onClick={toggle}>
        <Mark name={isOpen ? 'unfolded' : 'folded'} />
        {failed && <Mark name="failed" label="failed" tone="bad" />}
        {changes.length === 1 && first ? (
          <>
            <span>{verb}</span> <FileLine of={first} />
          </>
        ) : (
          <span className="call-line">
            <span className={verb === '$' ? 'mono faint' : undefined}>{verb}</span>{' '}
            <span className={mono ? 'mono cut' : 'cut'}>{thing}</span>
            {changes.length > 1 && <span className="muted">{plural(changes.length, 'file')}</span>}
          </span>
        )}
        {subagent && <span className="muted">{plural(subagent.calls, 'call')}</span>}
        {subagent && subagent.costMicrodollars !== null && (
          <Money of={{ costMicrodollars: subagent.costMicrodollars, unpricedTokens: 0 }} />
        )}
        <span className="call-facts">
          {result !== null && result.pictures > 0 && (
            <span className="muted">{plural(result.pictures, 'picture')}</span>
          )}
          {exit !== null && exit !== 0 && <span className="bad">exit {exit}</span>}
          {result === null && invocation?.outcome !== 'ok' && <span className="warn">no result recorded</span>}
          {invocation !== null && invocation.durationMs !== null && (
            <span className="faint">
              <Duration ms={invocation.durationMs} />
            </span>
          )}
        </span>
      </button>
      {isOpen && (
        <div className="call-body">
          {changes.map((change, i) => (
            <div key={i}>
              {changes.length > 1 && (
                <p>
                  <span className="mono">{change.path}</span> <Counts added={change.added} removed={change.removed} />
                </p>
              )}
              <Diff of={change} />
            </div>
          ))}
          {changes.length === 0 && <Input text={inputText(item, thing)} title={thing} />}
          {subagent && <Subagent of={subagent} />}
          {result !== null && (changes.length === 0 || failed) && (
            <Output of={result} entryId={item.id} title={thing || verb} />
          )}
        </div>
      )}
    </div>
  )
}

function Input({ text, title }: { text: string; title: string }) {
  if (text === '') return null
  return (
    <pre className="input" tabIndex={0} role="region" aria-label={`Input of ${title}`}>
      {text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text}
    </pre>
  )
}

/** Reads and searches after one another: one counted line. */
export function Run({ id, items }: { id: string; items: readonly Item[] }) {
  const { target } = useReading()
  const [open, toggle] = useFold(`run-${id}`, false)
  const isOpen = open || items.some((item) => item.id === target || item.call?.result?.entryId === target)
  const reads = items.filter(({ call }) => call?.invocation?.kind === 'read').length
  const searches = items.length - reads
  const says = [reads > 0 && `Read ${plural(reads, 'file')}`, searches > 0 && `searched ${plural(searches, 'time')}`]
  const durations = items.map(({ call }) => call?.invocation?.durationMs ?? null)
  const known = durations.filter((ms) => ms !== null)
  return (
    <div>
      <button type="button" className="plain call-head" aria-expanded={isOpen} onClick={toggle}>
        <Mark name={isOpen ? 'unfolded' : 'folded'} />
        <span className="call-line muted">{capital(says.filter(Boolean).join(', '))}</span>
        <span className="call-facts faint">
          {known.length > 0 && <Duration ms={known.reduce((sum, ms) => sum + ms, 0)} />}
        </span>
      </button>
      {isOpen && (
        <div className="call-body">
          {items.map((item) => (
            <div key={item.id} id={`e-${item.id}`} data-entry={item.id} className={target === item.id ? 'target' : ''}>
              <Call item={item} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
