import { bash, prompt, reply, write, type DemoSession } from '../story.ts'

const LIMITER = `const WINDOW_MS = 60_000
const MOST = 60

const seen = new Map<string, number[]>()

/** True while an address asked less than 60 times in the last minute. */
export function mayAsk(address: string, nowMs: number): boolean {
  const lately = (seen.get(address) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS)
  lately.push(nowMs)
  seen.set(address, lately)
  return lately.length <= MOST
}
`

/** SESSION-005: today, Gemini CLI on T-7, waiting for an answer. 26 minutes, $0.39. */
export const limitSession: DemoSession = {
  id: '5d0c1e77-4b1a-4f6e-9a55-000000000005',
  title: 'Rate limit the tides route',
  spend: {
    model: 'gemini-2.5-pro',
    inputTokens: 200_000,
    outputTokens: 5_000,
    cacheReadTokens: 720_000,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  },
  scenes: [
    {
      from: '15:20:00',
      to: '15:46:02',
      beats: [
        prompt('T-7: one phone asked for the table 900 times an hour. Limit the tides route by address.'),
        reply({
          say: 'I will look at the route and at what the server knows of a caller.',
          calls: [
            bash(
              'Show the route',
              'cat routes/tides.ts server.ts',
              60,
              "import { readTable } from '../cache/reader.ts'",
            ),
          ],
        }),
        reply({ calls: [bash('Who else limits', 'grep -rn remoteAddress .', 80, '')] }),
        reply({
          say: 'Nothing knows the address yet. A window of a minute in memory is enough for one process.',
          calls: [write('limit.ts', LIMITER)],
        }),
        reply({ calls: [bash('Types', 'npx tsc', 12_000, '')] }),
        reply({ say: 'Behind the proxy every address is the proxy’s. Which header does yours set?' }),
        prompt('X-Forwarded-For, and only ours can set it.'),
        reply({
          calls: [
            bash('See the proxy’s notes', 'cat docs/deploy.md', 50, 'cat: docs/deploy.md: No such file or directory'),
          ],
        }),
        reply({ calls: [bash('All tests', 'npm test', 9_000, '# tests 12\n# pass 12\n# fail 0')] }),
        reply({
          say: 'The window works in memory. With two processes the count must be shared: may I install the package "limiter", which can?',
        }),
      ],
    },
  ],
}

/** SESSION-006: yesterday, on no ticket on purpose, with a model that has no price. 15 minutes, 182k tokens. */
export const tryoutSession: DemoSession = {
  id: '5d0c1e77-4b1a-4f6e-9a55-000000000006',
  title: 'Try out a preview model',
  spend: {
    model: 'gemini-next',
    inputTokens: 58_800,
    outputTokens: 3_200,
    cacheReadTokens: 120_000,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
  },
  scenes: [
    {
      from: '-16:10:00',
      to: '-16:25:02',
      beats: [
        prompt('I am trying you out. Explain how a tide table gets onto the page.'),
        reply({
          calls: [
            bash(
              'Show the sources',
              'cat server.ts routes/tides.ts network.ts',
              70,
              "import { createServer } from 'node:http'",
            ),
          ],
        }),
        reply({
          say: 'The route asks the tide service for 30 days and prints them. Nothing is kept between two requests but a cache in memory.',
        }),
        prompt('Where would it break first with a thousand readers?'),
        reply({
          calls: [bash('Count the requests', 'grep -n fetch network.ts', 40, '7:  const reply = await fetch(SERVICE)')],
        }),
        reply({
          say: 'At the service: each process asks for itself, and a slow answer holds the page for five seconds.',
        }),
      ],
    },
  ],
}
