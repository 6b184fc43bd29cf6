import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isAppError } from '../src/domain/errors.ts'
import { openBooks, openFollower } from './differential/books.ts'
import type { Book } from './differential/books.ts'
import { emptyModel } from './differential/model.ts'
import { SESSION_KINDS } from './differential/session-kinds.ts'
import { STACK_KINDS } from './differential/stack-kinds.ts'
import type { Kind, Step } from './differential/step.ts'
import { TELLING_KINDS } from './differential/telling-kinds.ts'
import { TICKET_MAKING_KINDS } from './differential/ticket-kinds.ts'
import { sorted, wholeOf, wholeOfModel } from './differential/whole.ts'
import { random } from './random.ts'
import type { Random } from './random.ts'

const KINDS: Record<string, Kind> = { ...SESSION_KINDS, ...TELLING_KINDS, ...TICKET_MAKING_KINDS, ...STACK_KINDS }
const START = Date.parse('2026-11-01T08:00:00Z')
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 20261127)
const OPERATIONS = Number(process.env['DIFFERENTIAL_OPERATIONS'] ?? 2000)
const REOPENED_EVERY = 500
/** At first; later, when there is much to compare, as often as the index is lost. */
const FOLLOWED_EVERY = 50
/** Nothing here asks what a disk keeps when the power goes. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

let folder: string
let books: Book[] = []
const model = emptyModel(START)
beforeEach(async () => {
  folder = mkdtempSync(join(MEMORY, 'daybook-differential-'))
  books = await openBooks(folder, () => model.nowMs)
})
afterEach(async () => {
  for (const book of books) await book.close()
  rmSync(folder, { recursive: true })
})

it(
  `${OPERATIONS} operations: memory, SQLite and files answer as plain arrays would, the files' index lost every ${REOPENED_EVERY}, a clone given what changed`,
  { timeout: 3_600_000 },
  async () => {
    const numbers = random(SEED)
    const follower = openFollower(folder, () => model.nowMs)
    let readAlone = 0
    const wheel = Object.entries(KINDS)
    for (let number = 1; number <= OPERATIONS; number++) {
      const step = nextStep(wheel, numbers)
      model.nowMs += step.afterMs
      const kind = KINDS[step.operation]!
      const expected = expectedOf(kind, step)
      for (const book of books) {
        const { reply, refused } = await book.ask(step)
        const answered = refused === undefined ? { said: plain(kind.said(reply)) } : { refused }
        expect(answered, toldOf(number, book, step)).toEqual(expected)
      }
      const isFollowed = number % (number < REOPENED_EVERY ? FOLLOWED_EVERY : REOPENED_EVERY) === 0
      if (!isFollowed && number !== OPERATIONS) continue
      const whole = sorted(plain(wholeOfModel(model)) as ReturnType<typeof wholeOfModel>)
      const { store, said } = await follower.follow()
      if (said?.includes('made anew') === false) readAlone++
      const followed = sorted(plain(await wholeOf(store)) as typeof whole)
      expect(followed, `the clone at operation ${number} (${said}): DIFFERENTIAL_SEED=${SEED}`).toEqual(whole)
      await store.close()
      if (number % REOPENED_EVERY !== 0 && number !== OPERATIONS) continue
      for (const book of books) {
        await book.reopen()
        const found = sorted(plain(await wholeOf(book.store)) as typeof whole)
        expect(found, toldOf(number, book, { operation: 'reopened' })).toEqual(whole)
      }
    }
    expect(readAlone).toBeGreaterThan(0)
  },
)

/** Nothing is closer than 21 s: every call is written down as heard. */
function nextStep(wheel: [string, Kind][], numbers: Random): Step {
  const sum = wheel.reduce((all, [, { weight }]) => all + weight, 0)
  for (;;) {
    let at = numbers.next() * sum
    const [operation, kind] = wheel.find(([, { weight }]) => (at -= weight) < 0) ?? wheel[0]!
    const input = kind.make(model, numbers)
    if (input === undefined) continue
    const afterMs = numbers.chance(0.002) ? numbers.int(1, 60) * 3_600_000 : numbers.int(21_000, 150_000)
    return { operation, input, afterMs }
  }
}

function expectedOf(kind: Kind, { input }: Step): { said?: unknown; refused?: string } {
  try {
    return { said: plain(kind.expect(model, structuredClone(input))) }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { refused: error.code }
  }
}

/** As JSON has it: what is absent is absent. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

/** What makes this difference again. */
function toldOf(number: number, { name }: Book, step: object): string {
  return `${name} at operation ${number}, ${JSON.stringify(step)}: DIFFERENTIAL_SEED=${SEED} DIFFERENTIAL_OPERATIONS=${number}`
}
