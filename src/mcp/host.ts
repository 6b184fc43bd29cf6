import type { Caller } from '../operations/caller.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import type { Effect, OperationContext } from '../operations/operation.ts'
import type { Toolset } from '../operations/tool.ts'

/** Who asks over HTTP, as whoever checked it says. Connections are each one's own. */
export interface ToolAccess {
  name: string
  /** What may be called: tools of other effects are not listed, and refused. */
  effects: readonly Effect[]
}

/** What a tool server is made from. Everything outside is handed in. */
export interface ToolHost {
  version: string
  catalogue: readonly CatalogueEntry[]
  /** Whose tools are listed. Tools of the others answer all the same when they are called, except those that destroy. */
  toolsets: readonly Toolset[]
  /** Opens the store, once, when the first call needs it, as this one asks it. @throws AppError when it cannot be opened */
  open(access?: Pick<ToolAccess, 'name'>): Promise<Omit<OperationContext, 'caller'>>
  /** What is known of the caller before it says anything: folder, environment, processes. */
  caller: Pick<Caller, 'cwd' | 'session' | 'agentSession' | 'processIds'>
  /** For the person who runs the server, never for the client. */
  log(line: string): void
}
