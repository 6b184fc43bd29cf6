import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { OPERATIONS } from '../src/operations/index.ts'
import { isAppError } from '../src/domain/errors.ts'
import { type InputField, inputFields, parseInput } from '../src/operations/input.ts'
import type { Operation } from '../src/operations/operation.ts'
import { type WorkWorld, workWorld } from './work-world.ts'

/**
 * Every operation of the catalogue, with each of its fields given what it cannot take: a clear error with the value and a way
 * out that works, and nothing stored.
 */

const ENDED = 'SESSION-001'
const SET_UP = [
  'start Over',
  'attach T-1',
  'end over',
  'start Tides',
  'ticket create Cache --kind task --no-parent',
  'task activate T-2',
  'session note 2 seen',
  'session handoff --next-steps on',
  'filter save mine --since 7d',
]

const MEGABYTE = 'x'.repeat(1 << 20)
const NOWHERE = '../../../etc/passwd'
const UNKNOWN = 'nope-404'

/** Words that name something there is; what nobody made yet is refused. */
const NAMING = ['session', 'sessionId', 'sessions', 'handoff', 'import', 'project', 'into', 'agent', 'entry', 'holder']

/** What a command needs beside the field in question. */
const GIVEN: Record<string, string> = {
  session: 'SESSION-002',
  sessions: 'SESSION-002',
  handoff: 'SESSION-002',
  project: 'tidewatch',
  into: 'tidewatch',

  sprint: 'SPRINT-1',
  task: 'T-2',
  ticket: 'T-2',
  text: 'said of it',
  query: 'tide',
  title: 'Tides',
  name: 'mine',

  tags: 'tide',
  to: '/code/x',
  root: '/code/x',
  path: 'a.ts',
  content: 'said',
  invocation: 'inv-1',
  tool: 'Bash',
  value: '1',
  note: '1',
  url: 'http://127.0.0.1:9/told',
  import: 'imp-1',
  entry: 'e1',
  transcript: '1',
}

/** What has to be given beside it though no field alone is required. */
const BESIDE: Record<string, Record<string, string>> = {
  'session.attach': { ticket: 'T-2' },
  'task.log': { text: 'said of it' },
  'ticket.link': { other: 'T-1' },
  'ticket.unlink': { other: 'T-1' },
  'session.prune': { olderThan: '90d' },
}

let world: WorkWorld
let reader: DatabaseSync

async function begin(): Promise<void> {
  world = await workWorld({ file: true })
  for (const line of SET_UP) await world.run(line)
  reader = new DatabaseSync(join(world.home, 'store.db'), { readOnly: true })
}
async function end(): Promise<void> {
  reader.close()
  await world.close()
}

/** Changes whenever somebody else writes to the store. */
const version = (): unknown => Object.values(reader.prepare('PRAGMA data_version').get() ?? {})[0]

function bad({ kind, name }: InputField): string[] {
  if (kind === 'number') return ['-5', '9'.repeat(30)]
  if (kind === 'choice') return ['purple']
  if (kind !== 'text') return []
  // A tracker that nobody named before is made.
  if (name === 'tracker') return [MEGABYTE]
  return NAMING.includes(name) ? [UNKNOWN, NOWHERE, MEGABYTE] : [NOWHERE, MEGABYTE]
}

/** The value, and what has to stand beside it. */
function given({ name, input }: Operation, field: InputField, value: string): (readonly [string, string])[] {
  const beside = BESIDE[name] ?? {}
  return inputFields(input).flatMap((other) => {
    if (other.name === field.name) return [[field.name, value] as const]
    if (beside[other.name] !== undefined) return [[other.name, beside[other.name] ?? ''] as const]
    return other.required ? [[other.name, other.choices[0] ?? GIVEN[other.name] ?? ''] as const] : []
  })
}

function typed(operation: Operation, field: InputField, value: string): string[] {
  const { cli, name, effect } = operation
  const places = (cli?.args ?? []).map((arg) => arg.replace('...', ''))
  const values = given(operation, field, value)
  const flags = values.flatMap(([of, word]) =>
    places.includes(of) ? [] : [`--${of.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=${word}`],
  )
  const words = places.flatMap((place) => values.find(([of]) => of === place)?.[1] ?? [])
  const yes = effect === 'destroy' ? ['--yes'] : []
  return [...(cli?.path ?? name.split('.')), ...flags, ...yes, '--json', '--', ...words]
}

/** As typed; what has no command, as other faces call it. */
async function answered(
  operation: Operation,
  field: InputField,
  value: string,
): Promise<{ code: number; stdout: string }> {
  if (operation.cli) return world.run(typed(operation, field, value))
  const caller = {
    channel: 'cli',
    connection: 'tty:one:1',
    clientName: null,
    session: null,
    agentSession: null,
  } as const
  const where = { toolUse: null, processIds: [], cwd: world.folder, interactive: true }
  try {
    const numbers = inputFields(operation.input).filter(({ kind, name }) => kind === 'number' && name !== field.name)
    const values = given(operation, field, value).map(([name, word]) => {
      return [name, numbers.some((other) => other.name === name) ? Number(word) : word] as const
    })
    const input = parseInput(operation, Object.fromEntries(values))
    await operation.handle({ ...world.context, caller: { ...caller, ...where } }, input)
    return { code: 0, stdout: '{}' }
  } catch (thrown) {
    const { code, message } = isAppError(thrown) ? thrown : { code: 'internal', message: String(thrown) }
    return { code: 1, stdout: JSON.stringify({ error: { code, message, try: '' } }) }
  }
}

/** What is wrong with how a command took a value; the way out where it was refused as it should be. */
async function refused(
  operation: Operation,
  field: InputField,
  value: string,
): Promise<{ wrong?: string; hint?: string }> {
  const before = version()
  const { code, stdout } = await answered(operation, field, value)
  if (code === 0) {
    if (field.kind !== 'text') return { wrong: 'was taken' }
    if (value === MEGABYTE) return version() === before ? {} : { wrong: 'was kept' }
    return NAMING.includes(field.name) ? { wrong: 'was taken for something there is' } : {}
  }
  if (version() !== before) return { wrong: 'was refused, and something was stored' }
  const { error } = JSON.parse(stdout) as { error?: { code: string; message: string; try: string } }
  if (error === undefined) return code === 5 ? {} : { wrong: `left with ${code}` }
  if (error.code === 'internal') return { wrong: 'broke something' }
  const isNamed = error.message.includes(value.slice(0, 20)) || /has \d+ characters/.test(error.message)
  if (!isNamed && (field.kind !== 'text' || NAMING.includes(field.name)))
    return { wrong: `is not in: ${error.message}` }
  if (operation.cli === undefined) return {}
  return stdout.length > 2000 ? { wrong: `made an error of ${stdout.length} characters` } : { hint: error.try }
}

async function works(hint: string): Promise<boolean> {
  const words = [...hint.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three ?? '')
  // A check that says what is missing has worked.
  return words[0] === 'daybook' && [0, 5].includes((await world.run(words.slice(1), { types: 'y\n' })).code)
}

const COMMANDS = OPERATIONS.filter(({ path }) => path.length > 0)

describe('what an operation cannot take', () => {
  beforeEach(begin)
  afterEach(end)

  it.each(OPERATIONS)(
    'is refused by $name: value, nothing stored, a way out that works as printed',
    async ({ load }) => {
      const operation = await load()
      const found: string[] = []
      const hints = new Set<string>()
      for (const field of inputFields(operation.input)) {
        for (const value of bad(field)) {
          const { wrong, hint } = await refused(operation, field, value)
          if (wrong !== undefined) found.push(`${field.name} ${value.slice(0, 20)} ${wrong}`)
          if (hint !== undefined) hints.add(hint)
        }
      }
      for (const hint of hints) if (!(await works(hint))) found.push(`does not work: ${hint}`)
      expect(found).toEqual([])
    },
  )
})

describe('a refused call', () => {
  beforeAll(begin)
  afterAll(end)

  it.each(COMMANDS.filter(({ effect }) => effect === 'write'))('makes no session for $name', async ({ load }) => {
    const operation = await load()
    const sessions = async () => (await world.store.sessions.list({}, { limit: 1 })).total
    // A script in no project: nothing says which session it means.
    const elsewhere = { terminal: null, cwd: world.home }
    for (const field of inputFields(operation.input)) {
      for (const value of bad(field)) {
        const before = await sessions()
        const { stdout } = await world.run(typed(operation, field, value), elsewhere)
        if ('error' in (JSON.parse(stdout) as object))
          expect([field.name, value.slice(0, 20), await sessions()]).toEqual([field.name, value.slice(0, 20), before])
      }
    }
  })

  it('adds nothing to a session that has ended', async () => {
    const taken: string[] = []
    for (const { load, effect } of COMMANDS) {
      const operation = await load()
      const field = inputFields(operation.input).find(({ name }) => name === 'session')
      if (field === undefined || effect !== 'write') continue
      const before = version()
      const { code, stdout } = await world.run(typed(operation, field, ENDED))
      const isNamed = code === 0 || stdout.includes(ENDED)
      if (!isNamed || (code !== 0 && version() !== before)) taken.push(`${operation.name}: ${stdout}`)
      if (code === 0) taken.push(operation.name)
    }
    // What is said of a session afterwards, and of tickets, adds nothing to it; nor does what branches off.
    expect(taken).toEqual([
      'session.info',
      'ticket.update',
      'ticket.transition',
      'ticket.link',
      'ticket.unlink',
      'session.tag',
      'session.untag',
      'session.rename',
      'session.note',
      'session.fork',
      'session.checklist',
      'session.data.delete',
    ])
  })
})
