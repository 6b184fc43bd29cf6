import { readCsv } from './csv.ts'
import type { Priority, TicketKind, TicketStatus } from './ticket.ts'

/** A ticket as another program's list has it. */
export interface ListedTicket {
  tracker: string
  ref: string
  kind: TicketKind
  title: string
  description: string | null
  status: TicketStatus
  priority: Priority
  tags: string[]
  assignee: string | null
  parentRef: string | null
  /** Refs of tickets that block it. */
  blockedBy: string[]
  url: string | null
  estimateMinutes: number | null
}

type Fields = Record<string, unknown>

/** An element of `gh issue list --json` or of GitHub's own API. */
export function readGitHub(value: unknown): ListedTicket | undefined {
  const issue = fields(value)
  if (typeof issue['number'] !== 'number' || issue['pull_request'] !== undefined) return undefined
  return ticket('github', `#${issue['number']}`, {
    title: text(issue['title']),
    description: text(issue['body']),
    status: text(issue['state']).toLowerCase() === 'closed' ? 'closed' : 'open',
    tags: names(issue['labels'], 'name'),
    assignee: names(issue['assignees'], 'login')[0] ?? null,
    url: text(issue['html_url']) || text(issue['url']) || null,
  })
}

/** Jira's search reply: `{"issues": [...]}`. */
export function readJira(value: unknown): ListedTicket[] {
  return list(fields(value)['issues']).flatMap((one) => {
    const issue = fields(one)
    const own = fields(issue['fields'])
    const seconds = own['timeoriginalestimate']
    return named(
      ticket('jira', text(issue['key']), {
        title: text(own['summary']),
        description:
          typeof own['description'] === 'string' ? own['description'] : textOfDocument(own['description']).trim(),
        status: statusOf(text(fields(own['status'])['name'])),
        priority: priorityOf(text(fields(own['priority'])['name'])),
        kind: kindOf(text(fields(own['issuetype'])['name'])),
        tags: list(own['labels']).map(text),
        assignee: text(fields(own['assignee'])['displayName']) || null,
        parentRef: text(fields(own['parent'])['key']) || null,
        estimateMinutes: typeof seconds === 'number' && seconds > 0 ? Math.round(seconds / 60) : null,
      }),
    )
  })
}

const DEEPEST = 100

/** What a document of Jira's says (version 3 of its API has descriptions so): a paragraph or an item of a list a line. */
function textOfDocument(value: unknown, depth = 0): string {
  const node = fields(value)
  if (node['type'] === 'text') return text(node['text'])
  if (node['type'] === 'hardBreak') return '\n'
  if (depth > DEEPEST) return ''
  const inside = list(node['content']).map((one) => textOfDocument(one, depth + 1))
  return BLOCKS.has(text(node['type'])) ? `${inside.join('').trim()}\n` : inside.join('')
}

const BLOCKS = new Set(['paragraph', 'heading', 'codeBlock', 'listItem', 'tableRow', 'doc'])

/** A list of Jira or Linear as CSV, told apart by its columns; undefined for any other. */
export function readTicketCsv(source: string): ListedTicket[] | undefined {
  const [head = [], ...rows] = readCsv(source)
  const columns = head.map((name) => name.trim().toLowerCase())
  const jira = columns.includes('issue key')
  const refColumn = jira ? 'issue key' : 'id'
  if (!jira && !(columns.includes('id') && columns.includes('title'))) return undefined
  return rows.flatMap((row) => {
    const cell = (...wanted: string[]): string => row[columns.findIndex((name) => wanted.includes(name))]?.trim() ?? ''
    const labels = columns.flatMap((name, i) => (name === 'labels' || name === 'tags' ? words(row[i] ?? '') : []))
    return named(
      ticket(jira ? 'jira' : 'linear', cell(refColumn), {
        title: cell('summary', 'title'),
        description: cell('description'),
        status: statusOf(cell('status')),
        priority: priorityOf(cell('priority')),
        kind: kindOf(cell('issue type')),
        tags: labels,
        assignee: cell('assignee') || null,
        parentRef: cell('parent key', 'parent issue', 'parent') || null,
        blockedBy: words(cell('blocked by')),
      }),
    )
  })
}

function words(cell: string): string[] {
  return cell
    .split(/[,;]/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

/** Whether this is a line of beads' `issues.jsonl`. */
export function isBeads(value: unknown): boolean {
  const { id, title } = fields(value)
  return text(id) !== '' && text(title) !== ''
}

/** A line of beads' `issues.jsonl`; of one that was deleted a tombstone stays there. */
export function readBeads(value: unknown): ListedTicket | undefined {
  const issue = fields(value)
  if (issue['status'] === 'tombstone') return undefined
  const links = list(issue['dependencies']).map(fields)
  const of = (type: string): string[] =>
    links.filter((link) => text(link['type']) === type).map((link) => text(link['depends_on_id']))
  const [found] = named(
    ticket('beads', text(issue['id']), {
      title: text(issue['title']),
      description: text(issue['description']),
      status: statusOf(text(issue['status'])),
      priority: (['critical', 'high', 'medium', 'low'] as const)[Number(issue['priority'] ?? 2)] ?? 'low',
      kind: kindOf(text(issue['issue_type'])),
      tags: list(issue['labels']).map(text),
      assignee: text(issue['assignee']) || null,
      parentRef: of('parent-child')[0] ?? null,
      blockedBy: of('blocks'),
    }),
  )
  return found
}

/** task-master's `tasks.json`, of either shape: `{"tasks": [...]}`, or that by tag. */
export function readTaskMaster(value: unknown): ListedTicket[] {
  const top = fields(value)
  const groups = Array.isArray(top['tasks']) ? [top] : Object.values(top).map(fields)
  return groups.flatMap((group) => list(group['tasks']).flatMap((task) => taskMasterTasks(fields(task), null)))
}

function taskMasterTasks(task: Fields, parent: string | null): ListedTicket[] {
  const id = String(task['id'] ?? '')
  if (!/^[0-9.]{1,20}$/.test(id)) return []
  const ref = parent === null ? id : `${parent}.${id}`
  const own = ticket('task-master', ref, {
    title: text(task['title']),
    description: [text(task['description']), text(task['details'])].filter((part) => part !== '').join('\n\n'),
    status: statusOf(text(task['status'])),
    priority: priorityOf(text(task['priority'])),
    kind: parent === null ? 'task' : 'subtask',
    parentRef: parent,
    blockedBy: list(task['dependencies']).map((on) =>
      parent === null || String(on).includes('.') ? String(on) : `${parent}.${String(on)}`,
    ),
  })
  const below = parent === null ? list(task['subtasks']).flatMap((one) => taskMasterTasks(fields(one), id)) : []
  return [...named(own), ...below]
}

const FOLDED = /^[>|][-+]?$/

/** A task file of Backlog.md: lines of facts between two `---`, then text. Undefined for any other Markdown. */
export function readBacklog(source: string): ListedTicket | undefined {
  const parts = /^---\r?\n([\s\S]{0,20000}?)\r?\n---\r?\n?([\s\S]*)$/.exec(source)
  if (!parts) return undefined
  const facts = new Map<string, string[]>()
  let last = ''
  for (const line of (parts[1] ?? '').split(/\r?\n/)) {
    const item = /^\s+-\s+(.*)$/.exec(line)
    const fact = /^([A-Za-z_]{1,40}):\s*(.*)$/.exec(line)
    const folded = /^\s+(\S.*)$/.exec(line)
    if (item && last !== '') facts.get(last)?.push(unquoted(item[1] ?? ''))
    // A long title goes on in lines below, behind `>-`.
    else if (folded && FOLDED.test(facts.get(last)?.[0] ?? '')) facts.set(last, [`>- ${folded[1]}`])
    else if (folded && facts.get(last)?.[0]?.startsWith('>- '))
      facts.set(last, [`${facts.get(last)?.[0]} ${folded[1]}`])
    else if (fact) {
      last = fact[1] ?? ''
      const said = fact[2] ?? ''
      const inside = /^\[(.*)\]$/.exec(said)?.[1]
      facts.set(
        last,
        (inside === undefined ? [said] : inside.split(',')).map(unquoted).filter((word) => word !== ''),
      )
    }
  }
  const one = (name: string): string => (facts.get(name)?.[0] ?? '').replace(/^>- /, '')
  const [found] = named(
    ticket('backlog.md', one('id').toUpperCase(), {
      title: one('title'),
      description: (parts[2] ?? '').replaceAll(/^<!-- [A-Z:_]+ -->\r?\n?/gm, '').trim(),
      status: statusOf(one('status')),
      priority: priorityOf(one('priority')),
      kind: one('parent_task_id') === '' ? 'task' : 'subtask',
      tags: facts.get('labels') ?? [],
      assignee: one('assignee').replace(/^@/, '') || null,
      parentRef: one('parent_task_id').toUpperCase() || null,
      blockedBy: (facts.get('dependencies') ?? []).map((ref) => ref.toUpperCase()),
    }),
  )
  return found
}

function ticket(tracker: string, ref: string, known: Partial<ListedTicket>): ListedTicket {
  const usual = { kind: 'task', title: '', status: 'open', priority: 'medium' } as const
  const nothing = {
    description: null,
    tags: [],
    assignee: null,
    parentRef: null,
    blockedBy: [],
    url: null,
    estimateMinutes: null,
  }
  return { ...usual, ...nothing, ...known, description: known.description || null, tracker, ref: ref.trim() }
}

/** Refs that can be typed; a row without one is no ticket. */
function named(one: ListedTicket): ListedTicket[] {
  return /^[^\x00-\x20\x7f]{1,200}$/.test(one.ref) && one.title !== '' ? [one] : []
}

const STATUSES: readonly [RegExp, TicketStatus][] = [
  [/cancel|won.?t|duplicate|obsolete/, 'cancelled'],
  [/block/, 'blocked'],
  [/progress|doing|started|active/, 'in_progress'],
  [/review|ready/, 'ready'],
  [/test|qa/, 'tested'],
  [/done|complete|resolved|closed|finished/, 'done'],
  [/wait|hold|defer|backlog.later/, 'waiting'],
]

function statusOf(word: string): TicketStatus {
  const lower = word.toLowerCase()
  if (/^(?:un|not )/.test(lower)) return 'open'
  return STATUSES.find(([pattern]) => pattern.test(lower))?.[1] ?? 'open'
}

function priorityOf(word: string): Priority {
  const lower = word.toLowerCase()
  if (/critical|highest|urgent|blocker/.test(lower)) return 'critical'
  if (/high|major/.test(lower)) return 'high'
  return /low|minor|trivial/.test(lower) ? 'low' : 'medium'
}

function kindOf(word: string): TicketKind {
  const lower = word.toLowerCase()
  if (/sub-?task/.test(lower)) return 'subtask'
  return (['epic', 'sprint', 'project'] as const).find((kind) => lower === kind) ?? 'task'
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function names(value: unknown, field: string): string[] {
  return list(value)
    .flatMap((one) => (typeof one === 'string' ? [one] : [text(fields(one)[field])]))
    .filter((name) => name !== '')
}

function unquoted(word: string): string {
  return word.trim().replace(/^(['"])(.*)\1$/, '$2')
}
