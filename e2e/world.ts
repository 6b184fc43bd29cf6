import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
/** An agent that does not end is ended. */
const LONGEST_MS = 180_000

/** A machine of its own: a home with nothing in it, a project with one commit, the built Daybook. */
export interface World {
  home: string
  project: string
  /** What an agent or a person has around it here, and no more. */
  env(more?: Record<string, string>): Record<string, string>
  /** Writes a file of the home. */
  write(path: string, text: string): void
  read(path: string): string
  /** Makes a program one that PATH finds. */
  link(name: string, program: string): void
  /** What `daybook` prints for words. @throws Error with what it says when it fails */
  daybook(...words: string[]): string
  /** The same with `--json`, read. */
  ask(...words: string[]): unknown
  git(...words: string[]): string
  /** Runs a program in the project to its end, or kills it `when`; what it prints is kept in a file. */
  run(
    name: string,
    program: string,
    words: readonly string[],
    env: Record<string, string>,
    when?: () => boolean,
  ): Promise<Ended>
  remove(): void
}

export interface Ended {
  code: number | null
  /** The end of what it printed, for the report of a failure. */
  tail: string
}

export function makeWorld(): World {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-agents-'))
  const [home, project, bin] = ['home', 'project', 'bin'].map((name) => join(folder, name)) as [string, string, string]
  for (const path of [home, project, bin]) mkdirSync(path)
  symlinkSync(process.execPath, join(bin, 'node'))
  writeFileSync(join(bin, 'daybook'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, { mode: 0o755 })
  const path = [bin, dirname('/usr/bin/env'), '/bin', '/usr/local/bin'].join(delimiter)
  const env = (more: Record<string, string> = {}) => ({ HOME: home, PATH: path, LANG: 'C.UTF-8', USER: 'ada', ...more })
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: project, env: env(), encoding: 'utf8', stdio: 'pipe' }).trim()
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
  writeFileSync(join(project, 'README.md'), '# demo\n\nA smal demo.\n')
  git('init', '-qb', 'main')
  // In the project: some agents give git no configuration of the user's.
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.org')
  git('add', '-A')
  // An hour old: git tells whole seconds, and a session that begins within the same one may have made it.
  const at = new Date(Date.now() - 3_600_000).toISOString()
  const dated = env({ GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at })
  execFileSync('git', ['commit', '-qm', 'First'], { cwd: project, env: dated, stdio: 'pipe' })
  const daybook = (...words: string[]) =>
    execFileSync(process.execPath, [PROGRAM, ...words], { cwd: project, env: env(), encoding: 'utf8', stdio: 'pipe' })
  return {
    home,
    project,
    env,
    write,
    git,
    daybook,
    read: (name) => readFileSync(join(home, name), 'utf8'),
    link: (name, program) => symlinkSync(program, join(bin, name)),
    ask: (...words) => JSON.parse(daybook(...words, '--json')),
    run: (name, program, words, more, when) =>
      ended(program, words, { cwd: project, env: env(more), log: join(folder, `${name}.log`), when }),
    remove: () => {
      daybook('background', '--stop')
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

interface Running {
  cwd: string
  env: Record<string, string>
  log: string
  when: (() => boolean) | undefined
}

function ended(program: string, words: readonly string[], { cwd, env, log, when }: Running): Promise<Ended> {
  const file = openSync(log, 'w')
  // A group of its own, so that what the client started ends with it.
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', file, file], detached: true })
  const timer = setTimeout(() => end(child.pid), LONGEST_MS)
  const looking = setInterval(() => when?.() && end(child.pid), 500)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      clearTimeout(timer)
      clearInterval(looking)
      end(child.pid)
      resolve({ code, tail: readFileSync(log, 'utf8').slice(-2000) })
    })
  })
}

function end(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}
