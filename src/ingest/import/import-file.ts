import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { isBundle } from '../../domain/bundle.ts'
import { AppError } from '../../domain/errors.ts'
import {
  type ListedTicket,
  readBacklog,
  isBeads,
  readBeads,
  readGitHub,
  readJira,
  readTaskMaster,
  readTicketCsv,
} from '../../domain/ticket-list.ts'
import { importBundle } from './bundle.ts'
import { type ImportSetup, importChat, readChat } from './chats.ts'
import { type ImportFile, elementsOf, linesOf, openImportFile, parse, wholeOf } from './input.ts'
import { importTickets } from './tickets.ts'
import { importTree } from './tree.ts'

/** What a file brought. */
export interface ImportReport {
  file: string
  format: string
  /** Null where nothing waits to be accepted: a list of tickets. */
  importId: string | null
  sessions: { adopted: number; known: number; deleted: number }
  tickets: { made: number; known: number }
  /** Lines and files of it that could not be read. */
  problems: number
}

/**
 * Brings one file in: a bundle, a chat export or a list of tickets, told apart by what is in it; or a folder of sessions. Sessions wait until somebody
 * accepts them; nothing is unpacked to disk.
 *
 * @throws AppError `invalid`, `too_large`, `unsupported`
 */
export async function importFile(setup: ImportSetup, path: string, by: string): Promise<ImportReport> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return importTree(setup, path, by)
  const file = await openImportFile(path)
  try {
    if (isBundle(file.head)) return await sessionsOf(setup, file, 'bundle', by)
    const start = file.head.trimStart()
    if (start.startsWith('[')) return await arrayOf(setup, file, by)
    const tickets = await ticketsOf(file, start)
    if (tickets && tickets.items.length > 0) {
      const made = await importTickets(setup, tickets.items, by)
      return { file: file.name, format: tickets.format, importId: null, sessions: NONE, tickets: made, problems: 0 }
    }
    throw unknown(file)
  } finally {
    file.close()
  }
}

const NONE = { adopted: 0, known: 0, deleted: 0 }

async function sessionsOf(
  setup: ImportSetup,
  file: ImportFile,
  format: 'bundle' | 'chats',
  by: string,
): Promise<ImportReport> {
  const at = new Date(setup.context.now()).toISOString()
  const { id } = await setup.store.imports.create({ file: file.name, format, at, by })
  const report = { file: file.name, format, importId: id }
  if (format === 'bundle') {
    const { tickets, problems, ...sessions } = await importBundle(setup, id, {
      file: file.name,
      lines: linesOf(file.chunks()),
    })
    return { ...report, sessions, tickets: { made: tickets, known: 0 }, problems }
  }
  const sessions = { ...NONE }
  for await (const element of elementsOf(file.chunks())) {
    const chat = readChat(element)
    if (chat) sessions[await importChat(setup, id, chat)]++
  }
  return { ...report, sessions, tickets: { made: 0, known: 0 }, problems: 0 }
}

/** An array of chats or of issues: its first object says which. */
async function arrayOf(setup: ImportSetup, file: ImportFile, by: string): Promise<ImportReport> {
  const tickets: ListedTicket[] = []
  let first = true
  for await (const element of elementsOf(file.chunks())) {
    if (
      first &&
      typeof element === 'object' &&
      element !== null &&
      ('mapping' in element || 'chat_messages' in element)
    )
      return sessionsOf(setup, file, 'chats', by)
    first = false
    const issue = readGitHub(element)
    if (issue) tickets.push(issue)
  }
  if (tickets.length === 0) throw unknown(file)
  const made = await importTickets(setup, tickets, by)
  return { file: file.name, format: 'github', importId: null, sessions: NONE, tickets: made, problems: 0 }
}

async function ticketsOf(
  file: ImportFile,
  start: string,
): Promise<{ format: string; items: ListedTicket[] } | undefined> {
  if (start.startsWith('---')) {
    const task = readBacklog(await wholeOf(file.chunks()))
    return task && { format: 'backlog.md', items: [task] }
  }
  if (extname(file.name).toLowerCase() === '.csv') {
    const items = readTicketCsv(await wholeOf(file.chunks()))
    return items && { format: items[0]?.tracker ?? 'csv', items }
  }
  if (!start.startsWith('{')) return undefined
  if (/^\{[^\n]{0,60000}\}\r?(?:\n|$)/.test(start) && isBeads(parse(start.split('\n')[0] ?? ''))) {
    const items: ListedTicket[] = []
    for await (const line of linesOf(file.chunks())) {
      const issue = line.trim() === '' ? undefined : readBeads(parse(line))
      if (issue) items.push(issue)
    }
    return { format: 'beads', items }
  }
  const value = parse(await wholeOf(file.chunks()))
  const jira = readJira(value)
  return jira.length > 0 ? { format: 'jira', items: jira } : { format: 'task-master', items: readTaskMaster(value) }
}

function unknown({ name }: ImportFile): AppError {
  return new AppError('invalid', `${name} is nothing that can be imported: ${KNOWN}`, { hint: 'daybook import --help' })
}

const KNOWN =
  'a bundle or a tree of daybook export, chats of Claude.ai or ChatGPT, issues of GitHub, Jira, Linear, beads, Backlog.md or task-master'
