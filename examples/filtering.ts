// Many sessions: by user, by tag, by what was said in them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'daybook'

const home = mkdtempSync(join(tmpdir(), 'daybook-filtering-'))
const book = await open({ home, cwd: home })

const runs = [
  { id: 'faro-1', userId: 'ana', tags: ['tides', 'faro'], said: 'The table of Faro is stale' },
  { id: 'faro-2', userId: 'ben', tags: ['faro'], said: 'Faro has a new table' },
  { id: 'lisboa-1', userId: 'ana', tags: ['tides'], said: 'Lisboa has none' },
]
for (const { id, userId, tags, said } of runs) {
  await book.session.create({ id, userId, tags })
  await book.session.message({ session: id, role: 'assistant', content: said })
}
await book.session.complete({ session: 'faro-1', status: 'failed' })

const names = (items: { externalId: string }[]) =>
  items
    .map(({ externalId }) => externalId)
    .toSorted()
    .join(' ')
console.log('of ana:', names((await book.session.list({ user: 'ana' })).items))
console.log('tides or faro:', names((await book.session.list({ tag: ['tides', 'faro'] })).items))
console.log('tides and faro:', names((await book.session.list({ tag: ['tides', 'faro'], allTags: true })).items))
console.log('failed:', names((await book.session.list({ status: 'failed' })).items))

const { items } = await book.search({ query: 'table -stale' })
for (const { snippet } of items) console.log('found:', snippet)

const known = await book.context.recall({ query: 'which tables are stale?', budget: 200 })
console.log('best of what is known:', known.items[0]?.text)

await book.close()
rmSync(home, { recursive: true })

/* Prints
of ana: faro-1 lisboa-1
tides or faro: faro-1 faro-2 lisboa-1
tides and faro: faro-1
failed: faro-1
found: Faro has a new table
best of what is known: The table of Faro is stale
*/
