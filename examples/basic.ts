// A session, a ticket, a note, what is left: the shortest day's work there is.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'daybook'

// A record of its own, so that trying this leaves yours alone. Without `home` it is yours.
const home = mkdtempSync(join(tmpdir(), 'daybook-basic-'))
const book = await open({ home, cwd: home })

const { session } = await book.session.start({ title: 'Cache tide tables' })
const { ticket } = await book.ticket.create({ title: 'Read the old tables', parent: null })
await book.task.activate({ task: ticket!.ref })
await book.task.note({ text: 'Tables of 2019 have gaps; the reader keeps them' })

const { standing } = await book.session.status({})
console.log(`${session.key} works on ${standing?.current?.ref}`)

const closed = await book.task.done({ what: 'Old tables are read, gaps and all', force: 'an example runs no tests' })
for (const { ticket: one } of closed.items) console.log(`${one.ref} ${one.title}: ${one.status}`)

await book.close()
rmSync(home, { recursive: true })

/* Prints
SESSION-001 works on T-1
T-1 Read the old tables: done
*/
