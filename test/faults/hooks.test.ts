import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Installed, installed } from '../installed-agents.ts'
import { buildProgram } from './daybook.ts'

/**
 * An agent waits for a second. A machine that others keep busy may need more: what is not to be waited for (a store that is
 * locked, a process that is frozen) takes ten seconds or no end at all.
 */
const WAITED_MS = 6_000

beforeAll(buildProgram, 120_000)

let machine: Installed
let project: string
beforeEach(() => {
  machine = installed()
  project = machine.project('tidewatch')
}, 60_000)
afterEach(() => machine.remove())

const SILENT = { status: 0, signal: null, stdout: '', stderr: '' }
const start = (id: string) => ({ session_id: id, cwd: project, source: 'startup' })

/** Runs what set-up wrote, as an agent does that waits `WAITED_MS`. `around` is put before it. */
function tell(
  event: string,
  said: string | Buffer | object,
  env: Record<string, string | undefined> = {},
  around: readonly string[] = [],
) {
  const { shell, line } = machine.command('claude-code', event)
  const words = [...around, shell, '-c', line]
  const input = typeof said === 'string' || Buffer.isBuffer(said) ? said : JSON.stringify(said)
  const options: SpawnSyncOptions = { input, cwd: project, timeout: WAITED_MS, killSignal: 'SIGKILL' }
  const { status, signal, stdout, stderr } = spawnSync(words[0]!, words.slice(1), {
    ...options,
    env: { ...machine.env, ...env },
    encoding: 'utf8',
  })
  return { status, signal, stdout, stderr }
}

const spool = () => join(machine.dataDir, 'spool')
/** Events that wait; that a process was not heard stays known until another one begins. */
const waiting = () => readdirSync(spool()).filter((name) => name !== 'damaged' && !name.startsWith('.silent-'))
const known = (): string[] =>
  (machine.ask(project, 'session', 'list') as { items: { externalId: string }[] }).items
    .map(({ externalId }) => externalId)
    .toSorted()

/** The start is told until an answer came, on a machine that is too busy for one within a second. */
function answered(said: object, env: Record<string, string | undefined> = {}): string {
  for (let i = 0; i < 25; i++) {
    const done = tell('SessionStart', said, env)
    expect(done).toMatchObject({ status: 0, stderr: '' })
    if (done.stdout !== '') return done.stdout
  }
  return ''
}

describe.skipIf(process.platform === 'win32')('an installed hook', () => {
  it('F15 is over in time while the store is locked, and its events are kept', () => {
    answered(start('first'))
    const held = new DatabaseSync(join(machine.dataDir, 'daybook.db'))
    held.exec('BEGIN EXCLUSIVE')
    expect(tell('SessionStart', start('locked'))).toEqual(SILENT)
    expect(tell('Stop', { session_id: 'first' })).toEqual(SILENT)
    held.exec('ROLLBACK')
    held.close()
    expect(known()).toEqual(['first', 'locked'])
    expect(waiting()).toEqual([])
  }, 60_000)

  it('F15 is over in time with the background process frozen, and answered by the program; dead, the same', async () => {
    const child = await machine.background()
    child.kill('SIGSTOP')
    expect(answered(start('frozen'))).toContain('SESSION-001')
    expect(tell('Stop', { session_id: 'frozen' })).toEqual(SILENT)
    child.kill('SIGCONT')
    child.kill('SIGKILL')
    expect(readFileSync(join(machine.dataDir, 'background'), 'utf8')).toContain(String(child.pid))
    expect(answered(start('dead'))).toContain('SESSION-002')
    expect(known()).toEqual(['dead', 'frozen'])
    expect(waiting()).toEqual([])
  }, 60_000)

  it('F22 finds its record without HOME, and the program that answers has the home that it was set up for', () => {
    expect(answered(start('homeless'), { HOME: undefined, USER: undefined })).toContain('SESSION-001')
    expect(answered(start('blank'), { HOME: '' })).toContain('SESSION-002')
    expect(tell('Stop', { session_id: 'homeless' }, { HOME: undefined })).toEqual(SILENT)
    expect(known()).toEqual(['blank', 'homeless'])
    expect(waiting()).toEqual([])
  }, 60_000)

  it('takes 100 MB at every event: what stands at the beginning counts, the rest is gone', () => {
    const much = (said: object) =>
      Buffer.concat([Buffer.from(`${JSON.stringify(said).slice(0, -1)},"more":"`), Buffer.alloc(100e6, 97)])
    for (const event of ['SessionStart', 'PostToolUse', 'Stop'])
      expect(tell(event, much(start(`much-${event}`)))).toMatchObject({ status: 0, signal: null, stderr: '' })
    expect(known()).toEqual(['much-PostToolUse', 'much-SessionStart', 'much-Stop'])
    expect(waiting()).toEqual([])
  }, 60_000)

  it('runs nothing and loses nothing that could be kept of hostile JSON', () => {
    const mark = join(machine.home.path, 'ran')
    const run = `$(touch ${mark})\`touch ${mark}\`;touch ${mark}\n"';touch ${mark}|touch ${mark}&touch ${mark}`
    const hostile = [
      '',
      '{',
      'null',
      '[[[['.repeat(100_000),
      run,
      { session_id: run, cwd: project },
      { session_id: '../../../etc/passwd', cwd: run, source: run },
      { session_id: 'x', cwd: project, tool_name: run, tool_input: { command: run, file_path: run } },
      `{"session_id":"y","cwd":${JSON.stringify(project)},"more":${'{"a":'.repeat(50_000)}`,
      Buffer.from([0, 255, 254, 10, 46, 10, 0]),
    ]
    for (const said of hostile) {
      for (const event of ['SessionStart', 'PreToolUse'])
        expect(tell(event, said, { DAYBOOK_SESSION: run })).toMatchObject({ status: 0, signal: null, stderr: '' })
    }
    expect(existsSync(mark)).toBe(false)
    expect(known()).toEqual(['../../../etc/passwd', 'x', 'y'])
    expect(waiting()).toEqual([])
    expect(existsSync(mark)).toBe(false)
  }, 120_000)

  it('F6 cannot keep a file that may not grow, and is silent about it', () => {
    answered(start('first'))
    const held = ['/bin/sh', '-c', `trap '' XFSZ; ulimit -f 0; exec "$@"`, 'sh']
    for (const event of ['SessionStart', 'Stop']) expect(tell(event, start('lost'), {}, held)).toEqual(SILENT)
    expect(tell('Stop', start('first'))).toEqual(SILENT)
    expect(known()).toContain('first')
  }, 60_000)

  const mounts = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0
  it.skipIf(!mounts)(
    'F6 on a full disk (needs a file system of its own: user namespaces) loses what came then, nothing else',
    () => {
      answered(start('before'))
      expect(tell('UserPromptSubmit', start('kept'))).toEqual(SILENT)
      const kept = `${machine.dataDir}-kept`
      mkdirSync(kept)
      // Inside: a disk of 4 MB with the data folder on it, filled up; what is on it afterwards is carried out.
      const script = `set -e; data=$1; kept=$2; shift 2; cp -a "$data"/. "$kept"/; mount -t tmpfs -o size=4m,mode=700 none "$data"
      cp -a "$kept"/. "$data"/; cat /dev/zero >"$data/full" 2>&1 || :; cat >"$kept-said"
      code=0; "$@" <"$kept-said" || code=$?; rm "$data/full"; "$@" <"$kept-said" || code=9$?
      rm -r "$kept"; mkdir "$kept"; cp -a "$data"/. "$kept"/; exit $code`
      const around = ['unshare', '-rm', '/bin/sh', '-c', script, 'sh', machine.dataDir, kept]
      expect(tell('Stop', start('full'), {}, around)).toEqual(SILENT)
      rmSync(machine.dataDir, { recursive: true })
      spawnSync('cp', ['-a', kept, machine.dataDir])
      expect(known()).toEqual(['before', 'full', 'kept'])
    },
    60_000,
  )

  it('F15 with its folders in the way of its files, or a program that is gone, is silent', () => {
    rmSync(spool(), { recursive: true, force: true })
    writeFileSync(spool(), 'a file')
    for (const event of ['SessionStart', 'Stop']) expect(tell(event, start('x'))).toEqual(SILENT)
    rmSync(spool())
    rmSync(join(machine.dataDir, 'hooks', 'capture.sh'))
    expect(tell('Stop', start('x')).stdout).toBe('')
  }, 60_000)
})
