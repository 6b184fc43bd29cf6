import { useEffect, useRef, useState } from 'react'

/** How far a session went when somebody looked at it last: records, by transcript. */
interface Looked {
  at: string
  records: Record<string, number>
}

const KEPT = 'daybook.looked'
const MOST_SESSIONS = 200

/** Where what is new begins, for one who was here before. */
export interface Since {
  at: string
  transcriptId: number
  record: number
  /** Records from there on. */
  count: number
}

/**
 * What came since somebody looked, in this browser: since the page was left, or since it was out of sight. Undefined on a first
 * visit, and where nothing came.
 */
export function useSince(
  sessionId: string,
  transcripts: readonly { id: number; recordCount: number }[],
): Since | undefined {
  const [before, setBefore] = useState(() => readLooked()[sessionId])
  const now = useRef(transcripts)
  now.current = transcripts
  useEffect(() => {
    const note = (): void => {
      const records = Object.fromEntries(now.current.map(({ id, recordCount }) => [id, recordCount]))
      writeLooked(sessionId, { at: new Date().toISOString(), records })
    }
    const onSight = (): void => {
      if (document.visibilityState === 'hidden') note()
      else setBefore(readLooked()[sessionId])
    }
    document.addEventListener('visibilitychange', onSight)
    window.addEventListener('pagehide', note)
    return () => {
      note()
      document.removeEventListener('visibilitychange', onSight)
      window.removeEventListener('pagehide', note)
    }
  }, [sessionId])
  if (before === undefined || !transcripts.some(({ id }) => before.records[id] !== undefined)) return undefined
  const fresh = transcripts.map(({ id, recordCount }) => ({ id, from: before.records[id] ?? 0, recordCount }))
  const first = fresh.find(({ from, recordCount }) => from < recordCount)
  if (first === undefined) return undefined
  const count = fresh.reduce((sum, { from, recordCount }) => sum + Math.max(0, recordCount - from), 0)
  return { at: before.at, transcriptId: first.id, record: first.from, count }
}

/** Whether any session was looked at in this browser. */
export function hasLooked(): boolean {
  return Object.keys(readLooked()).length > 0
}

function readLooked(): Record<string, Looked> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Record<string, Looked>
  } catch {
    return {}
  }
}

function writeLooked(sessionId: string, looked: Looked): void {
  const { [sessionId]: _, ...others } = readLooked()
  const kept = Object.entries(others).slice(1 - MOST_SESSIONS)
  localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries([...kept, [sessionId, looked]])))
}
