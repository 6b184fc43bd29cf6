/** How far a plan's limits were used, as the agent wrote it into a transcript. */
export interface PlanLimits {
  /** The plan's name as the vendor has it: `plus`; null where it is not told. */
  plan: string | null
  /** Shortest first. */
  windows: PlanWindow[]
}

export interface PlanWindow {
  durationMs: number
  /** 0 to 100. */
  usedPercent: number
  /** ISO. */
  resetsAt: string
}
