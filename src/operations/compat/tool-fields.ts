import * as z from 'zod/mini'
import { text } from '../fields.ts'

/** Fields that the older tools share. Terse: every client reads them at every start. */

export const sessionId = text('id, key (SESSION-001), ref or their beginning')

export const projectId = z.optional(text('id, name or path; "all" for every project; yours when left out'))

export const source = z.optional(text('claude, codex, gemini or another agent’s id'))
