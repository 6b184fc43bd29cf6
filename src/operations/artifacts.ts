import type { Store } from '../stores/store.ts'
import { everyItem } from './page.ts'

/** How many files a session made: those it created, and those that `log --artifact` names beside them. */
export async function filesMade(store: Store, sessionId: string): Promise<number> {
  const { total } = await store.files.list({ sessionId, changed: 'create' }, { limit: 1 })
  const logged = new Set<string>()
  const lines = everyItem((page) => store.activities.list({ sessionId, action: 'ticket.logged' }, page))
  for await (const { payload } of lines) if (typeof payload?.artifact === 'string') logged.add(payload.artifact)
  const named = logged.size === 0 ? [] : await createdAmong(store, sessionId, [...logged])
  return total + logged.size - named.length
}

async function createdAmong({ files }: Store, sessionId: string, paths: readonly string[]): Promise<string[]> {
  const found = await files.list({ sessionId, changed: 'create', within: paths }, { limit: 200 })
  return found.items.map(({ path }) => path).filter((path) => paths.includes(path))
}
