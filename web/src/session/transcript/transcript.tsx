import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { ask } from '../../api/ask.ts'
import { formatCount } from '../../../../src/domain/format.ts'
import type { Place } from '../../../../src/domain/outline.ts'
import { useReading } from '../reading.ts'
import { noteSeen } from '../seen.ts'
import { Find } from '../find.tsx'
import { OutlineList } from '../outline-list.tsx'
import { useKeys } from '../../shell/keys.ts'
import { type Anchor, firstBelow, stickyBottom, useAnchor } from './anchor.ts'
import { BLOCK_RECORDS, Blocks } from './blocks.tsx'
import { FoldsContext } from './folds.ts'
import { WorkedOn } from './row.tsx'
import { SHOWN, type Shown } from './rows.ts'
import { useFresh } from './fresh.ts'
import { Dialog } from '../../shell/dialog.tsx'
import { Nothing } from '../../parts/notice.tsx'
import { useSince } from '../looked.ts'

const SHOWN_WORDS: Record<Shown, string> = {
  all: 'all',
  prompts: 'prompts and replies',
  edits: 'edits',
  failures: 'failures',
}

/** The transcript with its outline: reads what is near, keeps still what is read, follows what comes. */
export function Transcript() {
  const { session, outline, beganOn, target, jump, showFull } = useReading()
  const { show: word, find } = useSearch({ from: '/sessions/$session' })
  const navigate = useNavigate({ from: '/sessions/$session' })
  const folds = useContext(FoldsContext)
  const root = useRef<HTMLDivElement>(null)
  const anchor = useRef<Anchor>(undefined)
  const [side, setSide] = useState(true)
  const [sheet, setSheet] = useState(false)
  const show: Shown = SHOWN.find((one) => one === word) ?? 'all'
  const mains = useMemo(() => session.transcripts.filter(({ kind }) => kind === 'main'), [session.transcripts])
  const records = mains.reduce((sum, { recordCount }) => sum + recordCount, 0)
  const since = useSince(session.id, mains)

  const look = useCallback(() => {
    if (!root.current) return
    const line = stickyBottom()
    const first = firstBelow(root.current, line)
    const last = lastAbove(root.current, window.innerHeight) ?? first
    const [from, to] = [first?.closest<HTMLElement>('[data-at]'), last?.closest<HTMLElement>('[data-at]')]
    if (!from?.dataset['at']) return
    const [start, end] = [from.dataset['at'], to?.dataset['at'] ?? from.dataset['at']].toSorted()
    noteSeen({ from: start!, to: end!, entryId: from.dataset['entry'] ?? '' })
  }, [])
  useAnchor(root, anchor, look)
  const fresh = useFresh(records, anchor)

  const arrive = useCallback(
    async (place: { transcriptId: number; record: number }, find: () => HTMLElement | null) => {
      const from = Math.floor(place.record / BLOCK_RECORDS) * BLOCK_RECORDS
      const block = document.querySelector(`[data-block="${place.transcriptId}-${from}"]`)
      if (!find()) block?.scrollIntoView()
      const element = await waitFor(find)
      if (!element) return undefined
      // Of what is taller than half the window the beginning is shown.
      element.scrollIntoView({ block: element.offsetHeight > window.innerHeight / 2 ? 'start' : 'center' })
      anchor.current?.hold(element)
      return element
    },
    [],
  )
  const reach = useCallback(
    async (entryId: string): Promise<void> => {
      const place = await ask('session.entry', { session: session.id, entry: entryId }).catch(() => undefined)
      if (!place) return
      const isThere = (): HTMLElement | null =>
        document.getElementById(`e-${entryId}`) ?? document.getElementById(`e-${place.item.id}`)
      const element = await arrive(place, isThere)
      if (!element) return
      element.classList.add('arrived')
      setTimeout(() => element.classList.remove('arrived'), 2000)
      const focus = element.querySelector<HTMLElement>('[data-row]') ?? element.querySelector('button')
      focus?.focus({ preventScroll: true })
    },
    [session.id, arrive],
  )
  const goToNew = (): void => void (since && arrive(since, () => document.getElementById('since')))
  useEffect(() => {
    if (target) void reach(target)
    else if (session.status === 'active') goToNew()
    const again = (event: Event): void => void reach(String((event as CustomEvent).detail))
    window.addEventListener('daybook:jump', again)
    return () => window.removeEventListener('daybook:jump', again)
    // Going on from here is told by the event: the target counts once, when the page comes up.
  }, [reach])
  useEffect(() => {
    const frame = requestAnimationFrame(look)
    return () => cancelAnimationFrame(frame)
  })

  /** From what was jumped to while it is in sight, else from the top of the window. */
  const step = (places: readonly Place[] = [], by: 1 | -1): void => {
    const line = stickyBottom() + 4
    const at = root.current && firstBelow(root.current, line)?.closest<HTMLElement>('[data-at]')?.dataset['at']
    const top = document.getElementById(`e-${target}`)?.getBoundingClientRect().top ?? -1
    const marked = top >= 0 && top < window.innerHeight ? places.findIndex(({ entryId }) => entryId === target) : -1
    const below = at ? places.findIndex((place) => place.at >= at) : 0
    const after = marked >= 0 ? marked + 1 : below === -1 ? places.length : below
    const before = marked >= 0 ? marked - 1 : after - 1
    const next = places[Math.max(0, Math.min(places.length - 1, by === 1 ? after : before))]
    if (next) jump(next.entryId)
  }
  const prompts = outline?.turns.map(({ prompt }) => prompt).filter((prompt) => prompt !== null)
  const showInFocus = (): void => {
    const row = document.activeElement?.closest<HTMLElement>('[data-entry]')
    const entryId = row?.dataset['entry']
    const title = row?.querySelector<HTMLElement>('.call-line, .prompt-text')?.innerText.replaceAll(/\s+/g, ' ')
    if (entryId !== undefined) showFull(title?.slice(0, 80) ?? 'What was said', entryId.replace(/^r-/, ''))
  }
  const setFind = (text: string | undefined): void =>
    void navigate({ search: (words) => ({ ...words, find: text }), hash: true, replace: true, resetScroll: false })
  useKeys('Transcript', [
    { keys: 'J', says: 'next prompt', run: () => step(prompts, 1) },
    { keys: 'K', says: 'prompt before', run: () => step(prompts, -1) },
    ...(find === undefined
      ? [
          { keys: 'n', says: 'next failure', run: () => step(outline?.failures, 1) },
          { keys: 'N', says: 'failure before', run: () => step(outline?.failures, -1) },
        ]
      : []),
    { keys: 'd', says: 'next edit', run: () => step(outline?.edits, 1) },
    { keys: 'D', says: 'edit before', run: () => step(outline?.edits, -1) },
    { keys: 'O', says: 'fold or unfold all', run: () => folds.toggleAll() },
    { keys: 't', says: 'thinking, open or closed', run: () => folds.toggleKind('thinking') },
    { keys: 'f', says: 'all of what is in focus, on the whole screen', run: showInFocus },
    { keys: '[', says: 'outline', run: () => (isNarrow() ? setSheet(!sheet) : setSide(!side)) },
    { keys: 'g g', says: 'top', run: () => window.scrollTo(0, 0) },
    { keys: 'G', says: 'end, and follow', run: () => anchor.current?.follow() },
    { keys: 'Ctrl f', says: 'find in this session', run: () => setFind(find ?? '') },
  ])

  return (
    <>
      <div className="tools session-tools">
        <label>
          Show
          <select
            value={show}
            onChange={({ target: { value } }) =>
              void navigate({
                search: (words) => ({ ...words, show: value === 'all' ? undefined : value }),
                replace: true,
              })
            }
          >
            {SHOWN.map((one) => (
              <option key={one} value={one}>
                {SHOWN_WORDS[one]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="button outline-button" onClick={() => setSheet(true)}>
          Outline
        </button>
        <button type="button" className="button" onClick={() => setFind(find === undefined ? '' : undefined)}>
          Find
        </button>
        <button type="button" className="button" onClick={() => folds.toggleAll()}>
          Fold all
        </button>
        {outline && outline.failures.length > 0 && (
          <button type="button" className="button" onClick={() => step(outline.failures, 1)}>
            Failures {formatCount(outline.failures.length)}
          </button>
        )}
        {since && (
          <button type="button" className="button" onClick={goToNew}>
            New {since.count}
          </button>
        )}
        {beganOn && (
          <span className="began-on muted">
            <WorkedOn of={beganOn} />
          </span>
        )}
      </div>
      {find !== undefined && <Find text={find} change={setFind} />}
      <div className={side ? 'session-body with-side' : 'session-body'}>
        {side && <OutlineList />}
        <div className="transcript" ref={root}>
          <Blocks transcripts={mains} show={show} since={since} />
          {records === 0 && (
            <Nothing says="Nothing is recorded of what was said.">
              <Link from="/sessions/$session" to="." search={{ panel: 'log' }}>
                What was logged of it
              </Link>
            </Nothing>
          )}
        </div>
      </div>
      {sheet && (
        <Dialog title="Outline" close={() => setSheet(false)}>
          <OutlineList went={() => setSheet(false)} />
        </Dialog>
      )}
      {fresh > 0 && (
        <button type="button" className="button primary fresh" onClick={() => anchor.current?.follow()}>
          {fresh} new below <kbd>G</kbd>
        </button>
      )}
    </>
  )
}

/** Where the outline has no room beside the transcript. */
function isNarrow(): boolean {
  return matchMedia('(max-width: 1000px)').matches
}

/** The last entry that begins above a line of the window. */
function lastAbove(root: HTMLElement, line: number): HTMLElement | undefined {
  let last: HTMLElement | undefined
  for (const block of root.querySelectorAll<HTMLElement>(':scope > [data-block]')) {
    const { top, bottom } = block.getBoundingClientRect()
    if (top > line) break
    if (bottom < 0) continue
    for (const row of block.querySelectorAll<HTMLElement>('[data-at]')) {
      if (row.getBoundingClientRect().top < line) last = row
    }
  }
  return last
}

const MOST_FRAMES = 600

async function waitFor(find: () => HTMLElement | null): Promise<HTMLElement | undefined> {
  for (let frame = 0; frame < MOST_FRAMES; frame++) {
    const found = find()
    if (found) return found
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
  return undefined
}
