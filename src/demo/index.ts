import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { recordCodex, type Place } from './codex-recorder.ts'
import { recordGemini } from './gemini-recorder.ts'
import { record, type Recording } from './recorder.ts'
import type { DemoSession } from './story.ts'
import { clock, timeScene } from './timing.ts'
import { buildSession } from './tidewatch/build-session.ts'
import { TIDEWATCH } from './tidewatch/files.ts'
import { finishSession } from './tidewatch/finish-session.ts'
import { limitSession, tryoutSession } from './tidewatch/gemini-sessions.ts'
import { harbourSession } from './tidewatch/harbour-session.ts'
import { planSession } from './tidewatch/plan-session.ts'
import { WorkingTree } from './working-tree.ts'

const CWD = '/home/robin/tidewatch'

/** The story's last line was written this long ago. */
const ENDED_AGO_MS = 4 * 60_000

/** The sessions in the order of their keys: SESSION-001 and so on. */
export const STORY: readonly DemoSession[] = [
  planSession,
  harbourSession,
  buildSession,
  finishSession,
  limitSession,
  tryoutSession,
]

/** Unix milliseconds of the story's midnight, told at `nowMs`: it ends four minutes before. */
export function storyMidnight(nowMs: number): number {
  const lastMs = Math.max(...STORY.map((session) => clock(session.scenes.at(-1)!.to)))
  return Math.floor(nowMs / 1000) * 1000 - ENDED_AGO_MS - lastMs
}

/**
 * Writes the demo's home folder: six sessions of three agents in a small project, yesterday's plan and today's work, as
 * transcript files where each agent keeps them. Only the times depend on `nowMs`; ids and text are always the same.
 *
 * @param home an empty or new folder; files that are there already are written over
 * @param nowMs Unix milliseconds; the story ends four minutes before
 */
export async function writeDemo(home: string, nowMs: number): Promise<void> {
  const midnightMs = storyMidnight(nowMs)
  const project = join(home, '.claude', 'projects', CWD.replace(/[^A-Za-z0-9]/g, '-'))
  const tree = new WorkingTree(TIDEWATCH)
  const place = (session: DemoSession, branch = 'main'): Place => ({
    sessionId: session.id,
    cwd: CWD,
    branch,
    midnightMs,
    tree,
  })
  await writeRecording(join(project, planSession.id), play(planSession, place(planSession)))
  // What Codex changes on its branch is put away again.
  const aside = { ...place(harbourSession, 't-5-harbour-zone'), tree: new WorkingTree(TIDEWATCH) }
  await writeCodex(home, harbourSession, aside)
  await writeGemini(home, tryoutSession, place(tryoutSession))
  await writeRecording(join(project, buildSession.id), play(buildSession, place(buildSession)))
  await writeCodex(home, finishSession, place(finishSession))
  await writeGemini(home, limitSession, place(limitSession))
}

function play(session: DemoSession, place: Place): Recording {
  return record(place, session.scenes.flatMap(timeScene), session.spend, session.title)
}

async function writeCodex(home: string, session: DemoSession, place: Place): Promise<void> {
  const times = session.scenes.flatMap(timeScene)
  const started = new Date(place.midnightMs + times[0]!.atMs).toISOString().slice(0, 19)
  const folder = join(home, '.codex', 'sessions', ...started.slice(0, 10).split('-'))
  const name = `rollout-${started.replaceAll(':', '-')}-${session.id}.jsonl`
  await put(
    join(folder, name),
    recordCodex(place, times, session.spend, session.title),
    place.midnightMs + times.at(-1)!.atMs,
  )
}

async function writeGemini(home: string, session: DemoSession, place: Place): Promise<void> {
  const times = session.scenes.flatMap(timeScene)
  const started = new Date(place.midnightMs + times[0]!.atMs).toISOString().slice(0, 16)
  const project = join(home, '.gemini', 'tmp', 'tidewatch')
  const lastAtMs = place.midnightMs + times.at(-1)!.atMs
  await put(join(project, '.project_root'), [CWD], lastAtMs)
  const name = `session-${started.replace(':', '-')}-${session.id.slice(0, 8)}-${session.id.slice(-4)}.jsonl`
  await put(join(project, 'chats', name), recordGemini(place, times, session.spend, session.title), lastAtMs)
}

async function writeRecording(stem: string, recording: Recording): Promise<void> {
  await put(`${stem}.jsonl`, recording.lines, recording.lastAtMs)
  for (const { id, description, toolUseId, lines, lastAtMs } of recording.subagents) {
    const agent = join(stem, 'subagents', `agent-${id}`)
    await put(`${agent}.jsonl`, lines, lastAtMs)
    const meta = { agentType: 'general-purpose', description, toolUseId, spawnDepth: 1 }
    await put(`${agent}.meta.json`, [JSON.stringify(meta)], lastAtMs)
  }
}

async function put(path: string, lines: readonly string[], modifiedAtMs: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  await utimes(path, modifiedAtMs / 1000, modifiedAtMs / 1000)
}
