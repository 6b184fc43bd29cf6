import type { Served } from './cli/io.ts'
import { type Machine, places } from './config/places.ts'
import { notedServer } from './http/server-note.ts'
import { linkTo, makeCode } from './http/sign-in.ts'

const ANSWERS_WITHIN_MS = 2_000
const LARGEST_ANSWER = 100

/** This machine's server, if it answers. It is sent nothing that would be of use to another who sits on its port. */
export async function findServer(
  machine: Machine,
  now: () => number,
): Promise<Pick<Served, 'url' | 'link'> | undefined> {
  const { dataDir } = places(machine)
  const note = notedServer(dataDir)
  if (!note) return undefined
  if (!(await isThere(note.nearUrl))) return undefined
  return { url: note.url, link: (to) => linkTo(note.url, makeCode(dataDir, now()), to) }
}

/** Its certificate is not looked at: it is asked for nothing and told nothing, and may be one that this machine does not know. */
async function isThere(url: string): Promise<boolean> {
  const { get } = await (url.startsWith('https:') ? import('node:https') : import('node:http'))
  return new Promise((resolve) => {
    const options = { timeout: ANSWERS_WITHIN_MS, rejectUnauthorized: false, agent: false }
    const asked = get(`${url}/health`, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
        if (text.length > LARGEST_ANSWER) asked.destroy()
      })
      answer.on('close', () => resolve(answer.statusCode === 200 && text === '{"ok":true}'))
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
  })
}
