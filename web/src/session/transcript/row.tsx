import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { formatDuration, formatTokens } from '../../../../src/domain/format.ts'
import { useAbout } from '../../parts/about.ts'
import { Clock, Money, Time } from '../../parts/figures.tsx'
import { Mark } from '../../parts/marks.tsx'
import { Ref } from '../../parts/names.tsx'
import { type ContextChange, type Handoff, useReading } from '../reading.ts'
import { Call, Run } from './call.tsx'
import { type FoldKind, useFold } from './folds.ts'
import { Markdown } from './markdown.tsx'
import { Output } from './output.tsx'
import { Pictures } from './pictures.tsx'
import type { Item, Row } from './rows.ts'

/** One row of a transcript. */
export const TranscriptRow = memo(function TranscriptRow({ row }: { row: Row }) {
  const { target } = useReading()
  if (row.type === 'turn') return <TurnHead id={row.id.slice(2)} at={row.at} />
  if (row.type === 'idle') {
    return (
      <p className="line idle">
        <Mark name="gap" /> idle {formatDuration(row.gapMs)}
      </p>
    )
  }
  if (row.type === 'switch') {
    return (
      <p className="line switch">
        <Mark name="switch" /> <WorkedOn of={row.change} />
      </p>
    )
  }
  if (row.type === 'handoff') return <HandoffLine of={row.handoff} />
  if (row.type === 'new') {
    return (
      <p className="line since" id="since">
        <Mark name="unfolded" /> new since you looked, <Time at={row.lookedAt} clock alone />
      </p>
    )
  }
  const isTarget = target === row.id
  return (
    <div id={`e-${row.id}`} data-entry={row.id} data-at={atOf(row)} className={isTarget ? 'entry target' : 'entry'}>
      <Body row={row} />
    </div>
  )
})

function atOf(row: Row): string | undefined {
  return 'item' in row ? row.item.at : 'items' in row ? row.items[0]?.at : undefined
}

function Body({ row }: { row: Row }) {
  switch (row.type) {
    case 'prompt':
      return <Prompt item={row.item} />
    case 'run':
      return <Run id={row.id} items={row.items} />
    case 'call':
      return <Call item={row.item} />
    case 'text':
      return <Markdown text={textOf(row.item)} />
    case 'thinking':
      return <Thinking item={row.item} />
    case 'aside':
      return <Aside item={row.item} />
    case 'compaction':
      return <Compaction item={row.item} />
    case 'plan':
      return <Plan item={row.item} />
    case 'result':
      return <Alone item={row.item} />
    default:
      return null
  }
}

function textOf({ content }: Item): string {
  return content && 'text' in content ? content.text : ''
}

function Prompt({ item }: { item: Item }) {
  const { turnOf } = useReading()
  const number = turnOf(item.id)
  const images = item.content?.type === 'message' ? (item.content.images ?? 0) : 0
  return (
    <div className="prompt" data-row={item.id} tabIndex={-1}>
      <div className="prompt-head">
        <span className="strong">{number}</span>
        <span className="strong">You</span>
        <Clock at={item.at} />
      </div>
      <div className="prompt-text">{textOf(item)}</div>
      {images > 0 && <Pictures entryId={item.id} count={images} />}
    </div>
  )
}

/** Once for each turn: who answers, with which model, and what the turn cost. */
function TurnHead({ id, at }: { id: string; at: string }) {
  const { session, outline, turnOf, dearestMicrodollars } = useReading()
  const { nameOf } = useAbout()
  const number = turnOf(id)
  const turn = outline?.turns.find(({ prompt }) => prompt?.entryId === id)
  const before = number === undefined ? undefined : outline?.turns[outline.turns.indexOf(turn as never) - 1]
  const models = turn?.models.filter((model) => !(before?.models.length === 1 && before.models[0] === model)) ?? []
  const cost = turn?.costMicrodollars ?? 0
  return (
    <div className="turn-head">
      <span className="strong">{nameOf(session.agent)}</span>
      <span className="faint cut">{models.join(', ')}</span>
      <Clock at={at} />
      {/* Its room is kept: what is read does not move when the outline comes. */}
      {!outline && <span className="ribbon">&nbsp;</span>}
      {turn && (turn.costMicrodollars !== null || turn.unpricedTokens > 0) && (
        <span className="ribbon">
          <Money of={turn} />
          <svg className="ribbon-bar" viewBox="0 0 64 8" aria-hidden="true">
            <rect width={dearestMicrodollars > 0 ? Math.max(1, (64 * cost) / dearestMicrodollars) : 0} height="8" />
          </svg>
          {turn.subagentMicrodollars > 0 && (
            <span className="faint">
              incl. <Money of={{ costMicrodollars: turn.subagentMicrodollars, unpricedTokens: 0 }} />
            </span>
          )}
        </span>
      )}
    </div>
  )
}

function Thinking({ item }: { item: Item }) {
  const isHidden = textOf(item) === '' || (item.content?.type === 'thinking' && item.content.encrypted === true)
  return isHidden ? (
    <p className="call-head faint">thinking not recorded</p>
  ) : (
    <Folded item={item} says="Thought" kind="thinking" />
  )
}

/** Text that nobody typed: folded, never shown as speech. */
function Aside({ item }: { item: Item }) {
  const what = item.flags.includes('injected')
    ? 'Injected by Daybook'
    : item.flags.includes('summary')
      ? 'Summary the compaction left'
      : item.flags.includes('sidechain')
        ? 'Subagent'
        : 'Not typed'
  return <Folded item={item} says={`${what}:`} />
}

/** One line until somebody wants all of it. */
function Folded({ item, says, kind }: { item: Item; says: string; kind?: FoldKind }) {
  const { target } = useReading()
  const [open, toggle] = useFold(item.id, false, kind)
  const isOpen = open || target === item.id
  const text = textOf(item)
  return (
    <div>
      <button type="button" className="plain call-head" aria-expanded={isOpen} onClick={toggle}>
        <Mark name={isOpen ? 'unfolded' : 'folded'} />
        <span className="call-line muted">
          <span>{says}</span> <span className="cut faint">{isOpen ? '' : text.slice(0, 200)}</span>
        </span>
      </button>
      {isOpen && <div className="call-body prompt-text muted">{text}</div>}
    </div>
  )
}

function Compaction({ item }: { item: Item }) {
  const { target } = useReading()
  const [open, toggle] = useFold(item.id, false)
  const isOpen = open || target === item.id
  const { tokensBefore, tokensAfter, text = '' } = item.content?.type === 'compaction' ? item.content : {}
  const sizes = [tokensBefore, tokensAfter].filter((size) => size !== undefined).map(formatTokens)
  return (
    <div className="line compaction">
      <Mark name="compacted" /> Compacted <Clock at={item.at} />
      {sizes.length > 0 && <span> · {sizes.join(' -> ')} in context</span>}
      {text !== '' && (
        <button type="button" className="plain accented" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? 'close summary' : 'read summary'}
        </button>
      )}
      {isOpen && <div className="prompt-text muted">{text}</div>}
    </div>
  )
}

/** What it was for from then on. */
export function WorkedOn({ of: { stack, optedOut, fromAt } }: { of: ContextChange }) {
  const current = stack.at(-1)
  return (
    <span>
      {current ? (
        <>
          on <Ref of={current.ref} />
        </>
      ) : (
        `on no ticket${optedOut ? ', on purpose,' : ''}`
      )}{' '}
      from <Clock at={fromAt ?? ''} alone />
    </span>
  )
}

/** What was left for whoever goes on, and who took it. */
function HandoffLine({ of }: { of: Handoff }) {
  return (
    <p className="line handed">
      <Mark name="handoff" /> handoff offered <Clock at={of.offeredAt} alone />
      {of.state === 'superseded' && ' · another one took its place'}
      {of.state === 'expired' && ' · nobody took it in time'}
      {of.acceptedAt !== null && (
        <span>
          · accepted <Time at={of.acceptedAt} clock alone />
          {of.acceptedBySessionId !== null && (
            <>
              {' in '}
              <Link to="/sessions/$session" params={{ session: of.acceptedBySessionId }}>
                the session that goes on
              </Link>
            </>
          )}
        </span>
      )}
    </p>
  )
}

const STEPS = { pending: 'open', in_progress: 'in_progress', completed: 'done', cancelled: 'cancelled' } as const

function Plan({ item }: { item: Item }) {
  const steps = item.content?.type === 'plan' ? item.content.items : []
  return (
    <ul className="plan" aria-label="Plan">
      {steps.map(({ text, status }, i) => (
        <li key={i}>
          <Mark name={STEPS[status]} label={status.replace('_', ' ')} /> {text}
        </li>
      ))}
    </ul>
  )
}

const ALONE_LINES = 12

/** A result whose call is not recorded. */
function Alone({ item }: { item: Item }) {
  const lines = textOf(item).split('\n')
  const shown = lines.slice(0, ALONE_LINES)
  const pictures = item.content?.type === 'tool_result' ? (item.content.images ?? 0) : 0
  const cut = { head: shown.join('\n'), tail: '', lines: lines.length, leftOut: lines.length - shown.length }
  return (
    <div className="call-body">
      <p className="muted">Output of a call that is not recorded</p>
      <Output of={{ ...cut, entryId: item.id, pictures }} entryId={item.id} title="a call that is not recorded" />
    </div>
  )
}
