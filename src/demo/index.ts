import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { record, type Recording } from './recorder.ts'
import type { DemoSession } from './story.ts'
import { clock, timeScene } from './timing.ts'
import { buildSession } from './tidewatch/build-session.ts'
import { TIDEWATCH } from './tidewatch/files.ts'
import { planSession } from './tidewatch/plan-session.ts'
import { WorkingTree } from './working-tree.ts'

const CWD = '/home/robin/tidewatch'

/** The story's last line was written this long ago. */
const ENDED_AGO_MS = 4 * 60_000

/**
 * Writes the demo's home folder: two Claude Code sessions of a small project, yesterday's plan and today's work, as
 * transcript files where that agent keeps them. Only the times depend on `nowMs`; ids and text are always the same.
 *
 * @param home an empty or new folder; files that are there already are written over
 * @param nowMs Unix milliseconds; the story ends four minutes before
 */
export async function writeDemo(home: string, nowMs: number): Promise<void> {
  const midnightMs = Math.floor(nowMs / 1000) * 1000 - ENDED_AGO_MS - clock(buildSession.scenes.at(-1)!.to)
  const project = join(home, '.claude', 'projects', CWD.replace(/[^A-Za-z0-9]/g, '-'))
  const tree = new WorkingTree(TIDEWATCH)
  for (const session of [planSession, buildSession]) {
    await writeRecording(join(project, session.id), play(session, midnightMs, tree))
  }
}

function play(session: DemoSession, midnightMs: number, tree: WorkingTree): Recording {
  const place = { sessionId: session.id, cwd: CWD, midnightMs, tree }
  return record(place, session.scenes.flatMap(timeScene), session.spend, session.title)
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
