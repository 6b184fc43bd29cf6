import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OPERATIONS } from '../../operations/index.ts'
import { HAND_WRITTEN } from '../commands.ts'
import { type } from '../testing.ts'

const program = fileURLToPath(new URL('../../bin.ts', import.meta.url))
const windows = process.platform === 'win32'
const installed = (shell: string): boolean => !windows && spawnSync(shell, ['--version']).status === 0

let folder: string
let env: NodeJS.ProcessEnv
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-completion-'))
  mkdirSync(join(folder, 'bin'))
  const daybook = join(folder, 'bin/daybook')
  writeFileSync(daybook, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  chmodSync(daybook, 0o755)
  const path = `${join(folder, 'bin')}:${process.env['PATH']}`
  env = { PATH: path, HOME: folder, DAYBOOK_HOME: join(folder, 'data'), LANG: 'C.UTF-8' }
  if (!windows) run('daybook', ['demo'])
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(file: string, args: string[], more: NodeJS.ProcessEnv = {}): string {
  return execFileSync(file, args, { env: { ...env, ...more }, cwd: folder, encoding: 'utf8', stdio: 'pipe' })
}

async function script(shell: string): Promise<string> {
  const path = join(folder, `daybook.${shell}`)
  writeFileSync(path, (await type(`completion ${shell}`)).stdout)
  return path
}

/** The demo's sessions. */
const STORY = ['SESSION-001', 'SESSION-002', 'SESSION-003', 'SESSION-004', 'SESSION-005', 'SESSION-006']

/** What a shell is asked and what it has to offer: the same everywhere. */
const CASES: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['daybook se', ['search', 'serve', 'session', 'setup']],
  ['daybook session unn', ['unnote']],
  ['daybook session list --st', ['--starred', '--status']],
  ['daybook session list --sort ', ['cost', 'last', 'started']],
  ['daybook session list --limit 5 --status a', ['abandoned', 'active', 'archived']],
  ['daybook session list --starred --agent claude', ['claude-code']],
  ['daybook session show ', STORY],
  ['daybook session show SESSION-002', ['SESSION-002']],
  ['daybook session show cc-2b', ['cc-2b9e04']],
  ['daybook session star SESSION-001 ', STORY],
  ['daybook search tide --session ', STORY],
  ['daybook session list --project ', ['tidewatch']],
  ['daybook usage model --model claude-o', ['claude-opus-4-5-20251101']],
  ['daybook completion z', ['zsh']],
  ['daybook nonsense x', []],
]

describe('completion', () => {
  it.skipIf(!installed('bash'))(
    'in bash, where it is installed, offers words, flags, choices, and what is in the record',
    async () => {
      const path = await script('bash')
      const lines = CASES.map(([typed]) => typed)
      const asked = `source '${path}'; for line in "$@"; do COMP_LINE="$line"; COMP_POINT=\${#line}; COMPREPLY=(); _daybook
      printf '%s\\n' "\${COMPREPLY[*]}"; done`
      const out = run('bash', ['--norc', '-c', asked, 'bash', ...lines]).split('\n')
      expect(lines.map((line, i) => [line, (out[i] ?? '').split(' ').filter(Boolean).sort()])).toEqual(CASES)
    },
  )

  it.skipIf(!installed('bash'))('in bash, where it is installed, completes after = and names files', async () => {
    const path = await script('bash')
    writeFileSync(join(folder, 'tide table.md'), '')
    const asked = `source '${path}'; for line in "$@"; do COMP_LINE="$line"; COMP_POINT=\${#line}; COMPREPLY=(); _daybook
      printf '%s\\n' "\${COMPREPLY[@]}"; done`
    const out = run('bash', ['--norc', '-c', asked, 'bash', 'daybook session list --sort=c', 'daybook blame ti'])
    expect(out).toBe('cost\ntide table.md\n')
  })

  it.skipIf(!installed('fish'))('in fish, where it is installed, offers the same, with what each is', async () => {
    const path = await script('fish')
    const asked = `source '${path}'; for line in $argv; complete -C $line | string join0; printf '\\n'; end`
    const out = run('fish', ['--no-config', '-c', asked, ...CASES.map(([typed]) => typed)]).split('\n')
    const offered = out.map((line) =>
      line
        .split('\0')
        .filter(Boolean)
        .map((one) => one.split('\t')[0] as string)
        .sort(),
    )
    expect(CASES.map(([typed], i) => [typed, offered[i]])).toEqual(CASES)
  })

  it.skipIf(!installed('zsh'))('in zsh, where it is installed, offers the same', async () => {
    const path = await script('zsh')
    // Its line editor is not there: what it would be handed is printed.
    const asked = `compdef() { :; }
      compadd() { while [[ $1 != -- ]]; do shift; done; shift; found="$*"; }
      source '${path}'
      for line in "$@"; do words=("\${(@s: :)line}"); CURRENT=$#words; PREFIX="\${words[-1]}"; found=; _daybook; print -r -- "$found"; done`
    const out = run('zsh', ['-f', '-c', asked, 'zsh', ...CASES.map(([typed]) => typed)]).split('\n')
    expect(CASES.map(([typed], i) => [typed, (out[i] ?? '').split(' ').filter(Boolean).sort()])).toEqual(CASES)
  })

  it.each(['bash', 'zsh', 'fish', 'powershell'])('for %s knows every command', async (shell) => {
    const { stdout, code } = await type(`completion ${shell}`)
    expect(code).toBe(0)
    const paths = [...OPERATIONS, ...HAND_WRITTEN].map(({ path }) => path.join(' ')).filter((path) => path !== '')
    expect(paths.filter((path) => !stdout.includes(path))).toEqual([])
    expect(stdout).not.toContain('undefined')
  })

  it('of another shell is refused with those there are', async () => {
    const { code, stderr } = await type('completion tcsh')
    expect(code).toBe(2)
    expect(stderr).toContain('SHELL "tcsh" is not one of bash, zsh, fish, powershell')
  })
})

describe('what a completion asks', () => {
  it.skipIf(windows)('makes no store, and is silent about what goes wrong', () => {
    const home = join(folder, 'untouched')
    expect(run('daybook', ['complete', 'sessions', '--', '='], { DAYBOOK_HOME: home })).toBe('')
    expect(existsSync(home)).toBe(false)
    mkdirSync(home)
    writeFileSync(join(home, 'daybook.db'), 'not a store')
    expect(run('daybook', ['complete', 'sessions', '--', '='], { DAYBOOK_HOME: home })).toBe('')
  })

  it.skipIf(windows)('answers with values that begin as typed, ignoring case, each with what it is', () => {
    const ask = (...words: string[]) => run('daybook', ['complete', ...words])
    expect(ask('sessions', '--', '=session-001')).toBe('SESSION-001\tPlan offline tide tables\n')
    expect(ask('sessions', '--', '=2b9e')).toBe('2b9e04d7-61c3-4f0a-9d52-7a3c18e6b045\tPlan offline tide tables\n')
    run('daybook', ['session', 'tag', '1', 'low water'])
    run('daybook', ['filter', 'save', 'lately', '--since', '7d'])
    run('daybook', ['session', 'note', '1', 'Hard part'])
    expect(ask('tags')).toBe('low water\ttag\n')
    expect(ask('filters', '--', '=La')).toBe('lately\tsince\n')
    expect(ask('notes').split('\n')[0]).toBe('3\tHard part')
    expect(ask('tickets', '--', '=t-4')).toBe('T-4\tCache tide tables on disk\n')
  })

  it('is not listed', async () => {
    expect((await type('--help')).stdout).not.toContain('daybook complete ')
  })
})
