import { statusAt } from '../../domain/session.ts'
import type { SessionView } from '../../operations/session-view.ts'
import { bad, meta, ok, subject, textWidth } from '../text.ts'
import type { Text } from '../text.ts'
import type { View } from '../view.ts'
import { cutEnd } from '../width.ts'
import { sessionName, titleOf } from './common.ts'

/** Imported history that nobody ended is not a failure. */
const STATUS_WORDS: Record<string, string> = { expired: 'ended without a word' }

/** `SESSION-003  Cache tide tables on disk            active`, on one line. */
export function printSessionHeading(view: View, session: SessionView): void {
  const status = statusAt(session, view.nowMs)
  const says = STATUS_WORDS[status] ?? status
  const right: Text = status === 'active' ? ok(says) : status === 'failed' ? bad(says) : meta(says)
  const name = sessionName(session)
  const room = view.out.columns - textWidth(name) - 4 - textWidth(right)
  const title = titleOf(session)
  const shown = typeof title === 'string' ? subject(cutEnd(title, room)) : title
  view.out.line(subject(name), '  ', shown, ' '.repeat(Math.max(2, room - textWidth(shown) + 2)), right)
}
