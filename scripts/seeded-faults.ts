// Faults put into the code on purpose, each of which has to turn a numbered test red.
// `node scripts/seeded-faults.ts SEED COUNT` names tests taken at random; `node scripts/seeded-faults.ts FAULTS.json` tries
// faults, one after the other: [{ "number": "M20", "test": "src/x.test.ts", "file": "src/x.ts", "find": "a", "put": "b" }].
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { random } from '../test/random.ts'
import { shownByTests } from './origins/shown.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** One change of one file, and the numbered test that is about what it breaks. */
interface Fault {
  number: string
  /** Path of the test's file. */
  test: string
  /** Path of the file that is changed. */
  file: string
  /** What stands there once. */
  find: string
  put: string
}

/** Numbers of features, each once, with a test that shows it, in an order made of the seed. */
function chosen(seed: number, count: number): { number: string; file: string; name: string }[] {
  const { pick } = random(seed)
  const left = [...shownByTests()].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [number, tests] = pick(left)
    left.splice(
      left.findIndex(([other]) => other === number),
      1,
    )
    const { file, name } = pick(tests)
    return { number, file, name }
  })
}

/** `red`: the test noticed. Anything else is a test that cannot fail, or a fault that is none. */
function tried({ number, test, file, find, put }: Fault): string {
  const path = `${ROOT}${file}`
  const whole = readFileSync(path, 'utf8')
  const parts = whole.split(find)
  if (parts.length !== 2) return `${file} has that ${parts.length - 1} times`
  const report = join(mkdtempSync(join(tmpdir(), 'daybook-faults-')), 'report.json')
  writeFileSync(path, parts.join(put))
  try {
    const words = ['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers=1', '--reporter=json', test]
    const named = ['-t', `(^|[^A-Z0-9])${number}( |$)`]
    spawnSync(process.execPath, [...words, ...named, `--outputFile=${report}`], { cwd: ROOT })
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number
      numFailedTests: number
    }
    return failed > 0 ? 'red' : passed > 0 ? 'survived' : 'no such test'
  } finally {
    rmSync(dirname(report), { recursive: true })
    writeFileSync(path, whole)
  }
}

const [first = '1', count = '30'] = process.argv.slice(2)
if (/^\d+$/.test(first)) {
  for (const { number, file, name } of chosen(Number(first), Number(count))) console.log(`${number}\t${file}\t${name}`)
} else {
  for (const fault of JSON.parse(readFileSync(first, 'utf8')) as Fault[]) {
    const { number, file, find, put } = fault
    console.log(`${number}\t${tried(fault)}\t${file}: ${find} -> ${put}`)
  }
}
