import { bash, begin, edit, fails, finish, grep, prompt, read, reply, task, write, type Scene } from '../story.ts'
import { HEADER, PATHS, WRITER, WRITER_TEST } from './code.ts'

const PASSED = '# tests 6\n# pass 6\n# fail 0\n# duration_ms 412.3'

/** The first half hour: reading, the file format, the writer. A rename across file systems is the first failure. */
export const buildTheCache: Scene = {
  from: '13:04:00',
  to: '13:36:00',
  beats: [
    prompt(
      'T-4: keep tide tables on disk, so that the site answers without a network. Yesterday’s plan is in ' +
        'docs/offline-tables.md. Read first, then list the steps.',
    ),
    reply({
      say: 'I will read the plan and everything a table passes through.',
      calls: read('docs/offline-tables.md', 'routes/tides.ts', 'network.ts', 'tables.ts', 'stations.ts'),
    }),
    reply({
      calls: [
        ...read('server.ts', 'routes/tides.test.ts', 'package.json'),
        grep('tableFor'),
        bash('Show the branch and its state', 'git status -sb', 80, '## main'),
        bash(
          'Show the last commits',
          'git log --oneline -3',
          70,
          'b71e6a0 Plan offline tables\n08d3f9c Show four harbours\n5a17c20 First page',
        ),
      ],
    }),
    reply({
      think: 'Five steps, in the order of the plan. T-6 is a child of T-4 and comes last.',
      calls: [
        task('Header: read and write the first line', 'Writing the header'),
        task('Writer: keep a table, whole or not at all', 'Writing the writer'),
        task('Reader: from disk, else from the network', 'Writing the reader'),
        task('Route: use both, drop the memory cache', 'Changing the route'),
        task('T-6: evict tables nobody asks for', 'Writing eviction'),
      ],
    }),
    reply({
      say:
        'Five steps: header, writer, reader, route, and T-6 at the end. The memory cache in routes/tides.ts goes away with the ' +
        'fourth: 70 lines that the disk makes needless.',
    }),
    prompt('Where does the old memory cache get its lifetime from? I want no two numbers for one thing.'),
    reply({ calls: [grep('LIFETIME_MS'), grep('3_600_000'), grep('MAX_ENTRIES'), ...read('docs/offline-tables.md')] }),
    reply({
      say:
        'From LIFETIME_MS in routes/tides.ts, 6 hours, used once. The plan says 7 days. After step 4 only maxAgeMs in ' +
        'cache/reader.ts is left.',
    }),
    prompt('Good. The header first. Nothing clever: one line, checked hard.'),
    reply({
      think:
        'Magic, station, time. The reader must not need the rest of the file to know the age: the TTL lives in the header.',
      calls: [begin(1), write('cache/header.ts', HEADER)],
    }),
    reply({
      calls: [
        bash('Check the types', 'npx tsc --noEmit', 3_900, ''),
        bash(
          'Try the header by hand',
          `node -e "import('./cache/header.ts').then((m) => console.log(m.parseHeader('TIDE1 8443970 fetched=2026-11-20T06:00:00Z')))"`,
          340,
          "{ station: '8443970', fetchedAt: 2026-11-20T06:00:00.000Z }",
        ),
        bash(
          'Try a line that is not ours',
          `node -e "import('./cache/header.ts').then((m) => m.parseHeader('PK..')).catch((e) => console.log(e.message))"`,
          330,
          'not a tide table: PK..',
        ),
      ],
    }),
    reply({ say: 'The header reads and writes, and refuses what it does not know.', calls: [finish(1)] }),
    reply({
      say: 'Done: magic, station, time. A line that is not ours throws, so the reader fetches the table again.',
    }),
    prompt('Which Node runs this in the harbour office? The header must parse there too.'),
    reply({
      calls: [
        bash('Show the Node version', 'node --version', 40, 'v24.11.0'),
        bash('Show what the office runs', 'grep -n NODE_VERSION deploy/office.env', 50, '3:NODE_VERSION=24.9.0'),
        bash('Check types and tests together', 'npm run check', 38_200, '# tests 1\n# pass 1\n# fail 0'),
      ],
    }),
    reply({ say: 'Both run Node 24. The header uses nothing newer.' }),
    prompt('Now paths and the writer. A half-written table must never be read, also with two processes writing.'),
    reply({ calls: [begin(2), ...read('cache/header.ts', 'tools/soak.ts'), grep('writeFile'), grep('tmpdir')] }),
    reply({
      think: 'Station numbers are seven digits: check before join. Write beside, then rename.',
      calls: [
        write('cache/paths.ts', PATHS),
        write('cache/writer.ts', WRITER),
        write('cache/writer.test.ts', WRITER_TEST),
      ],
    }),
    reply({
      calls: [
        fails(
          'Run the tests',
          'npm test',
          8_900,
          1,
          'not ok 2 - a table is kept with its header\n  error: |-\n    EXDEV: cross-device link not permitted, ' +
            "rename '/tmp/8443970.4121.tmp' -> 'cache/data/8443970.tide'\n# tests 6\n# pass 2\n# fail 4",
        ),
      ],
    }),
    reply({
      think: 'tmpdir is another file system here. The plan said the same folder; I did not follow it.',
      calls: [
        bash('Show both file systems', 'df --output=target . /tmp | tail -n +2', 60, '/home\n/tmp'),
        ...read('docs/offline-tables.md', 'cache/writer.ts'),
      ],
    }),
    reply({
      say: 'A rename only works inside one file system, as decision 4 says. The temporary file moves beside its table.',
      calls: [
        edit(
          'cache/writer.ts',
          "import { tmpdir } from 'node:os'\nimport { join } from 'node:path'\n",
          "import { randomUUID } from 'node:crypto'\n",
        ),
      ],
    }),
    reply({
      calls: [
        edit(
          'cache/writer.ts',
          "  const next = join(tmpdir(), table.station + '.' + process.pid + '.tmp')",
          "  const next = path + '.' + randomUUID() + '.tmp'",
        ),
      ],
    }),
    reply({ calls: [bash('Run the tests again', 'npm test', 8_100, PASSED), grep('.tmp', 'cache')] }),
    reply({
      calls: [
        fails(
          'See what the service sends',
          'curl -sS https://tides.example/api/tables/8443970',
          5_020,
          6,
          'curl: (6) Could not resolve host: tides.example',
        ),
        ...read('cache/paths.ts', 'network.ts'),
      ],
    }),
    reply({
      think: 'No network here. The shape is in tables.ts and in the tests; that has to do.',
      calls: [
        bash(
          'Count what twenty writers leave behind',
          'node tools/soak.ts --writers 20',
          21_400,
          '20 writers, 4 tables, 0 temporary files',
        ),
        ...read('tables.ts', 'cache/writer.test.ts'),
        bash('Check the types', 'npx tsc --noEmit', 3_700, ''),
      ],
    }),
    reply({ calls: [finish(2), bash('Show what changed', 'git status --short', 70, '?? cache/')] }),
    reply({
      say:
        'Paths and writer are done. Twenty processes writing the same four tables leave four whole files and nothing else. ' +
        'The first try wrote to /tmp, which is another disk here: the test caught it.',
    }),
  ],
}
