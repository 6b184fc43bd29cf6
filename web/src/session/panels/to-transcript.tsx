import { Link } from '@tanstack/react-router'

/** From a part of a session that has nothing to what it is a part of. */
export function ToTranscript() {
  return (
    <Link from="/sessions/$session" to="." search={{}}>
      Its transcript
    </Link>
  )
}
