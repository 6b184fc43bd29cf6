// What was kept is there after the program ended: one call opens the record, the next one finds it again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'daybook'

const home = mkdtempSync(join(tmpdir(), 'daybook-persistence-'))

async function fetchTables(): Promise<void> {
  await using book = await open({ home, cwd: home })
  await book.session.create({ id: 'nightly-1', purpose: 'Fetch the tide tables', tags: ['tides'] })
  await book.session.message({ session: 'nightly-1', role: 'user', content: 'Fetch the tables of Faro' })
  await book.session.message({ session: 'nightly-1', role: 'assistant', content: 'Faro has 412 rows' })
  await book.session.data.set({ session: 'nightly-1', name: 'page', value: { number: 4 } })
}

async function goOn(): Promise<void> {
  await using book = await open({ home, cwd: home })
  const { value } = await book.session.data.get({ session: 'nightly-1', name: 'page' })
  console.log('goes on from', value)
  const { items } = await book.session.messages({ session: 'nightly-1' })
  for (const { role, content } of items) if (content?.type === 'message') console.log(`${role}: ${content.text}`)
  const { status } = await book.session.complete({ session: 'nightly-1' })
  console.log(status)
}

await fetchTables()
await goOn()
rmSync(home, { recursive: true })

/* Prints
goes on from { number: 4 }
user: Fetch the tables of Faro
assistant: Faro has 412 rows
completed
*/
