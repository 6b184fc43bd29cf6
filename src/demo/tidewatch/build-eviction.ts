import { agent, bash, begin, edit, fails, grep, prompt, read, reply, write, type Scene } from '../story.ts'
import { EVICT, EVICT_DAILY } from './code.ts'
import { whoReads } from './subagents.ts'

/** T-6, the child of T-4. */
export const startEviction: Scene = {
  from: '14:56:00',
  to: '15:01:00',
  beats: [
    prompt(
      'Switch to T-6: evict tables nobody asked for in 30 days. First find out who reads tables, and whether reading leaves a trace.',
    ),
    reply({
      say: 'One look from outside, while I read the plan again.',
      calls: [
        begin(5),
        agent(
          'who reads the tables',
          94_000,
          'Find every place that reads a tide table from disk, and whether reading one leaves a trace (access time, log, counter) ' +
            'that can tell when it was last asked for. Change nothing.',
          whoReads,
        ),
        ...read('docs/offline-tables.md', 'cache/paths.ts', 'cache/reader.ts'),
      ],
    }),
    reply({
      think: 'relatime: the access time moves once a day at most. For 30 days that is enough.',
      calls: [grep('atime'), grep('cacheFolder'), grep('unlink'), write('cache/evict.ts', EVICT), ...read('server.ts')],
    }),
    reply({
      calls: [
        bash('Check the types', 'npx tsc --noEmit', 3_800, ''),
        ...read('cache/evict.ts', 'cache/writer.ts', 'routes/tides.ts', 'tables.ts'),
      ],
    }),
    reply({
      calls: [bash('Check types and tests together', 'npm run check', 38_300, '# tests 11\n# pass 11\n# fail 0')],
    }),
    reply({ say: 'cache/evict.ts drops tables by access time. It is not called yet: at start, or once a day?' }),
  ],
}

export const endAtTheLimit: Scene = {
  from: '15:06:06',
  to: '15:10:10',
  beats: [
    prompt('At start, before the server listens. And add a test to the reader: an evicted table is fetched again.'),
    reply({
      calls: [
        ...read('server.ts', 'cache/reader.test.ts', 'tools/soak.ts'),
        grep('import.meta.main'),
        grep('listen'),
        grep('evict'),
      ],
    }),
    reply({
      calls: [edit('cache/evict.ts', '/** Drops tables nobody', EVICT_DAILY + '/** Drops tables nobody')],
    }),
    reply({
      calls: [
        edit(
          'cache/reader.test.ts',
          "import { readHeader, readTable } from './reader.ts'\n",
          "import { evict } from './evict.ts'\nimport { readHeader, readTable } from './reader.ts'\n",
        ),
        edit(
          'cache/reader.test.ts',
          "test('a damaged file is fetched again'",
          "test('an evicted table is fetched again', async () => {\n" +
            "  await copyFile('cache/fixtures/8443970.tide', cachePath(station))\n" +
            '  assert.equal(await evict(Date.now() + 31 * 86_400_000), 1)\n' +
            '  assert.deepEqual(await readTable(station), fresh)\n' +
            "})\n\ntest('a damaged file is fetched again'",
        ),
        ...read('cache/reader.test.ts', 'cache/evict.ts'),
      ],
    }),
    reply({
      calls: [
        fails(
          'Run all tests',
          'npm test',
          9_100,
          1,
          'not ok 3 - an evicted table is fetched again\n  error: |-\n    Expected values to be strictly equal:\n\n    2 !== 1\n' +
            '  location: cache/reader.test.ts:29:1\n# tests 12\n# pass 11\n# fail 1',
        ),
      ],
    }),
    reply({
      think:
        'Two were dropped: the writer tests leave 8447930 behind in the same folder. Each test file needs its own.',
      calls: [
        grep('TIDEWATCH_CACHE'),
        grep('cacheFolder', 'cache'),
        bash('See what the tests leave behind', 'ls cache/data', 50, '8443970.tide\n8447930.tide'),
        ...read('cache/writer.test.ts', 'cache/paths.ts', 'package.json', 'cache/header.ts'),
        bash('See what is not committed', 'git status --short', 70, ' M cache/reader.test.ts\n?? cache/evict.ts'),
      ],
    }),
    reply({
      say: 'The tests share one folder, so eviction sees the writer’s tables too. I will give each test file a folder of its own.',
    }),
    { kind: 'limit', text: 'You’ve hit your session limit · resets 6pm' },
  ],
}
