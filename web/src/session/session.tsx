import { Link, useNavigate, useParams, useRouterState, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { askAhead, useRead } from '../api/queries.ts'
import { Failure, Waiting, copyText } from '../parts/notice.tsx'
import { nameOf } from '../parts/names.tsx'
import { useKeys } from '../shell/keys.ts'
import { FullScreen } from './full-screen.tsx'
import { SessionBar } from './session-bar.tsx'
import { Panel } from './panels/panel.tsx'
import { type Reading, ReadingContext } from './reading.ts'
import { openingOf } from './transcript/blocks.tsx'
import { Transcript } from './transcript/transcript.tsx'
import { FoldsContext, foldsOf } from './transcript/folds.ts'

/** What was asked, done, failed and spent. */
export function Session() {
  const { session: word } = useParams({ from: '/sessions/$session' })
  const { panel } = useSearch({ from: '/sessions/$session' })
  const hash = useRouterState({ select: (state) => state.location.hash })
  const navigate = useNavigate({ from: '/sessions/$session' })
  // What it was opened by is asked by, although the address settles on another word for it.
  const [opened, setOpened] = useState(word)
  const shown = useRead('session.show', { session: opened })
  // It tells of all the session: what is shown of it first does not wait behind that.
  const [seen, setSeen] = useState<string>()
  const isSeen = shown.data !== undefined && seen === shown.data.id
  const mains = shown.data?.transcripts.filter(({ kind }) => kind === 'main') ?? []
  const isBare = panel !== undefined || mains.every(({ recordCount }) => recordCount === 0)
  const mayAsk = shown.data !== undefined && (isBare || isSeen)
  const outline = useRead('session.outline', { session: opened }, { enabled: mayAsk })
  const left = useRead(
    'handoff.list',
    { session: shown.data?.id ?? '', limit: 50 },
    { enabled: outline.data !== undefined },
  )
  const handoffs = left.data?.items
  const [full, setFull] = useState<{ title: string; entryId: string }>()
  const session = shown.data
  const name = session ? nameOf(session) : word
  const isSame = word === opened || word === name
  useEffect(() => {
    if (!isSame) setOpened(word)
  }, [isSame, word])
  const target = /^e-(.+)$/.exec(hash)?.[1]
  const atBeginning = panel === undefined && target === undefined
  useEffect(() => {
    if (atBeginning) askAhead('session.transcript', openingOf(opened))
  }, [atBeginning, opened])

  useEffect(() => {
    document.title = session ? `${name} ${session.title ?? ''} – Daybook` : 'Daybook'
    // Whatever it was opened by, the address settles on its name.
    if (session && word === opened && name !== word) {
      void navigate({ params: { session: name }, search: true, hash: true, replace: true, resetScroll: false })
    }
  }, [session, name, word, opened, navigate])

  const reading = useMemo((): Reading | undefined => {
    if (!session) return undefined
    const turns = outline.data?.turns ?? []
    const first = turns[0]?.prompt === null ? 0 : 1
    const contexts = outline.data?.contexts ?? []
    const beganAt = turns.find(({ prompt }) => prompt !== null)?.prompt?.at ?? session.startedAt
    const isSwitch = ({ fromAt }: (typeof contexts)[number]): boolean => fromAt !== null && fromAt > beganAt
    const numbers = new Map(turns.map(({ prompt }, i) => [prompt?.entryId, i + first]))
    return {
      session,
      name,
      opened,
      outline: outline.data,
      beganOn: contexts.findLast((one) => one.fromAt !== null && !isSwitch(one)),
      switches: contexts.filter(isSwitch),
      handoffs: handoffs ?? [],
      turnOf: (entryId) => numbers.get(entryId),
      dearestMicrodollars: Math.max(0, ...turns.map(({ costMicrodollars }) => costMicrodollars ?? 0)),
      jump: (entryId) => {
        void navigate({ search: (words) => ({ ...words, panel: undefined }), hash: `e-${entryId}`, resetScroll: false })
        window.dispatchEvent(new CustomEvent('daybook:jump', { detail: entryId }))
      },
      target,
      showFull: (title, entryId) => setFull({ title, entryId }),
      isSeen,
      seen: () => setSeen(session.id),
    }
  }, [session, name, opened, outline.data, handoffs, target, isSeen, navigate])

  const resume = session?.resumeCommand?.join(' ')
  useKeys('Session', resume ? [{ keys: 'y', says: 'copy resume command', run: () => void copyText(resume) }] : [])

  if (shown.error && !session) {
    return (
      <Failure error={shown.error} again={() => void shown.refetch()}>
        <Link to="/sessions">All sessions</Link>
      </Failure>
    )
  }
  if (!session || !reading) return <Waiting what={`session ${word}`} rows={14} />
  return (
    <ReadingContext value={reading}>
      <FoldsContext value={foldsOf(session.id)}>
        <SessionBar panel={panel} />
        {outline.error && <Failure error={outline.error} again={() => void outline.refetch()} />}
        {panel === undefined ? <Transcript key={session.id} /> : <Panel panel={panel} />}
        {full && <FullScreen {...full} close={() => setFull(undefined)} />}
      </FoldsContext>
    </ReadingContext>
  )
}
