import { bash, edit, glob, grep, prompt, read, reply, task, write, type DemoSession } from '../story.ts'

const PLAN = `# Offline tide tables (T-4)

The site must answer without a network. Tables are kept on disk, one file a station.

## Decisions

1. One file a station: cache/<station>.tide. A header line, then the table as JSON.
2. The lifetime lives in the file header, not in a side file: one rename replaces both at once.
3. A table older than 7 days is not shown. Tides drift little; weather corrections do not.
4. Writes go to a temporary name in the same folder, then rename.

## Order

- cache/header.ts: read and write the header
- cache/writer.ts: write a table
- cache/reader.ts: read it, fall back to the network
- routes/tides.ts: use both, drop the memory cache
- cache/evict.ts: drop tables nobody asked for (T-6)

Estimate: 2 h.
`

/** SESSION-001: yesterday, the plan for T-4. 22 minutes, $0.84. */
export const planSession: DemoSession = {
  id: '2b9e04d7-61c3-4f0a-9d52-7a3c18e6b045',
  title: 'Plan offline tide tables',
  spend: {
    model: 'claude-sonnet-4-5-20250929',
    inputTokens: 35_412,
    outputTokens: 6_904,
    cacheReadTokens: 996_801,
    cacheWrite5mTokens: 88_310,
    cacheWrite1hTokens: 0,
  },
  scenes: [
    {
      from: '-13:40:00',
      to: '-13:54:20',
      beats: [
        prompt(
          'T-4: tidewatch is useless in the harbour, there is no signal. Tide tables should be on disk. ' +
            'Look at how tables travel now and tell me what you would do, no code yet.',
        ),
        reply({
          say: 'I will follow a table from the service to the page first.',
          calls: [...read('README.md', 'server.ts', 'routes/tides.ts'), glob('**/*.test.ts', ['routes/tides.test.ts'])],
        }),
        reply({ calls: [...read('network.ts', 'tables.ts', 'stations.ts'), grep('fetchedAt')] }),
        reply({
          think:
            'The memory cache dies with the process and holds tables for six hours. The page needs 30 days of tides at most, ' +
            'so a table from last week is still nearly right. What is wrong after a week is the weather correction.',
          say:
            'A table is fetched on each request that misses a memory cache of six hours. Nothing survives a restart. ' +
            'Two questions decide the rest: how old may a table be, and where is its age written down?',
        }),
        prompt('Seven days. And what are the options for the age?'),
        reply({
          think:
            'Side file, file time, header. A side file can be lost or come apart from its table. File times change on copy.',
          say:
            'Three places for the age:\n\n' +
            '1. a side file per table: two files that can come apart\n' +
            '2. the time of the file itself: lost on copy, backup and checkout\n' +
            '3. a header in the table file: one rename replaces both at once\n\n' +
            'I would take the header. It costs one line to parse.',
        }),
        prompt('Header it is. Is a rename really atomic where this runs?'),
        reply({ calls: [bash('Show the file system', 'stat -f -c %T .', 60, 'ext2/ext3'), grep('rename')] }),
        reply({
          say: 'Yes: ext4, same folder, so a reader sees the old file or the new one. Nothing in the code renames yet.',
        }),
      ],
    },
    {
      from: '-14:03:00',
      to: '-14:10:50',
      beats: [
        prompt('Write it down as docs/offline-tables.md, with the order of work. Estimate two hours.'),
        reply({ calls: [task('Write the plan for T-4', 'Writing the plan'), write('docs/offline-tables.md', PLAN)] }),
        reply({
          say: 'One line in the README, so that the plan is found.',
          calls: [
            edit(
              'README.md',
              'Tables come from the public tide service. See docs/ for plans.',
              'Tables come from the public tide service. Next: docs/offline-tables.md.',
            ),
          ],
        }),
        reply({
          calls: [
            bash(
              'Commit the plan',
              'git add -A && git commit -qm "Plan offline tables" && git log --oneline -1',
              210,
              'b71e6a0 Plan offline tables',
            ),
          ],
        }),
        reply({
          say:
            'The plan is in docs/offline-tables.md. The decision that matters most: the lifetime lives in the file header, ' +
            'not in a side file. T-6 (eviction) is split off as a child of T-4.',
        }),
      ],
    },
  ],
}
