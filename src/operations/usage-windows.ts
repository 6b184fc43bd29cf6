import { type UsageSlot, type UsageWindow, WINDOW_MS, windowsOf } from '../domain/usage-window.ts'
import type { Store } from '../stores/store.ts'

/** Windows of one agent, all there are, oldest first. */
export async function agentWindows(store: Store, agent: string): Promise<(UsageWindow & { agent: string })[]> {
  const slots = await store.usage.byQuarter({ agent })
  return windowsOf(slots).map((window) => ({ ...window, agent }))
}

const LOOK_BACK_MS = 3 * 24 * 3_600_000

/**
 * The window of an agent that runs at `nowMs`, read from as little as tells it: where nothing came for five hours a window
 * begins whatever was before.
 */
export async function windowAt(store: Store, agent: string, nowMs: number): Promise<UsageWindow | undefined> {
  const from = new Date(nowMs - LOOK_BACK_MS).toISOString()
  const recent = await store.usage.byQuarter({ agent, from })
  const sure = firstAfterPause(recent)
  const slots = sure === undefined && recent.length > 0 ? await store.usage.byQuarter({ agent }) : recent.slice(sure)
  return windowsOf(slots).findLast(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)
}

/** Place of the last slot that comes five hours or more after the end of the one before. */
function firstAfterPause(slots: readonly UsageSlot[]): number | undefined {
  const quarterMs = 900_000
  const at = slots.findLastIndex(
    ({ startMs }, i) => i > 0 && startMs - ((slots[i - 1] as UsageSlot).startMs + quarterMs) >= WINDOW_MS,
  )
  return at < 0 ? undefined : at
}
