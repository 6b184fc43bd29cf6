import type { Served } from './cli/io.ts'
import { type Machine, places } from './config/places.ts'
import { notedServer } from './http/server-note.ts'
import { linkTo, makeCode } from './http/sign-in.ts'

const ANSWERS_WITHIN_MS = 2_000

/** This machine's server, if it answers. It is sent nothing that would be of use to another who sits on its port. */
export async function findServer(
  machine: Machine,
  now: () => number,
): Promise<Pick<Served, 'url' | 'link'> | undefined> {
  const { dataDir } = places(machine)
  const note = notedServer(dataDir)
  if (!note) return undefined
  try {
    const answer = await fetch(`${note.url}/health`, {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      redirect: 'error',
    })
    if (!answer.ok || ((await answer.json()) as { ok?: unknown }).ok !== true) return undefined
  } catch {
    return undefined
  }
  return { url: note.url, link: (to) => linkTo(note.url, makeCode(dataDir, now()), to) }
}
