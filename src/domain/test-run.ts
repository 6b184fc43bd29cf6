import { type SimpleCommand, readShell } from './shell-line.ts'

/** A command that runs tests, as far as its text tells. */
export interface TestRun {
  /** As people call it: `npm test`, `cargo test`. */
  runner: string
  /** Whether success of the whole command is success of the tests: false for `|| true`, a pipe, a command after it. */
  proves: boolean
  /** Whether a failure of the whole command is a failure of the tests. */
  blames: boolean
}

/**
 * Finds the test run in a shell command. Only what stands where a command stands counts: `echo npm test` runs nothing. Text
 * that is not understood to its end proves nothing.
 *
 * Runners are known by the names their own documentation gives, November 2026.
 */
export function testRunIn(command: string): TestRun | undefined {
  const line = readShell(command)
  const script = scriptOf(line.commands)
  if (script !== undefined) return testRunIn(script)
  const at = line.commands.findLastIndex(({ words }) => runnerOf(words) !== undefined)
  const found = line.commands[at]
  const runner = found && runnerOf(found.words)
  if (found === undefined || runner === undefined) return undefined
  const isSure = line.understood && !found.negated && isReached(line.commands.slice(0, at))
  return {
    runner,
    proves: isSure && hidesNothing(line.commands.slice(at), line.pipefail),
    blames: isSure && line.commands.length === at + 1 && line.commands.slice(0, at).every(isHarmless),
  }
}

/** `npm test` of `bash -lc 'npm test'`. */
function scriptOf(commands: readonly SimpleCommand[]): string | undefined {
  const [only] = commands
  if (commands.length !== 1 || only === undefined || only.negated) return undefined
  const [shell = '', flags = '', script, ...more] = only.words
  const isShell = /^(?:ba|da|z|k)?sh$/.test(nameOf(shell)) && /^-[a-z]*c$/.test(flags)
  return isShell && more.length === 0 ? script : undefined
}

/** A run behind `||` may not have happened at all; behind `exit` it did not, except behind one that tells of a failure. */
function isReached(before: readonly SimpleCommand[]): boolean {
  if (before.some(({ words }, i) => leaves(words) && !(before[i - 1]?.after === '||' && words[1] !== '0'))) return false
  const list = before.slice(before.findLastIndex(({ after }) => after === ';' || after === '\n' || after === '&') + 1)
  return list.every(({ after }) => after !== '||')
}

function leaves([first]: readonly string[]): boolean {
  return first === 'exit' || first === 'return'
}

/** What follows the run can only be reached by its success, or there is nothing. */
function hidesNothing(from: readonly SimpleCommand[], pipefail: boolean): boolean {
  return from.every(({ after }, i) => {
    if (i === from.length - 1) return after === '' || after === ';' || after === '\n'
    return after === '&&' || (after === '|' && pipefail)
  })
}

function isHarmless({ words }: SimpleCommand): boolean {
  return ['cd', 'export', 'set', 'echo'].includes(words[0] ?? '')
}

/** Programs that run another program given after them. */
const WRAPPERS = new Set([
  'time',
  'nice',
  'nohup',
  'command',
  'exec',
  'env',
  'stdbuf',
  'xvfb-run',
  'dotenv',
  'cross-env',
])
/** The same, where the program comes after a word: `npm exec vitest`, `uv run pytest`. */
const RUNNERS_OF: Readonly<Record<string, readonly string[]>> = {
  npx: [''],
  bunx: [''],
  pnpx: [''],
  npm: ['exec', 'x'],
  pnpm: ['exec', 'dlx', ''],
  yarn: ['exec', 'dlx', ''],
  bun: ['x'],
  uv: ['run'],
  poetry: ['run'],
  pipenv: ['run'],
  pdm: ['run'],
  hatch: ['run'],
  rye: ['run'],
  bundle: ['exec'],
  python: ['-m'],
  python3: ['-m'],
  py: ['-m'],
}

/** What follows the program, as a pattern over the rest of its words. */
const PROGRAMS: Readonly<Record<string, RegExp>> = {
  npm: /^(?:t|tst|test|run (?:t|test)(?::\S+)?|run-script test(?::\S+)?)(?: |$)/,
  pnpm: /^(?:t|test|run test(?::\S+)?|test:\S+)(?: |$)/,
  yarn: /^(?:test|run test(?::\S+)?|test:\S+)(?: |$)/,
  bun: /^(?:test|run test(?::\S+)?)(?: |$)/,
  deno: /^(?:test|task test(?::\S+)?)(?: |$)/,
  node: /(?:^| )--test(?: |$)/,
  vitest: /^(?!(?:list|init|bench)(?: |$))/,
  jest: /^/,
  mocha: /^/,
  ava: /^/,
  tap: /^/,
  playwright: /^test(?: |$)/,
  cypress: /^run(?: |$)/,
  karma: /^start(?: |$)/,
  ng: /^test(?: |$)/,
  nx: /^(?:test|run \S+:test)(?: |$)/,
  turbo: /^(?:run )?test(?: |$)/,
  pytest: /^/,
  'py.test': /^/,
  unittest: /^/,
  nose2: /^/,
  tox: /^/,
  nox: /^/,
  'manage.py': /^test(?: |$)/,
  go: /^test(?: |$)/,
  gotestsum: /^/,
  ginkgo: /^/,
  cargo: /^(?:\+\S+ )?(?:t|test|nextest run)(?: |$)/,
  mvn: /(?:^| )(?:test|verify|integration-test|package|install)(?: |$)/,
  mvnw: /(?:^| )(?:test|verify|integration-test|package|install)(?: |$)/,
  gradle: /(?:^| |:)(?:test|check|build|\w+Test)(?: |$)/,
  gradlew: /(?:^| |:)(?:test|check|build|\w+Test)(?: |$)/,
  sbt: /(?:^| )(?:test|\S*\/test|testOnly\b.*)(?: |$)/,
  dotnet: /^test(?: |$)/,
  rspec: /^/,
  rake: /^(?:test|spec)(?::\S+)?(?: |$)/,
  rails: /^test(?::\S+)?(?: |$)/,
  phpunit: /^/,
  pest: /^/,
  composer: /^(?:test|run(?:-script)? test)(?: |$)/,
  artisan: /^test(?: |$)/,
  mix: /^test(?: |$)/,
  lein: /^test(?: |$)/,
  swift: /^test(?: |$)/,
  xcodebuild: /(?:^| )test(?: |$)/,
  flutter: /^test(?: |$)/,
  dart: /^(?:test|run test)(?: |$)/,
  zig: /^(?:test|build test)(?: |$)/,
  stack: /^test(?: |$)/,
  cabal: /^(?:test|v2-test)(?: |$)/,
  ctest: /^/,
  bazel: /^test(?: |$)/,
  make: /(?:^| )(?:test|tests|check)(?: |$)/,
  gmake: /(?:^| )(?:test|tests|check)(?: |$)/,
  just: /^test(?: |$)/,
  task: /^test(?: |$)/,
  bats: /^/,
  busted: /^/,
  prove: /^/,
}

/** Asked for help, a list, or a rehearsal: no test runs. */
const RUNS_NOTHING =
  /(?:^| )(?:-h|--help|--version|--collect-only|--co|--listTests|--list-tests|--list|--no-run|--dry-run|--dry_run|--just-print|--showConfig|--clearCache|-DskipTests\S*|-Dmaven\.test\.skip\S*|--setup-only|--setup-plan|--fixtures)(?: |$)/
/** The same in letters that mean this for some programs alone. */
const RUNS_NOTHING_FOR: Readonly<Record<string, RegExp>> = {
  make: /(?:^| )-\w*[nqt]\w*(?: |$)/,
  gmake: /(?:^| )-\w*[nqt]\w*(?: |$)/,
  ctest: /(?:^| )(?:-N|--show-only\S*)(?: |$)/,
  gradle: /(?:^| )(?:-m|-x (?:test|check))(?: |$)/,
  gradlew: /(?:^| )(?:-m|-x (?:test|check))(?: |$)/,
  go: /(?:^| )(?:-c|-list(?:=| )\S*|-run(?:=| )\^\$|-n)(?: |$)/,
  tox: /(?:^| )(?:-l|-a|--notest)(?: |$)/,
  nox: /(?:^| )-l(?: |$)/,
}

/** `npm test` for the words of a command that runs it. */
function runnerOf(words: readonly string[]): string | undefined {
  const [first = '', ...rest] = words
  const program = nameOf(first)
  if (WRAPPERS.has(program)) return runnerOf(skipOptions(rest))
  if (program === 'timeout' || program === 'gtimeout') return runnerOf(skipOptions(rest).slice(1))
  const text = rest.join(' ')
  const pattern = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined
  if (pattern?.test(text)) {
    const nothing = Object.hasOwn(RUNS_NOTHING_FOR, program) ? RUNS_NOTHING_FOR[program] : undefined
    if (RUNS_NOTHING.test(text) || nothing?.test(text)) return undefined
    const said = pattern.source === '^' ? undefined : /^(?:run )?[\w:-]*test[\w:-]*|^nextest/.exec(text)?.[0]
    return said === undefined ? program : `${program} ${said}`
  }
  if (program === 'php') return runnerOf(rest)
  const vias = Object.hasOwn(RUNNERS_OF, program) ? RUNNERS_OF[program] : undefined
  const via = vias?.find((word) => word === '' || rest[0] === word)
  if (via === undefined) return rest[0]?.endsWith('.py') ? runnerOf(rest) : undefined
  return runnerOf(skipOptions(via === '' ? rest : rest.slice(1)))
}

/** A program without its folder and ending: `./node_modules/.bin/vitest`, `gradlew.bat`. */
function nameOf(word: string): string {
  return (word.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:exe|cmd|bat|sh|m?js)$/i, '')
}

/** Without flags in front, and without `NAME=value`. */
function skipOptions(words: readonly string[]): string[] {
  const at = words.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word))
  return at < 0 ? [] : words.slice(at)
}
