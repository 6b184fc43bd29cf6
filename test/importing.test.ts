import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportReport } from '../src/ingest/import/import-file.ts'
import type { Ticket } from '../src/domain/ticket.ts'
import { type TestMachine, testMachine } from './machine.ts'
import { MARKED, MARKER, OTHER, writeMarkedSessions } from './marked-session.ts'

let here: TestMachine
let there: TestMachine
beforeEach(() => {
  here = testMachine()
  there = testMachine()
})
afterEach(() => {
  here.home.remove()
  there.home.remove()
})

const path = (name: string): string => join(here.home.path, name)
const text = (name: string): string => readFileSync(path(name), 'utf8')
const put = (name: string, content: string | Uint8Array): string => here.home.write(name, content)
const bring = async (file: string): Promise<ImportReport> =>
  (await there.ask<{ items: ImportReport[] }>(['import', file])).items[0]!
const refused = async (file: string): Promise<{ code: number; stderr: string }> => {
  const { code, stderr } = await there.run(['import', file])
  return { code, stderr }
}
const sessions = async (): Promise<{ externalId: string; agent: string; title: string }[]> =>
  (await there.ask<{ items: { externalId: string; agent: string; title: string }[] }>('session list')).items

/** Two sessions with a ticket, notes, data, a kept message, a handoff. */
async function recorded(): Promise<void> {
  writeMarkedSessions(here.home)
  await here.run('scan')
  await here.run(['session', 'note', MARKED, 'The reader is the hard part'])
  await here.run(['session', 'tag', MARKED, 'tides'])
  await here.run(['session', 'star', OTHER])
  await here.opened(async ({ context: { store } }) => {
    const [session] = await store.sessions.resolve(MARKED)
    const ticket = await store.tickets.create({ title: 'Cache the tables', estimateMinutes: 90, createdBy: 'ada' })
    const at = new Date(here.now).toISOString()
    const frame = { ticketId: ticket.id, trackerId: ticket.trackerId, ref: ticket.ref, kind: ticket.kind }
    const context = { stack: [frame], optedOut: false }
    await store.contexts.change({ sessionId: session!.id, context, change: 'push', fromAt: null, by: 'ada' })
    await store.tickets.link({ sessionId: session!.id, ticketId: ticket.id, action: 'worked_on', at, by: 'ada' })
    await store.sessionData.set(session!.id, 'page', { number: 4 })
  })
  await here.run(['session', 'handoff', '--session-id', MARKED, 'Cut the tables next', '--next-steps', 'cut them'])
}

describe('U51 a bundle', () => {
  it.each(['json', 'jsonl'])('of %s comes out of the other record byte for byte as it went in', async (format) => {
    await recorded()
    await here.run(`export --all --to bundle.${format}`)
    const report = await bring(path(`bundle.${format}`))
    expect(report).toMatchObject({ format: 'bundle', sessions: { adopted: 2, known: 0 }, tickets: { made: 1 } })
    await there.run(['export', '--all', '--to', path(`again.${format}`)])
    expect(text(`again.${format}`)).toBe(text(`bundle.${format}`))
    const shown = ['session list', 'usage total', 'usage daily', `session show ${MARKED}`, 'report']
    for (const line of shown) {
      const [mine, theirs] = [await here.ask(line), await there.ask(line)].map(portable)
      expect(theirs, line).toEqual(mine)
    }
    const hits = (await there.ask<{ items: unknown[] }>(`search ${MARKER}`)).items
    expect(hits.length).toBe((await here.ask<{ items: unknown[] }>(`search ${MARKER}`)).items.length)
    expect(hits.length).toBeGreaterThan(3)
  })

  it('adds nothing the second time, and brings nothing back that was deleted', async () => {
    await recorded()
    await here.run('export --all --to bundle.json')
    await bring(path('bundle.json'))
    expect((await bring(path('bundle.json'))).sessions).toEqual({ adopted: 0, known: 2, deleted: 0 })
    await there.run(`session delete ${MARKED} --yes`)
    expect((await bring(path('bundle.json'))).sessions).toEqual({ adopted: 0, known: 1, deleted: 1 })
    expect((await sessions()).map(({ externalId }) => externalId)).toEqual([OTHER])
  })

  it('is given to no agent, and into no handoff, before somebody has accepted it', async () => {
    await recorded()
    await here.run('export --all --to bundle.json')
    const { importId } = await bring(path('bundle.json'))
    expect(await there.run(`session handoff --session-id ${MARKED} now`)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('nobody has accepted'),
    })
    expect(await there.run(`handoff show ${MARKED}`)).toMatchObject({ code: 4 })
    const asked = () =>
      there.opened(async ({ context }) => {
        const { searchEverything } = await import('../src/operations/search.ts')
        const { listSessions } = await import('../src/operations/session-list.ts')
        const { parseInput } = await import('../src/operations/input.ts')
        const agent = { ...context, caller: { ...context.caller, channel: 'mcp' as const } }
        const found = await searchEverything.handle(agent, parseInput(searchEverything, { query: MARKER }))
        const listed = await listSessions.handle(agent, parseInput(listSessions, {}))
        return [found.items.length > 0, listed.total]
      })
    expect(await asked()).toEqual([false, 0])
    expect(await there.ask('import list')).toMatchObject({ items: [{ id: 'I-1', state: 'waiting', sessions: 2 }] })
    expect(await there.ask(`import accept ${importId}`)).toMatchObject({ import: { state: 'accepted', by: 'ada' } })
    expect(await asked()).toEqual([true, 2])
    expect((await there.ask<{ items: unknown[] }>('handoff list --state offered')).items).toHaveLength(1)
    expect(await there.run(`import refuse ${importId} --yes`)).toMatchObject({ code: 4 })
  })

  it('U47 is not recalled before somebody has accepted it: neither what was said nor a note nor a handoff', async () => {
    await recorded()
    await here.run('export --all --to bundle.json')
    await bring(path('bundle.json'))
    const recalled = async () => {
      const { items } = await there.ask<{ items: { kind: string }[] }>(`context ${MARKER} reader next`)
      return new Set(items.map(({ kind }) => kind))
    }
    expect(await recalled()).toEqual(new Set())
    await there.run('import accept I-1')
    expect(await recalled()).toEqual(new Set(['entry', 'note', 'handoff']))
  })

  it('that is refused leaves nothing', async () => {
    await recorded()
    await here.run('export --all --to bundle.json')
    await bring(path('bundle.json'))
    expect(await there.ask('import refuse I-1 --yes')).toMatchObject({ import: { state: 'refused', sessions: 0 } })
    expect(await sessions()).toEqual([])
    expect(await there.ask('usage total')).toMatchObject({ responses: 0 })
  })

  it('that is damaged, cut off or hostile is refused with its line, and harms nothing', async () => {
    await recorded()
    await here.run('export --all --to bundle.jsonl')
    const lines = text('bundle.jsonl').trimEnd().split('\n')
    const edited = (type: string, change: object): string =>
      lines
        .map((line) => {
          const item = JSON.parse(line) as { type: string }
          return item.type === type ? JSON.stringify({ ...item, ...change }) : line
        })
        .join('\n')
    const cases: [string, string, string][] = [
      ['cut', lines.slice(0, 4).join('\n'), 'ends in its middle'],
      ['broken', `${lines[0]}\n{"type":"session",`, 'line 2 of the bundle is not JSON'],
      ['odd', `${lines[0]}\n{"type":"program","run":"rm"}`, 'no type that this version knows'],
      ['id', edited('session', { id: '../../etc' }), 'session.id'],
      ['status', edited('session', { status: "x'; DROP TABLE session" }), 'session.status'],
      ['frame', edited('frame', { transcript: 99 }), 'a transcript that is not there'],
      ['stray', edited('note', { session: '00000000-0000-4000-8000-000000000000' }), 'a session that is not there'],
      ['version', edited('bundle', { version: 3 }), 'version 3'],
      ['cutout', edited('frame', { blobs: [[1e9, 'a'.repeat(64)]] }), 'outside its frame'],
      ['proto', `${lines[0]}\n{"type":"data","session":"x","__proto__":{"polluted":1}}`, 'a session that is not there'],
    ]
    for (const [name, content, says] of cases) {
      const { code, stderr } = await refused(put(`${name}.jsonl`, content))
      expect([name, code, stderr.includes(says) ? says : stderr]).toEqual([name, name === 'version' ? 1 : 2, says])
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(await there.ask<{ checks: { name: string; level: string }[] }>('doctor')).toBeDefined()
  })

  it('has its secrets replaced before anything is written', async () => {
    const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    await recorded()
    await here.run('export --all --to bundle.jsonl')
    put('secret.jsonl', text('bundle.jsonl').replaceAll(MARKER, secret))
    await bring(path('secret.jsonl'))
    await there.run(['export', '--all', '--to', path('again.jsonl')])
    expect(text('again.jsonl')).toContain('Please')
    expect(text('again.jsonl').includes(secret)).toBe(false)
  })
})

const CHATGPT = [
  {
    id: 'c-1',
    title: 'Tides =1+1',
    create_time: 1763630000.5,
    current_node: 'n3',
    mapping: {
      n0: { parent: null, children: ['n1'], message: null },
      n1: {
        parent: 'n0',
        children: ['n2', 'n3'],
        message: { author: { role: 'user' }, create_time: 1763630001, content: { parts: ['When is high water?'] } },
      },
      n2: {
        parent: 'n1',
        children: [],
        message: { author: { role: 'assistant' }, create_time: 1763630002, content: { parts: ['A draft'] } },
      },
      n3: {
        parent: 'n1',
        children: [],
        message: {
          author: { role: 'assistant' },
          create_time: 1763630003,
          content: { parts: ['At noon.', { asset: 1 }] },
        },
      },
    },
  },
]
const CLAUDE = [
  {
    uuid: 'k-1',
    name: 'Harbour',
    created_at: '2026-11-01T10:00:00Z',
    chat_messages: [
      { uuid: 'm-1', sender: 'human', created_at: '2026-11-01T10:00:01Z', text: 'Name the zones' },
      {
        uuid: 'm-2',
        sender: 'assistant',
        created_at: '2026-11-01T10:00:02Z',
        content: [{ type: 'text', text: 'North, south.' }],
      },
    ],
  },
  { uuid: 'k-2', name: 'Empty', chat_messages: [] },
]

/** A ZIP archive with these files, as its format has it; sizes may be untrue, names anything. */
function zip(files: { name: string; content: Uint8Array; says?: number; mode?: number }[], is64 = false): Buffer {
  const bodies: Buffer[] = []
  const heads: Buffer[] = []
  let offset = 0
  for (const { name, content, says = content.length, mode = 0o100644 } of files) {
    const packed = deflateRawSync(content)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(8, 8)
    local.writeUInt16LE(Buffer.byteLength(name), 26)
    const head = Buffer.alloc(46)
    head.writeUInt32LE(0x02014b50, 0)
    head[5] = 3
    head.writeUInt16LE(8, 10)
    for (const [at, number] of [
      [20, packed.length],
      [24, says],
      [42, offset],
    ] as const)
      head.writeUInt32LE(is64 ? 0xffffffff : number, at)
    head.writeUInt16LE(Buffer.byteLength(name), 28)
    head.writeUInt16LE(is64 ? 33 : 0, 30)
    head.writeUInt32LE((mode << 16) >>> 0, 38)
    heads.push(head, Buffer.from(name))
    // Another field first: fields come in any order.
    if (is64) heads.push(Buffer.from([9, 0, 1, 0, 7, 1, 0, 24, 0]), ...[says, packed.length, offset].map(bytes64))
    bodies.push(local, Buffer.from(name), packed)
    offset += 30 + Buffer.byteLength(name) + packed.length
  }
  const directory = Buffer.concat(heads)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  if (!is64) return Buffer.concat([...bodies, directory, end])
  end.fill(0xff, 8, 20)
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(0x06064b50, 0)
  for (const [at, number] of [
    [32, files.length],
    [40, directory.length],
    [48, offset],
  ] as const)
    end64.writeBigUInt64LE(BigInt(number), at)
  const locator = Buffer.concat([
    Buffer.from('PK\u0006\u0007\0\0\0\0', 'latin1'),
    bytes64(offset + directory.length),
    Buffer.from([1, 0, 0, 0]),
  ])
  return Buffer.concat([...bodies, directory, end64, locator, end])
}

function bytes64(number: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(number))
  return bytes
}

describe('U51 chats', () => {
  it.each([
    ['ChatGPT', CHATGPT, 'chatgpt', ['When is high water?', 'At noon.']],
    ['Claude.ai', CLAUDE, 'claude-ai', ['Name the zones', 'North, south.']],
  ])('of %s are sessions, from JSON and from a ZIP archive alike', async (_, chats, agent, messages) => {
    const json = Buffer.from(JSON.stringify(chats))
    put('conversations.json', json)
    put(
      'export.zip',
      zip([
        { name: 'user.json', content: Buffer.from('{}') },
        { name: 'conversations.json', content: json },
      ]),
    )
    expect(await bring(path('conversations.json'))).toMatchObject({ format: 'chats', sessions: { adopted: 1 } })
    expect((await bring(path('export.zip'))).sessions).toEqual({ adopted: 0, known: 1, deleted: 0 })
    const [session] = await sessions()
    expect(session).toMatchObject({ agent, title: chats[0] && ('name' in chats[0] ? chats[0].name : chats[0].title) })
    const { items } = await there.ask<{ items: { content: { text: string } }[] }>(
      `session messages ${session!.externalId}`,
    )
    expect(items.map(({ content }) => content.text)).toEqual(messages)
  })

  it('are read from several files of an archive, from one of 64 bits, and in UTF-16', async () => {
    const chat = (id: string): object => ({ ...CHATGPT[0], conversation_id: id })
    const file = (name: string, ...ids: string[]) => ({ name, content: Buffer.from(JSON.stringify(ids.map(chat))) })
    put(
      'split.zip',
      zip([
        file('export/conversations-001.json', 'c-3'),
        file('export/conversations-000.json', 'c-1', 'c-2'),
        { name: '__MACOSX/export/._conversations-000.json', content: Buffer.from('junk') },
        { name: 'export/user.json', content: Buffer.from('{}') },
      ]),
    )
    expect((await bring(path('split.zip'))).sessions).toEqual({ adopted: 3, known: 0, deleted: 0 })
    put('large.zip', zip([file('user.json'), file('conversations.json', 'c-4')], true))
    expect((await bring(path('large.zip'))).sessions).toEqual({ adopted: 1, known: 0, deleted: 0 })
    const little = Buffer.from(`\ufeff${JSON.stringify(['c-5', 'c-6'].map(chat))}`, 'utf16le')
    put('little.json', little)
    put('big.json', Buffer.from(little).swap16())
    expect((await bring(path('little.json'))).sessions).toEqual({ adopted: 2, known: 0, deleted: 0 })
    expect((await bring(path('big.json'))).sessions).toEqual({ adopted: 0, known: 2, deleted: 0 })
  })

  it('in one line of a gigabyte are refused before they are held', async () => {
    for (const [name, begin] of [
      ['line.jsonl', '{"type":"bundle","x":"'],
      ['object.json', '[{"mapping":"'],
      ['whole.json', '{"issues":"'],
    ] as const) {
      // Its zeros take no room on the disk.
      truncateSync(put(name, begin), 1024 ** 3)
      const { code, stderr } = await refused(path(name))
      expect([name, code === 0, stderr.includes('64 MB') ? '' : stderr]).toEqual([name, false, ''])
    }
    expect(await sessions()).toEqual([])
  })

  it('in hostile archives are refused, and nothing is unpacked anywhere', async () => {
    const good = Buffer.from(JSON.stringify(CHATGPT))
    const bomb = Buffer.alloc(80 * 1024 ** 2, 32)
    const cases: [string, Buffer, string][] = [
      [
        'slip',
        zip([
          { name: '../../evil', content: good },
          { name: 'conversations.json', content: good },
        ]),
        'the name',
      ],
      [
        'absolute',
        zip([
          { name: '/etc/x', content: good },
          { name: 'conversations.json', content: good },
        ]),
        'the name',
      ],
      [
        'link',
        zip([
          { name: 'l', content: good, mode: 0o120777 },
          { name: 'conversations.json', content: good },
        ]),
        'a link',
      ],
      ['bomb', zip([{ name: 'conversations.json', content: bomb }]), '200 times'],
      [
        'liar',
        zip([{ name: 'conversations.json', content: Buffer.concat([Buffer.from('[{"a":1},'), bomb]), says: 10 }]),
        '200 times',
      ],
      ['none', zip([{ name: 'x.json', content: good }]), 'no file named conversations.json'],
      ['cut', zip([{ name: 'conversations.json', content: good }]).subarray(0, 60), 'damaged'],
      ['number', zip([{ name: 'conversations.json', content: good, says: 0xffffffff }]), 'damaged'],
      ['bomb 64', zip([{ name: 'conversations.json', content: bomb }], true), '200 times'],
      ['beyond', zip([{ name: 'conversations.json', content: good, says: 2 ** 53 }], true), 'damaged'],
      ['deep', Buffer.from(`[${'['.repeat(200_000)}`), 'nested deeper'],
    ]
    for (const [name, content, says] of cases) {
      const { code, stderr } = await refused(put(`${name}.zip`, content))
      expect([name, code === 0, stderr.includes(says) ? says : stderr]).toEqual([name, false, says])
    }
    expect(readdirSync(there.home.path).toSorted()).toEqual(['data'])
    expect(await sessions()).toEqual([])
  })
})

describe('U51 lists of tickets', () => {
  const tickets = async (): Promise<Ticket[]> => (await there.ask<{ items: Ticket[] }>('ticket list --limit 100')).items
  const byRef = async (): Promise<Map<string, Ticket>> =>
    new Map((await tickets()).map((ticket) => [ticket.ref, ticket]))

  it('of GitHub', async () => {
    put(
      'issues.json',
      JSON.stringify([
        {
          number: 12,
          title: 'Cache',
          state: 'OPEN',
          body: 'On disk',
          labels: [{ name: 'tides' }],
          assignees: [{ login: 'ada' }],
          url: 'https://github.com/a/b/issues/12',
        },
        { number: 13, title: 'Old', state: 'CLOSED' },
      ]),
    )
    expect(await bring(path('issues.json'))).toMatchObject({
      format: 'github',
      importId: null,
      tickets: { made: 2, known: 0 },
    })
    const found = await byRef()
    expect(found.get('#12')).toMatchObject({
      tracker: 'github',
      title: 'Cache',
      description: 'On disk',
      tags: ['tides'],
      assignee: 'ada',
      status: 'open',
    })
    expect(found.get('#13')).toMatchObject({ status: 'closed' })
    expect((await bring(path('issues.json'))).tickets).toEqual({ made: 0, known: 2 })
  })

  it('of Jira, as JSON and as CSV', async () => {
    const fields = {
      summary: 'Cache',
      status: { name: 'In Progress' },
      priority: { name: 'Highest' },
      issuetype: { name: 'Sub-task' },
      parent: { key: 'TIDE-1' },
      timeoriginalestimate: 5400,
      description: {
        type: 'doc',
        content: [
          {
            type: 'paragraph',
            content: [
              { type: 'text', text: 'Read ' },
              { type: 'text', text: 'first.' },
            ],
          },
          {
            type: 'bulletList',
            content: [
              { type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'North' }] }] },
            ],
          },
        ],
      },
    }
    put('jira.json', JSON.stringify({ issues: [{ key: 'TIDE-2', fields }] }))
    await bring(path('jira.json'))
    put(
      'jira.csv',
      'Summary,Issue key,Status,Priority,Issue Type,Labels,Labels\r\n"Read, then ""cut""",TIDE-3,Done,Low,Task,a,b\r\n',
    )
    await bring(path('jira.csv'))
    const found = await byRef()
    expect(found.get('TIDE-2')).toMatchObject({
      tracker: 'jira',
      status: 'in_progress',
      priority: 'critical',
      kind: 'subtask',
      parentRef: 'TIDE-1',
      estimateMinutes: 90,
      description: 'Read first.\nNorth',
    })
    expect(found.get('TIDE-3')).toMatchObject({
      title: 'Read, then "cut"',
      status: 'done',
      priority: 'low',
      tags: ['a', 'b'],
    })
  })

  it('of Linear, beads, Backlog.md and task-master', async () => {
    put('linear.csv', 'ID,Title,Status,Priority,Assignee,Blocked by\nENG-1,Cache,Todo,Urgent,Ada,"ENG-2, ENG-3"\n')
    put(
      'issues.jsonl',
      '{"id":"bd-0","title":"Deleted","status":"tombstone","priority":2}\n{"id":"bd-1","title":"First","status":"open","priority":0,"issue_type":"epic"}\n{"id":"bd-2","title":"Second","status":"in_progress","priority":2,"dependencies":[{"depends_on_id":"bd-1","type":"blocks"}]}\n',
    )
    put(
      'task-7.md',
      '---\nid: task-7\ntitle: "Cut: it"\nstatus: In Progress\nlabels:\n  - tides\n  - cache\nassignee: [\'@ada\']\n---\n\nThe text.\n',
    )
    put(
      'task-8.md',
      '---\nid: TASK-8\ntitle: >-\n  A title that is longer\n  than one line\nstatus: To Do\ndependencies:\n  - TASK-7\n---\n\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\nWhy.\n<!-- SECTION:DESCRIPTION:END -->\n',
    )
    put(
      'tasks.json',
      JSON.stringify({
        master: {
          tasks: [
            {
              id: 1,
              title: 'One',
              status: 'done',
              priority: 'high',
              subtasks: [{ id: 1, title: 'Part', status: 'pending' }],
            },
            { id: 2, title: 'Two', status: 'pending', dependencies: [1] },
          ],
        },
      }),
    )
    for (const name of ['linear.csv', 'issues.jsonl', 'task-7.md', 'task-8.md', 'tasks.json']) await bring(path(name))
    const found = await byRef()
    expect(found.get('ENG-1')).toMatchObject({ tracker: 'linear', priority: 'critical', assignee: 'Ada' })
    expect([found.get('bd-1'), found.get('bd-2')]).toMatchObject([
      { kind: 'epic', priority: 'critical' },
      { status: 'in_progress' },
    ])
    expect(found.get('TASK-7')).toMatchObject({
      title: 'Cut: it',
      tags: ['tides', 'cache'],
      assignee: 'ada',
      description: 'The text.',
    })
    expect([found.get('1'), found.get('1.1'), found.get('2')]).toMatchObject([
      { status: 'done', priority: 'high' },
      { kind: 'subtask', parentRef: '1' },
      { title: 'Two' },
    ])
    expect(found.get('TASK-8')).toMatchObject({
      title: 'A title that is longer than one line',
      status: 'open',
      description: '## Description\n\nWhy.',
    })
    expect([found.has('bd-0'), found.has('ENG-2')]).toEqual([false, true])
    expect(JSON.stringify(await there.ask('ticket show ENG-1'))).toContain('ENG-3')
    const blocked = await there.ask<{ relations: object[] }>('ticket show bd-2')
    expect(JSON.stringify(blocked)).toContain('bd-1')
  })

  it('that are none are said to be none', async () => {
    for (const [name, content] of [
      ['x.json', '{"a":1}'],
      ['y.txt', 'hello'],
      ['z.csv', 'a,b\n1,2\n'],
      ['e.json', '[]'],
    ] as const) {
      expect(await refused(put(name, content))).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('nothing that can be imported'),
      })
    }
    mkdirSync(path('folder'))
    writeFileSync(path('bad.json'), '{"issues": [')
    expect(await refused(path('folder'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds no sessions'),
    })
    const own = join(there.data, 'daybook.db')
    expect(await refused(own)).toMatchObject({ code: 2, stderr: expect.stringContaining('own data') })
    expect(await refused(path('nowhere.json'))).toMatchObject({ code: 3 })
    expect(await refused(path('bad.json'))).toMatchObject({ code: 2, stderr: expect.stringContaining('not JSON') })
    expect(await tickets()).toEqual([])
  })
})

/** Without what belongs to one record alone: row ids, when it was imported, whose machine. */
function portable(value: unknown): unknown {
  const own = new Set([
    'id',
    'projectId',
    'ticketId',
    'trackerId',
    'machineId',
    'transcriptId',
    'quarantined',
    'ref',
    'handoffReady',
    'sourceGoneAt',
    'sizeBytes',
    'roots',
    'notes',
  ])
  if (Array.isArray(value)) return value.map(portable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !own.has(name))
      .map(([name, inner]) => [name, portable(inner)]),
  )
}
