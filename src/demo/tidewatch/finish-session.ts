import { bash, edit, fails, grep, prompt, read, reply, type DemoSession } from '../story.ts'

/** SESSION-004: today, Codex takes T-4 up where the quota ended. 34 minutes, $1.18, two commits. */
export const finishSession: DemoSession = {
  id: '019aa001-5e00-7c10-8000-000000000004',
  title: 'Finish the disk cache',
  spend: {
    model: 'gpt-5-codex',
    inputTokens: 300_000,
    outputTokens: 30_500,
    cacheReadTokens: 4_000_000,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  },
  scenes: [
    {
      from: '15:22:00',
      to: '15:56:02',
      beats: [
        prompt(
          'Go on with T-4: the cache is built, npm test fails in the eviction test. Claude Code ran into its limit there.',
        ),
        reply({
          say: 'I will see the failure myself first.',
          calls: [
            fails(
              '',
              'npm test',
              9_000,
              1,
              'not ok 3 - an evicted table is fetched again\n  2 !== 1\n# tests 12\n# pass 11\n# fail 1',
            ),
          ],
        }),
        reply({
          calls: [...read('cache/reader.test.ts', 'cache/evict.ts', 'cache/paths.ts'), grep('TIDEWATCH_CACHE')],
        }),
        reply({
          say: 'Both test files write into cache/data, so eviction counts the writer’s table too. The reader’s tests get a folder of their own.',
          calls: [
            edit(
              'cache/reader.test.ts',
              "const station = '8443970'\n",
              "const station = '8443970'\nprocess.env.TIDEWATCH_CACHE = 'cache/data-reader'\n",
            ),
          ],
        }),
        reply({
          calls: [
            fails(
              '',
              'npm test',
              9_200,
              1,
              'not ok 3 - an evicted table is fetched again\n  2 !== 1\n# tests 12\n# pass 11\n# fail 1',
            ),
          ],
        }),
        reply({
          say: 'The folder is read once, when paths.ts is loaded: too early. It is asked for at each call instead.',
          calls: read('cache/paths.ts'),
        }),
        reply({
          calls: [
            edit('cache/paths.ts', "const FOLDER = process.env.TIDEWATCH_CACHE ?? 'cache/data'\n\n", ''),
            edit('cache/paths.ts', 'return join(FOLDER, ', 'return join(cacheFolder(), '),
            edit('cache/paths.ts', '  return FOLDER\n', "  return process.env.TIDEWATCH_CACHE ?? 'cache/data'\n"),
          ],
        }),
        reply({ calls: [bash('', 'npm test', 8_900, '# tests 12\n# pass 12\n# fail 0')] }),
        reply({
          calls: [
            bash(
              '',
              'git add cache && git commit -m "Give each test file a cache of its own"',
              240,
              '[main c41d07e] Give each test file a cache of its own\n 2 files changed, 4 insertions(+), 4 deletions(-)',
            ),
          ],
        }),
        reply({
          say: 'Twelve tests pass, commit c41d07e. Is T-6 meant to stay: evict what nobody asked for in 30 days?',
        }),
        prompt('Yes. Finish T-6, then T-4 is done.'),
        reply({ calls: [...read('cache/evict.ts', 'server.ts')] }),
        reply({
          say: 'Eviction runs once a day, and once at the start.',
          calls: [
            edit(
              'server.ts',
              'if (import.meta.main) server.listen(8080)\n',
              'if (import.meta.main) {\n  server.listen(8080)\n  await evict(Date.now())\n  setInterval(() => void evict(Date.now()), 86_400_000)\n}\n',
            ),
            edit(
              'server.ts',
              "import { tides } from './routes/tides.ts'\n",
              "import { evict } from './cache/evict.ts'\nimport { tides } from './routes/tides.ts'\n",
            ),
          ],
        }),
        reply({ calls: [bash('', 'npm test', 9_100, '# tests 12\n# pass 12\n# fail 0')] }),
        reply({
          calls: [
            bash(
              '',
              'git commit -am "Drop tables nobody asked for"',
              200,
              '[main 7be2f90] Drop tables nobody asked for\n 1 file changed, 6 insertions(+), 1 deletion(-)',
            ),
          ],
        }),
        reply({ say: 'T-6 is in, commit 7be2f90; all tests pass after the last edit. T-4 is done with it.' }),
      ],
    },
  ],
}
