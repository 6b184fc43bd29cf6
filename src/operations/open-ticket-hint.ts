import { shellWord } from '../domain/shell-word.ts'
import type { Store } from '../stores/store.ts'

/** The command with a ticket that is free to take; where there is none, what the command is told. */
export async function openTicketHint(store: Store, command: 'attach' | 'task activate'): Promise<string> {
  const { items } = await store.tickets.list({ free: true }, { limit: 1 })
  return `daybook ${command} ${items[0] === undefined ? '--help' : shellWord(items[0].ref)}`
}
