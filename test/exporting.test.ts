import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { csvLine } from '../src/domain/csv.ts'
import { type TestMachine, testMachine } from './machine.ts'
import { MARKED, OTHER, writeMarkedSessions } from './marked-session.ts'

let machine: TestMachine
beforeEach(async () => {
  machine = testMachine()
  writeMarkedSessions(machine.home)
  await machine.run('scan')
})
afterEach(() => machine.home.remove())

const file = (name: string): string => join(machine.home.path, name)
const read = (name: string): string => readFileSync(file(name), 'utf8')

/** A prompt that would like to be more than text. */
const HOSTILE = [
  '<script>alert(1)</script><img src=x onerror=alert(2)>"\'`',
  '```',
  '# A heading of its own <!-- --> [x](javascript:alert(3))',
  '\u202egnp.exe \u001b[31mred\u0007',
].join('\n')

async function hostile(): Promise<void> {
  const line = {
    type: 'user',
    uuid: 'h-1',
    timestamp: '2026-11-02T09:00:00Z',
    sessionId: '9c1f0000-0000-4000-8000-000000000003',
    cwd: '/code/tidewatch',
    message: { role: 'user', content: HOSTILE },
  }
  machine.home.write(`.claude/projects/-code-tidewatch/${line.sessionId}.jsonl`, `${JSON.stringify(line)}\n`)
  await machine.run('scan')
  await machine.run(['session', 'rename', line.sessionId, '=HYPERLINK("http://x") <b>bold</b>'])
}

describe('U51 export', () => {
  it('writes one HTML file in which nothing runs or loads, with a link for each entry', async () => {
    await hostile()
    expect(await machine.run(`export 9c1f0000-0000-4000-8000-000000000003 --to s.html`)).toMatchObject({
      code: 0,
      stderr: '',
    })
    const html = read('s.html')
    expect(html.match(/<(script|img|b|iframe|link)\b/g)).toBeNull()
    expect(html).not.toMatch(/\u202e|\u001b|\u0007/)
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    )
    expect(html).toContain('&#60;script&#62;alert(1)')
    const { items } = await machine.ask<{ items: { id: string }[] }>(
      'session messages 9c1f0000-0000-4000-8000-000000000003',
    )
    expect(html).toContain(`<section id="e-${items[0]!.id}" class="user"><a href="#e-${items[0]!.id}">`)
  })

  it('writes Markdown in which what was said stays in its block of code', async () => {
    await hostile()
    await machine.run('export 9c1f0000-0000-4000-8000-000000000003 --to s.md')
    const lines = read('s.md').split('\n')
    const open = lines.findIndex((line) => line === '````text')
    expect(open).toBeGreaterThan(0)
    expect(lines.slice(open).filter((line) => line === '````')).toHaveLength(1)
    const outside = [...lines.slice(0, open), ...lines.slice(lines.lastIndexOf('````'))].join('\n')
    expect(outside).not.toContain('<b>')
    expect(outside).not.toContain('javascript:')
    expect(read('s.md')).not.toMatch(/\u202e|\u001b/)
  })

  it('writes lists for spreadsheets in which no cell is a formula', async () => {
    await hostile()
    await machine.run('export --all --to s.csv')
    const rows = read('s.csv').split('\r\n')
    expect(rows[0]).toMatch(/^key,ref,id,agent,project,branch,title,/)
    expect(rows).toHaveLength(5)
    expect(read('s.csv')).toContain(`"'=HYPERLINK(""http://x"") <b>bold</b>"`)
    expect(csvLine(['=1', '+1', '-1', '@x', '\tx', '\rx', 'a,b', 'a"b', -5, null, 'plain'])).toBe(
      `'=1,'+1,'-1,'@x,'\tx,"'\rx","a,b","a""b",-5,,plain\r\n`,
    )
  })

  it('writes the tree of the older tool framework, a folder for each session', async () => {
    expect(await machine.run(`export ${MARKED} ${OTHER} --format tree --to .sessions`)).toMatchObject({ code: 0 })
    expect(readdirSync(file('.sessions')).toSorted()).toEqual([MARKED, OTHER])
    expect(readdirSync(file(`.sessions/${OTHER}`)).toSorted()).toEqual([
      'conversation.jsonl',
      'invocations.json',
      'invocations.jsonl',
      'metadata.json',
    ])
    expect(JSON.parse(read(`.sessions/${OTHER}/invocations.json`))).toEqual(['c1', 'c2', 'c3', 'c4'])
    expect(JSON.parse(read(`.sessions/${OTHER}/metadata.json`))).toMatchObject({
      session_id: OTHER,
      status: 'active',
      total_invocations: 4,
      tools_used: ['Bash', 'Write', 'go', 'TodoWrite'],
      token_usage: { input: 50, output: 500 },
    })
    const conversation = read(`.sessions/${OTHER}/conversation.jsonl`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(conversation[0]).toEqual({
      role: 'user',
      content: 'Please harmless the tide tables',
      timestamp: '2026-11-01T09:00:01.000Z',
    })
    expect(conversation).toContainEqual(
      expect.objectContaining({ role: 'tool', tool_name: 'Bash', invocation_id: 'c1' }),
    )
  })

  it('replaces nothing without --force, follows no link, and is for its owner alone', async () => {
    writeFileSync(file('precious'), 'mine')
    symlinkSync(file('precious'), file('link.json'))
    mkdirSync(file('folder.json'))
    for (const name of ['precious', 'link.json', 'folder.json']) {
      const ran = await machine.run(`export ${OTHER} --format json --to ${name}`)
      expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining('exists already') })
    }
    expect(await machine.run(`export ${OTHER} --to link.json --force`)).toMatchObject({ code: 0 })
    expect([read('precious'), lstatSync(file('link.json')).isFile()]).toEqual(['mine', true])
    expect(statSync(file('link.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(machine.home.path).filter((name) => name.includes('.json.'))).toEqual([])
    const own = await machine.run(`export ${OTHER} --format json --to data/daybook.db --force`)
    expect(own).toMatchObject({ code: 2, stderr: expect.stringContaining('own data') })
  })

  it('asks for sessions, and for a format that nothing else says', async () => {
    expect(await machine.run('export --to x.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no session'),
    })
    expect(await machine.run('export --all --to x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--format'),
    })
    expect(await machine.run('export --all --format tree')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--to exported'),
    })
    expect(existsSync(file('x'))).toBe(false)
  })

  it('writes to standard output for other programs', async () => {
    const { stdout } = await machine.run('export --project tidewatch --format jsonl')
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect([types[0], types.at(-1), types.filter((type) => type === 'session')]).toEqual([
      'bundle',
      'end',
      ['session', 'session'],
    ])
  })
})
