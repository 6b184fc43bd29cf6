// Adds messages to a session as a program of its own, and prints the number of each once it is kept: node library-writer.ts HOME SESSION NAME COUNT
import { writeSync } from 'node:fs'
import { open } from '../src/index.ts'

const [home = '', session = '', name = '', count = '0'] = process.argv.slice(2)
const book = await open({ home, cwd: home })
for (let n = 0; n < Number(count); n++) {
  await book.session.message({ session, content: `${name}-${n}`, role: 'assistant' })
  writeSync(1, `${n}\n`)
}
await book.close()
