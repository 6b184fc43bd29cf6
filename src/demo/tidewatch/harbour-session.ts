import { bash, edit, fails, grep, prompt, read, reply, type DemoSession } from '../story.ts'

/** SESSION-002: yesterday, Codex on branch t-5-harbour-zone, attached to nothing. 18 minutes, $0.61. */
export const harbourSession: DemoSession = {
  id: '019aa001-5e00-7c10-8000-000000000002',
  title: 'Show times in the harbour’s zone',
  spend: {
    model: 'gpt-5-codex',
    inputTokens: 160_000,
    outputTokens: 21_000,
    cacheReadTokens: 1_600_000,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  },
  scenes: [
    {
      from: '-15:04:00',
      to: '-15:22:02',
      beats: [
        prompt('Times on the page are UTC. Show them in the harbour’s own zone.'),
        reply({
          say: 'First where a time is printed, and what is known of a harbour.',
          calls: [grep('toISOString'), ...read('stations.ts')],
        }),
        reply({ calls: read('tables.ts', 'routes/tides.ts') }),
        reply({
          say: 'Stations have a name and nothing else. Each gets its zone beside the name; the page formats with it.',
          calls: [bash('', 'git switch -c t-5-harbour-zone', 90, "Switched to a new branch 't-5-harbour-zone'")],
        }),
        reply({ calls: [bash('', 'node --print "Intl.supportedValuesOf(\'timeZone\').length"', 120, '418')] }),
        reply({
          calls: [
            edit(
              'README.md',
              'readable on a phone in the rain.',
              'readable on a phone in the rain, in the harbour’s own time.',
            ),
          ],
        }),
        reply({
          calls: [fails('', 'npm test', 6_200, 1, 'not ok 2 - a tide is printed\n# tests 3\n# pass 2\n# fail 1')],
        }),
        reply({ say: 'The test expects UTC. Before I change it: should a harbour without a zone keep UTC?' }),
        prompt('Yes, and say UTC behind it. Leave it there for today.'),
        reply({
          calls: [bash('', 'git stash', 110, 'Saved working directory and index state WIP on t-5-harbour-zone')],
        }),
        reply({
          say: 'Stashed on t-5-harbour-zone: zones are to come into stations.ts, a harbour without one says UTC.',
        }),
      ],
    },
  ],
}
