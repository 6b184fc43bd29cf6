import { DatabaseSync } from 'node:sqlite'
import { OpencodeWriter } from '../../src/sources/opencode/fixtures/write.ts'

/**
 * OpenCode at work in a process of its own: `node database-writer.ts FOLDER WORK`. It waits for nobody: a lock that another
 * holds is an error at once. It prints `ready`, does its work until a line comes in, and prints how many answers it wrote.
 */
const [folder = '', work = ''] = process.argv.slice(2)
const SESSION = 'ses_written'
const AT_MS = Date.parse('2026-11-20T09:00:00Z')

const writer = new OpencodeWriter(folder)
writer.database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_autocheckpoint = 5')
const title = 'Written while it is read'
writer.session({ id: SESSION, title, version: '1.18.33', directory: '/code/mill', createdAtMs: AT_MS, messages: [] })
let answers = 0
answer()

let stopped = false
process.stdin.on('data', () => (stopped = true))

const WORKS: Record<string, () => Promise<void>> = {
  /** One answer after the other, each in a transaction, with checkpoints in between. */
  async grows() {
    process.stdout.write('ready\n')
    while (!stopped) {
      writer.database.exec('BEGIN IMMEDIATE')
      answer()
      writer.database.exec('COMMIT')
      if (answers % 20 === 0) writer.database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      await rest()
    }
  },
  /** Everything locked, as a vacuum or a database without a write-ahead log does. */
  async locks() {
    writer.database.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    answer()
    process.stdout.write('ready\n')
    while (!stopped) await rest()
    writer.database.exec('COMMIT')
  },
  /** The table of parts is gone, under another name, while it is copied. */
  async migrates() {
    writer.database.exec('ALTER TABLE part RENAME TO part_before')
    process.stdout.write('ready\n')
    while (!stopped) await rest()
    writer.database.exec('BEGIN; ALTER TABLE part_before RENAME TO part')
    answer()
    writer.database.exec('COMMIT')
  },
}

await WORKS[work]!()
writer.close()
// The database is whole, whoever read it meanwhile.
const again = new DatabaseSync(writer.path, { readOnly: true })
const sound = again.prepare('PRAGMA integrity_check').get()!['integrity_check']
again.close()
process.stdout.write(`${JSON.stringify({ answers, sound })}\n`)
process.exit(0)

/** A prompt and its answer: 100 tokens in, 20 out. */
function answer(): void {
  const at = AT_MS + answers * 1000
  const [asked, told] = [`msg_${pad(answers)}a`, `msg_${pad(answers)}b`]
  const model = { providerID: 'anthropic', modelID: 'claude-sonnet-4-5' }
  const tokens = { total: 120, input: 100, output: 20, reasoning: 0, cache: { read: 0, write: 0 } }
  writer.message(SESSION, asked, { role: 'user', time: { created: at }, agent: 'build', model })
  writer.part(SESSION, asked, `prt_${pad(answers)}a`, { type: 'text', text: `Grind sack ${answers}` }, at)
  const time = { created: at + 100, completed: at + 200 }
  const part = { type: 'text', text: `Sack ${answers} is ground`, time: { start: at + 110, end: at + 190 } }
  writer.part(SESSION, told, `prt_${pad(answers)}b`, part, at + 190)
  const data = { role: 'assistant', parentID: asked, mode: 'build', agent: 'build', cost: 0, tokens, ...model, time }
  writer.message(SESSION, told, { ...data, path: { cwd: '/code/mill', root: '/code/mill' }, finish: 'stop' }, at + 200)
  answers++
}

function pad(number: number): string {
  return String(number).padStart(6, '0')
}

/** Long enough to hear that it should stop. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2))
}
