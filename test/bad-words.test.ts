import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAND_WRITTEN } from '../src/cli/commands.ts'
import { type WorkWorld, workWorld } from './work-world.ts'

/**
 * Every command that is written by hand, with what it cannot take: an error with a way out that works as printed. Those made from
 * the catalogue: `bad-input.test.ts`.
 */

/** What is wrong in its own way. Nothing was made before but one session and the token `laptop`. */
const WRONG: readonly string[] = [
  'token create Ci/1',
  'token create laptop',
  'token create other --expires soon',
  'token revoke nope',
  'export nope-404',
  'export 1 --format purple',
  'export --project nope-404',
  'restore nope-404',
  'restore 1',
  'continue nope-404',
  'open nope-404',
  'hook nope stop',
  'hook claude-code nope',
  'setup purple',
  'trust nope/nope',
  'completion purple',
  'config nope',
  'config timezone',
  'reindex nope-404',
  'serve --tls-cert a.pem',
  'serve --port 70000',
  'mcp --toolsets purple',
  'mcp record',
  'scan purple',
  'watch purple',
  'demo purple',
  'usage statusline purple',
  'background purple',
  'nope',
  'token nope',
  '--url',
  '--token-file x status',
]
/** They go on until somebody ends them: that they can be typed is all that is looked at. */
const GOES_ON = ['watch', 'serve', 'mcp', 'setup', 'doctor', 'demo', 'scan', 'open']

let world: WorkWorld

const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three ?? '')

async function works(hint: string): Promise<boolean> {
  const [program, ...typed] = words(hint)
  if (program !== 'daybook') return false
  const shown = GOES_ON.includes(typed[0] ?? '') && !typed.includes('--help') ? [...typed, '--help'] : typed
  return [0, 5].includes((await world.run(shown, { types: 'y\n' })).code)
}

async function wrongIn(typed: readonly string[]): Promise<string | undefined> {
  const { code, stdout, stderr } = await world.run([...typed, '--json'])
  const line = typed.join(' ')
  if (code === 0) return `${line} was taken`
  const said = stdout.trim() === '' ? stderr : stdout
  if (!said.trimStart().startsWith('{')) return `${line} says no object: ${said.slice(0, 100)}`
  const { error } = JSON.parse(said) as { error?: { code: string; message: string; try: string } }
  if (error === undefined) return `${line} names no error: ${said.slice(0, 100)}`
  if (error.code === 'internal') return `${line} broke: ${error.message}`
  return (await works(error.try)) ? undefined : `${line} does not work: ${error.try}`
}

describe('what a command written by hand cannot take', () => {
  beforeAll(async () => {
    world = await workWorld({ file: true })
    await world.run('start Tides')
    await world.run('token create laptop')
  })
  afterAll(() => world.close())

  it('is refused with a way out that works as printed: flags, numbers, choices, and what is missing or too much', async () => {
    const found: (string | undefined)[] = []
    for (const { path, load } of HAND_WRITTEN) {
      const command = await load()
      const needed = command.fields.filter(({ required }) => required).map(({ name }) => name)
      found.push(await wrongIn([...path, '--purple']))
      if (needed.length > 0) found.push(await wrongIn(path))
      if (command.args.every((name) => !command.fields.find((one) => one.name === name)?.list))
        found.push(await wrongIn([...path, ...command.args.map(() => '1'), 'more']))
      for (const { kind, name } of command.fields) {
        const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
        const given = command.args.filter((arg) => needed.includes(arg) && arg !== name).map(() => '1')
        if (command.args.includes(name)) continue
        for (const value of kind === 'number' ? ['-5', 'purple'] : kind === 'choice' ? ['purple'] : [])
          found.push(await wrongIn([...path, `${flag}=${value}`, ...given]))
        if (kind !== 'boolean') found.push(await wrongIn([...path, ...given, flag]))
      }
    }
    expect(found.filter((one) => one !== undefined)).toEqual([])
  })

  it.each(WRONG)('is refused with a way out that works as printed: %s', async (line) => {
    expect(await wrongIn(words(line))).toBeUndefined()
  })
})
