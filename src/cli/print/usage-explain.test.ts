import { describe, expect, it } from 'vitest'
import { answering, type, usage } from '../testing.ts'

const page = <T>(items: T[]) => ({ items, total: items.length, nextCursor: null })

describe('usage explain', () => {
  const row = {
    ...usage({ costMicrodollars: 20_000, outputTokens: 220 }),
    id: 1,
    sessionId: '3',
    transcriptId: 1,
    record: 30,
    responseId: 'msg_1',
    requestId: null,
    at: '2026-11-20T14:00:00.000Z',
    model: 'claude-sonnet-4-5',
    serviceTier: null,
    costSource: 'computed',
    priceDate: '2026-11-01',
    inherited: false,
    sidechain: false,
    path: '/home/ana/.claude/projects/-code-tidewatch/7f3a9100-1111-4222-8333-444455556666.jsonl',
    line: 418,
    lines: 3,
    ownerSessionId: null,
    counted: true,
    reason: '3 lines carried this response; it counts once, with its largest output',
  }
  const explanation = {
    session: null,
    ...page([
      row,
      { ...row, id: 2, counted: false, inherited: true, lines: 1, reason: 'inherited: SESSION-001 counts it' },
    ]),
    totals: usage(),
    dropped: {
      repeatedLines: 2,
      inherited: { rows: 1, usage: usage({ costMicrodollars: 20_000 }), owners: [{ session: 'SESSION-001', rows: 1 }] },
    },
    unpriced: [],
    costSources: { reported: 0, computed: 212, unpriced: 0 },
    priceDates: ['2026-10-01', '2026-11-01'],
  }

  it('says what counts, what was dropped and why, then each row with file and line', async () => {
    const lines = (
      await type('usage explain', { catalogue: answering({ 'usage.explain': explanation }) })
    ).stdout.split('\n')
    expect(lines.slice(0, 9)).toEqual([
      'everything recorded: $4.37 at list prices · 212 responses counted',
      '  tokens     in 151,204 · out 41,230 · cache read 4,610,400 · write 298,120',
      '  priced     212 computed from the price tables of 2026-10-01 to 2026-11-01',
      '  dropped    2 lines that repeated a response; each response counts once',
      '  inherited  1 copy worth $0.02, not counted here: SESSION-001 counts 1',
      'AT          COST  FILE AND LINE               LINES  MODEL       OUTPUT    INPUT',
      'Fri 14:00  $0.02  …33-444455556666.jsonl:418      3  claude-so…     220  151,204',
      'Fri 14:00   copy  …33-444455556666.jsonl:418      1  claude-so…     220  151,204',
      '    inherited: SESSION-001 counts it',
    ])
  })
})
