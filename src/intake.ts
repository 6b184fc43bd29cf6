import type { OpenedStore } from './cli/io.ts'
import type { Config } from './config/config.ts'
import { worktreeOf } from './git/branch.ts'
import { projectEvidence } from './git/project-evidence.ts'
import { spoolFolder } from './spool/spool.ts'
import { type TakeInSetup, takeIn } from './ingest/take-in.ts'

/** Takes in what hooks left. What cannot be taken in now, for a store that is busy or a full disk, stays for the next time. */
export async function takeInSpooled(
  { store, sources, clock, actor, redact }: OpenedStore['context'],
  { ignore }: Pick<Config, 'ignore'>,
  dataDir: string,
  keeper: TakeInSetup['keeper'],
  taken?: TakeInSetup['taken'],
): Promise<void> {
  try {
    await takeIn({
      store,
      sources,
      folder: spoolFolder(dataDir),
      ignore,
      now: clock.now,
      actor,
      projectOf: projectEvidence,
      async branchOf(cwd) {
        const branch = (await worktreeOf(cwd))?.branch
        return branch == null ? null : await redact(branch)
      },
      redact,
      keeper,
      ...(taken && { taken }),
    })
  } catch {
    // The command that opened the store has its own work to do, and says by itself what is wrong with the store.
  }
}
