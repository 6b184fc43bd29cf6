import type { CatalogueEntry } from '../operations/index.ts'
import type { OperationContext } from '../operations/operation.ts'
import type { Access } from './access.ts'
import type { Feed } from './feed.ts'
import type { Guard } from './guard.ts'
import type { Listeners } from './listeners.ts'

/** What a server is made from. Everything outside is handed in. */
export interface HttpHost {
  version: string
  catalogue: readonly CatalogueEntry[]
  guard: Guard
  /** The open Daybook as this one asks it. @throws AppError when it cannot be opened */
  open(access: Access): Promise<Omit<OperationContext, 'caller'>>
  feed: Feed
  listeners: Listeners
  /** Lets a browser in for a one-use code. @returns the cookie to set; undefined when the code does not count */
  signIn(code: string): string | undefined
  /** The cookie that ends it. */
  signOut(): string
  /** Where hooks leave their events. */
  spoolFolder: string
  /** The folder of the page, built; undefined where it is not there. */
  webFolder: string | undefined
  /** Tools over Streamable HTTP. */
  mcp(request: Request, access: Access): Promise<Response>
  /** For the person who runs the server, never for the client. */
  log(line: string): void
}
