import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW, emptyWorld } from '../../test/operations-world.ts'
import { type } from '../cli/testing.ts'
import { git, gitAt } from '../git/testing.ts'

let world: Awaited<ReturnType<typeof emptyWorld>>
let shop: string

beforeEach(async () => {
  world = await emptyWorld()
  shop = join(realpathSync(world.home.path), 'code', 'shop')
  mkdirSync(shop, { recursive: true })
  git(shop, 'init')
  change('README.md')
  gitAt(shop, '2026-11-19T08:00:00Z', 'add', '.')
  gitAt(shop, '2026-11-19T08:00:00Z', 'commit', '-m', 'Begin')
})
afterEach(() => world.close())

const asked = async (line: string) => {
  const context = { ...world.context, env: { ...world.context.env, variables: { PATH: process.env['PATH'] } } }
  const { stdout, stderr } = await type(`${line} --json`, { opened: { context }, terminal: false, now: () => NOW })
  return JSON.parse(stdout || stderr)
}
const change = (path: string) => writeFileSync(join(shop, path), String(Math.random()))
const commit = (minute: number, subject: string, ...paths: string[]): string => {
  paths.forEach(change)
  git(shop, 'add', '.')
  gitAt(shop, `2026-11-19T09:${minute}:00Z`, 'commit', '-m', subject)
  return git(shop, 'rev-parse', 'HEAD')
}

/** A session that edits files, and whose output shows commits as `[main 1a2b3c4] subject`. */
function session(id: string, from: number, to: number, edits: string[], shows: string[] = [], cwd = shop): void {
  const externalId = `${id.repeat(8)}-0000-4000-8000-000000000001`
  const line = (minute: number, n: number, rest: object) =>
    JSON.stringify({
      sessionId: externalId,
      cwd,
      version: '2.1.197',
      isSidechain: false,
      uuid: `${id}-${n}`,
      timestamp: `2026-11-19T09:${minute}:00.000Z`,
      ...rest,
    })
  const call = (n: number, name: string, input: object) => ({
    type: 'assistant',
    message: {
      id: `m${id}${n}`,
      role: 'assistant',
      model: 'x',
      content: [{ type: 'tool_use', id: `t${id}${n}`, name, input }],
    },
  })
  const result = (n: number, content: string) => ({
    type: 'user',
    message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${id}${n}`, content }] },
  })
  let n = 0
  const lines = [line(from, n, { type: 'user', message: { role: 'user', content: `Session ${id}` } })]
  for (const path of edits) {
    const input = { file_path: join(shop, path), old_string: 'a', new_string: 'b' }
    lines.push(line(from, ++n, call(n, 'Edit', input)), line(from, n + 100, result(n, 'ok')))
  }
  for (const said of shows) {
    const command = 'git commit -m "x"'
    lines.push(line(to, ++n, call(n, 'Bash', { command })), line(to, n + 100, result(n, said)))
  }
  lines.push(line(to, 99, { type: 'user', message: { role: 'user', content: 'Done' } }))
  world.home.write(`.claude/projects/-code-shop/${externalId}.jsonl`, `${lines.join('\n')}\n`)
}

describe('daybook session commits', () => {
  it('GB11 G34 tells parallel sessions apart: by output, by files, else marked shared', async () => {
    const mine = commit(20, 'mine', 'port.ts')
    const theirs = commit(21, 'theirs', 'tide.ts')
    const tide = commit(22, 'tide', 'tide.ts')
    const both = commit(23, 'both', 'both.ts')
    session('a', 10, 40, ['tide.ts', 'both.ts'], [`[main ${mine.slice(0, 7)}] mine`, '[main abcdef0] amended'])
    session('b', 15, 50, ['port.ts', 'both.ts'], [`[main ${theirs.slice(0, 7)}] theirs`])
    await world.rescan()
    const { items, total, timeframe, repository, problem } = await asked('session commits aaaaaaaa')
    const short = (rows: { hash: string; subject: string; evidence: string; inRepository: boolean }[]) =>
      rows.map(({ hash, subject, evidence, inRepository }) => [hash, subject, evidence, inRepository])
    expect(short(items)).toEqual([
      ['abcdef0', 'amended', 'seen', false],
      [both, 'both', 'shared', true],
      [tide, 'tide', 'files', true],
      [mine, 'mine', 'seen', true],
    ])
    expect({ total, timeframe, repository, problem }).toEqual({
      total: 4,
      timeframe: { since: '2026-11-19T09:10:00.000Z', until: '2026-11-19T09:40:00.000Z' },
      repository: shop,
      problem: null,
    })
    expect(short((await asked('session commits bbbbbbbb')).items)).toEqual([
      [both, 'both', 'shared', true],
      [theirs, 'theirs', 'seen', true],
    ])
    const page = await asked('session commits aaaaaaaa --limit 3')
    const rest = await asked(`session commits aaaaaaaa --limit 3 --cursor ${page.nextCursor}`)
    expect(short([...page.items, ...rest.items])).toEqual(short(items))
  })

  it('GB11 keeps its window when somebody touches the session later', async () => {
    session('a', 10, 20, [])
    await world.rescan()
    const { id } = await asked('session show aaaaaaaa')
    await world.store.sessions.touch(id, NOW)
    commit(30, 'later', 'x.ts')
    const { items, timeframe } = await asked('session commits aaaaaaaa')
    expect([items, timeframe.until]).toEqual([[], '2026-11-19T09:20:00.000Z'])
  })

  it('GB12 asks the repository the session stood in, or its project’s root, and no other', async () => {
    commit(20, 'ours', 'a.ts')
    session('a', 10, 30, [], [], shop)
    await world.rescan()
    expect((await asked('session commits aaaaaaaa')).items).toMatchObject([{ subject: 'ours', evidence: 'window' }])
    session('b', 10, 30, [], ['[main abcdef0] elsewhere'], '/gone/shop')
    await world.rescan()
    expect(await asked('session commits bbbbbbbb')).toMatchObject({
      items: [{ hash: 'abcdef0', subject: 'elsewhere', evidence: 'seen', inRepository: null }],
      repository: null,
      problem: 'no repository is at /gone/shop any more',
    })
  })

  it('says why git told nothing, and lists what the output showed all the same', async () => {
    session('a', 10, 30, [], ['[main abcdef0] fix: a|b'])
    await world.rescan()
    writeFileSync(join(shop, '.git', 'config'), '[core\n')
    const shown = await asked('session commits aaaaaaaa')
    expect(shown).toMatchObject({ items: [{ subject: 'fix: a|b', inRepository: null }], repository: shop })
    expect(shown.problem).toMatch(/^git for-each-ref in .* failed: fatal: bad config line 1/)
  })
})
