import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** What a session is called: its key, or its ref while nobody has started it. */
export function nameOf({ key, ref }: { key: string | null; ref: string }): string {
  return key ?? ref
}

export function SessionLink({
  of,
  entry,
  children,
}: {
  of: { key: string | null; ref: string }
  entry?: string
  children?: ReactNode
}) {
  return (
    <Link to="/sessions/$session" params={{ session: nameOf(of) }} {...(entry ? { hash: `e-${entry}` } : {})}>
      {children ?? <span className="mono">{nameOf(of)}</span>}
    </Link>
  )
}

export function Ref({ of }: { of: string }) {
  return (
    <Link to="/tickets/$ticket" params={{ ticket: of }} className="mono ref">
      {of}
    </Link>
  )
}

/** A path as one says it in a folder: without the folder, where it lies in there. */
export function pathBelow(path: string, folder: string | null): string {
  return folder !== null && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
}

/** A path that keeps its file name: the middle gives way first. */
export function Path({ of }: { of: string }) {
  const parts = of.split('/')
  const short = parts.length > 4 ? `…/${parts.slice(-3).join('/')}` : of
  return (
    <span className="mono" title={of}>
      {short}
    </span>
  )
}
