import * as z from 'zod/mini'
import { limit } from '../fields.ts'
import type { SessionCommits } from '../session-commits.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { sessionId } from './tool-fields.ts'

export const getSessionCommits: ToolShape = {
  name: 'get_session_commits',
  toolset: 'history',
  description: 'Commits that a session made, newest first, from its output and its repository.',
  input: toolInput(z.object({ session_id: sessionId, max_commits: limit(20) }), ({ session_id, max_commits }) => ({
    session: session_id,
    limit: max_commits,
  })),
  reply: ({ session, items, total, nextCursor, timeframe, repository, problem }: SessionCommits) => ({
    success: true,
    session_id: session.id,
    commits: items.map(({ hash, subject, at, branch, evidence, inRepository }) => ({
      hash,
      message: subject,
      timestamp: at,
      branch,
      evidence,
      in_repository: inRepository,
    })),
    count: items.length,
    total_count: total,
    next_cursor: nextCursor,
    timeframe,
    repository,
    problem,
  }),
}
