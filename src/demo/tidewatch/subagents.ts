import { bash, grep, read, reply, type Subagent } from '../story.ts'

/** Asked while the stale table was hunted: 11 calls, 2m 10s, $0.38. */
export const clockSkew: Subagent = {
  id: 'a4c81f07d9b3e2650',
  spend: {
    model: 'claude-opus-4-5-20251101',
    inputTokens: 1_200,
    outputTokens: 3_240,
    cacheReadTokens: 266_000,
    cacheWrite5mTokens: 25_600,
    cacheWrite1hTokens: 0,
  },
  beats: [
    reply({
      say: 'I will see what the reader takes for the age, then what the clocks say.',
      calls: [...read('cache/reader.ts', 'cache/reader.test.ts', 'cache/header.ts'), grep('mtime')],
    }),
    reply({
      calls: [
        bash(
          'Show the time of the fixture',
          'stat -c "%y %n" cache/fixtures/8443970.tide',
          70,
          '2026-11-20 14:27:12 cache/fixtures/8443970.tide',
        ),
        bash(
          'Show the header of the fixture',
          'head -1 cache/fixtures/8443970.tide',
          60,
          'TIDE1 8443970 fetched=2026-11-09T06:00:00Z',
        ),
        bash('Show when git last wrote it', 'git log -1 --format=%cI -- cache/fixtures', 90, '2026-11-20T14:21:40Z'),
      ],
    }),
    reply({
      think:
        'The fixture is eleven days old by its header, and minutes old by its file time: a checkout writes the file anew.',
      calls: [
        bash('Compare this clock with the service', 'date -u +%FT%TZ', 40, '2026-11-20T14:29:51Z'),
        bash(
          'Look at the clock of the last CI run',
          'grep -m1 "Current date" .ci/last-run.log',
          50,
          'Current date: 2026-11-20T14:33:05Z',
        ),
        ...read('cache/writer.ts'),
        grep('Date.now', 'cache'),
      ],
    }),
    reply({
      say:
        'The file time is not the age of the table. A checkout, a copy and a restore all make the file young again, and the CI ' +
        'machine runs 3m 14s ahead, so even a fresh file is off. The header has the true time (fetched=). ' +
        'reader.ts never looks at it: it asks stat for mtime.',
    }),
  ],
}

/** Asked before eviction was written: 9 calls, 1m 34s, $0.28. */
export const whoReads: Subagent = {
  id: 'a9e05b62c714df388',
  spend: {
    model: 'claude-opus-4-5-20251101',
    inputTokens: 900,
    outputTokens: 2_140,
    cacheReadTokens: 204_000,
    cacheWrite5mTokens: 19_200,
    cacheWrite1hTokens: 0,
  },
  beats: [
    reply({ calls: [grep('cachePath'), grep('readTable'), ...read('routes/tides.ts', 'cache/paths.ts')] }),
    reply({
      calls: [
        bash(
          'List the tables on disk',
          'ls -l --time-style=+%F cache/data | tail -n +2',
          60,
          '-rw-r--r-- 1 robin robin 2212 2026-11-20 8443970.tide\n-rw-r--r-- 1 robin robin 2190 2026-11-02 8447930.tide',
        ),
        bash(
          'See whether reading leaves a trace',
          'stat -c "%x %n" cache/data/*.tide',
          60,
          '2026-11-20 14:02:11 cache/data/8443970.tide\n2026-11-02 09:15:40 cache/data/8447930.tide',
        ),
        bash('See how the disk is mounted', 'findmnt -no OPTIONS .', 70, 'rw,relatime'),
        ...read('cache/reader.ts', 'server.ts'),
      ],
    }),
    reply({
      say:
        'Only routes/tides.ts reads tables, through readTable. Access times are kept (relatime), but only once a day: good enough ' +
        'for "nobody asked in 30 days", too coarse for anything finer.',
    }),
  ],
}
