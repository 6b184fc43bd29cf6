import { citedExcerpt } from '../../domain/recall.ts'
import type { RecallReply } from '../recall.ts'
import type { ToolShape } from '../tool.ts'

export const recallContextTool: ToolShape = {
  name: 'recall_context',
  toolset: 'history',
  description:
    'What is known about something: ranked, cited excerpts of all that was recorded (said, done, noted, planned, handed over), within a budget of tokens.',
  within: 'project',
  reply: ({ query, budget, tokens, items, leftOut, partial }: RecallReply) => ({
    query,
    budget,
    tokens,
    count: items.length,
    left_out: leftOut,
    partial,
    excerpts: items.map(citedExcerpt),
  }),
}
