import { agent, bash, begin, edit, fails, finish, grep, prompt, read, reply, write, type Scene } from '../story.ts'
import { fixture, READER, READER_TEST, ROUTE, SKEW_TESTS } from './code.ts'
import { clockSkew } from './subagents.ts'

const STALE = `> tidewatch@ test
> node --test reader

TAP version 13
# Subtest: a young table comes from disk
ok 1 - a young table comes from disk
  ---
  duration_ms: 6.412
  type: 'test'
  ...
# Subtest: a table older than 7 days is never served
not ok 2 - a table older than 7 days is never served
  ---
  duration_ms: 11.090
  type: 'test'
  location: 'cache/reader.test.ts:22:1'
  failureType: 'testCodeFailure'
  error: 'stale table was served'
  code: 'ERR_ASSERTION'
  name: 'AssertionError'
  expected: '2026-11-20T14:29:02.114Z'
  actual: '2026-11-09T06:00:00Z'
  operator: 'strictEqual'
  stack: |-
    TestContext.<anonymous> (cache/reader.test.ts:25:10)
    async Test.run (node:internal/test_runner/test:1113:7)
  ...
# Subtest: a damaged file is fetched again
ok 3 - a damaged file is fetched again
1..3
# tests 3
# pass 2
# fail 1
AssertionError: stale table was served`

const SUMMARY = `1. Request: T-4, keep tide tables on disk (docs/offline-tables.md). Steps 1 to 4 are written, T-6 is open.
2. Files: cache/header.ts, cache/paths.ts, cache/writer.ts with its tests, cache/reader.ts, cache/reader.test.ts,
   cache/fixtures/8443970.tide (a table of 11 days ago), routes/tides.ts. Commit 4d07ab1 holds all but the last change.
3. Decision: the lifetime lives in the file header. A table older than 7 days is never served.
4. What did not work: taking the age from mtime. A copy or checkout makes the file young, and the CI clock runs ahead.
5. Now: npm test -- reader fails with "stale table was served". Next: take the age from the header, run the tests.`

/** The reader, with a wrong idea in it: the age of the file is not the age of the table. */
export const buildTheReader: Scene = {
  from: '14:02:00',
  to: '14:33:06',
  beats: [
    prompt('Read the old offline branch before you go on, Mika tried this in spring. Is its parsing worth keeping?'),
    reply({
      calls: [
        bash('List branches', 'git branch -a --format="%(refname:short)"', 80, 'main\nmika/offline-try'),
        bash(
          'See what that branch changed',
          'git diff --stat main...mika/offline-try',
          120,
          ' cache.js | 214 ++++++++\n 1 file changed, 214 insertions(+)',
        ),
        bash(
          'Read its parser',
          'git show mika/offline-try:cache.js | sed -n 1,40p',
          90,
          '// one big JSON with all stations, age = fs.statSync(file).mtime\nexport function load(file) { return JSON.parse(readFileSync(file)) }',
        ),
        ...read('cache/header.ts'),
      ],
    }),
    reply({
      say:
        'Not worth keeping: one JSON file for all stations, read whole on each request. Its idea of using the file time as the ' +
        'age is shorter than parsing, though.',
    }),
    prompt('Write the cache reader and put it into the route. Add a fixture with an old table.'),
    reply({
      think:
        'readHeader for the first line, then the body. For the age the file time is at hand, and the writer sets it: mtime is ' +
        'when the table was written, which is when it was fetched.',
      calls: [begin(3), write('cache/reader.ts', READER)],
    }),
    reply({ calls: [write('cache/fixtures/8443970.tide', fixture(150)), write('cache/reader.test.ts', READER_TEST)] }),
    reply({ calls: [begin(4), write('routes/tides.ts', ROUTE), ...read('stations.ts')] }),
    reply({
      calls: [bash('Check types and tests together', 'npm run check', 37_900, '# tests 9\n# pass 9\n# fail 0')],
    }),
    reply({
      say: 'The memory cache is gone. A long soak before the commit: 72 pretended hours, all stations.',
      calls: [
        bash(
          'Soak for 72 pretended hours',
          'npm run soak -- --hours 72',
          399_000,
          'soaking for 72 h\n1,152 requests: 1,148 from disk, 4 from the network, 0 failed',
        ),
      ],
    }),
    reply({
      calls: [
        bash(
          'Commit the cache',
          'git add -A && git commit -m "Keep tide tables on disk"',
          240,
          '[main 4d07ab1] Keep tide tables on disk\n 8 files changed, 329 insertions(+), 76 deletions(-)',
        ),
      ],
    }),
    reply({
      say: 'Reader, route and fixture are in, commit 4d07ab1. In the soak 1,148 of 1,152 requests were answered from disk.',
    }),
    prompt('The reader must never serve a table older than 7 days.'),
    reply({
      think:
        'the TTL lives in the header, so the check belongs before the body is parsed. readTable has no check at all yet.',
      say: 'I will check the age before the read, then fall back.',
      calls: [
        ...read('cache/reader.ts', 'cache/header.ts', 'cache/reader.test.ts', 'docs/offline-tables.md'),
        grep('maxAgeMs'),
        grep('ageMs', 'cache'),
      ],
    }),
    reply({
      calls: [
        edit(
          'cache/reader.ts',
          "    const body = JSON.parse(text.slice(text.indexOf('\\n') + 1)) as TideTable\n    return body",
          '    const head = await readHeader(path)\n' +
            '    if (head.station !== station) return fetchAndKeep(station)\n' +
            '    const age = await ageMs(path)\n' +
            '    if (age > maxAgeMs) return fetchAndKeep(station)\n' +
            "    const body = JSON.parse(text.slice(text.indexOf('\\n') + 1)) as TideTable\n" +
            '    return { ...body, station }',
        ),
      ],
    }),
    reply({ calls: [fails('Run the reader tests', 'npm test -- reader', 8_400, 1, STALE)] }),
    reply({
      think:
        'The fixture is eleven days old and was served. Either the copy is young, or the clocks differ. Somebody should look at both.',
      calls: [
        agent(
          'check the clock skew',
          130_000,
          'cache/reader.test.ts fails: an eleven day old table is served. Find out what cache/reader.ts takes for the age of a ' +
            'table, and whether the clocks of this machine and of CI agree. Change nothing; say what you found.',
          clockSkew,
        ),
      ],
    }),
    { kind: 'compaction', summary: SUMMARY, tokensBefore: 168_000, tokensAfter: 21_000 },
    reply({
      say: 'mtime was the wrong idea: a copy makes an old table young. The age comes from the header now.',
      calls: [
        edit(
          'cache/reader.ts',
          'async function ageMs(path: string): Promise<number> {\n  const { mtimeMs } = await stat(path)\n  return Date.now() - mtimeMs\n}',
          '/** Age by the header, never by the file time: a copy or a checkout makes every file young. */\n' +
            'function ageOf(head: Header): number {\n  return Date.now() - head.fetchedAt.getTime()\n}',
        ),
        edit(
          'cache/reader.ts',
          '    const age = await ageMs(path)\n    if (age > maxAgeMs) return fetchAndKeep(station)',
          '    if (ageOf(head) > maxAgeMs || ageOf(head) < 0) return fetchAndKeep(station)',
        ),
        finish(3),
      ],
    }),
    reply({ say: 'The reader asks the header and falls back to the network. The tests come next.' }),
    prompt('Why did the test say "stale table" and not "no network"?'),
    reply({
      calls: [
        grep('fetch', 'cache'),
        fails(
          'Run all tests',
          'npm test',
          8_700,
          1,
          'not ok 1 - a young table comes from disk\n  error: |-\n    Expected values to be strictly equal:\n\n    1 !== 0\n' +
            '  location: cache/reader.test.ts:16:1\n# tests 9\n# pass 8\n# fail 1',
        ),
      ],
    }),
    reply({
      say: 'Because the network is faked there. And a header a moment ahead of this clock now counts as stale: skew again.',
      calls: [
        edit('cache/reader.ts', ' || ageOf(head) < 0) return', ' || ageOf(head) < -maxSkewMs) return'),
        edit(
          'cache/reader.ts',
          'export const maxAgeMs = 7 * DAY_MS\n',
          'export const maxAgeMs = 7 * DAY_MS\n/** A clock may be ahead of ours by this much. */\nconst maxSkewMs = 3_600_000\n',
        ),
        edit(
          'cache/reader.ts',
          "import { open, readFile, stat } from 'node:fs/promises'",
          "import { open, readFile } from 'node:fs/promises'",
        ),
        ...read('cache/reader.test.ts', 'cache/reader.ts'),
      ],
    }),
    reply({
      say: 'The skew gets a test of its own, with a header half an hour ahead.',
      calls: [
        edit('cache/reader.test.ts', "test('a damaged file", SKEW_TESTS + "test('a damaged file"),
        bash(
          'Run types and all tests',
          'npm run check',
          39_400,
          '# tests 11\n# pass 11\n# fail 0\n# duration_ms 611.8',
        ),
      ],
    }),
    reply({
      calls: [
        finish(4),
        bash(
          'Look at the change as a whole',
          'git diff --stat',
          80,
          ' cache/reader.test.ts | 14 ++++++++++++++\n cache/reader.ts      | 15 ++++++++++-----\n 2 files changed, 24 insertions(+), 5 deletions(-)',
        ),
        bash(
          'Commit the age check',
          'git commit -am "Never serve a table older than 7 days"',
          230,
          '[main 9f31c2e] Never serve a table older than 7 days\n 2 files changed, 24 insertions(+), 5 deletions(-)',
        ),
      ],
    }),
    reply({
      say: 'The test fakes the network, so it could only see which table came back. All 11 tests pass, commit 9f31c2e. One hour of skew is allowed.',
    }),
  ],
}
