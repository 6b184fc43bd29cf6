/** The longest gap between two entries that still counts as work when nothing was being waited for. */
export const ACTIVE_GAP_MS = 5 * 60_000

/** From when to when somebody worked, Unix milliseconds, `startMs <= endMs`. */
export interface Interval {
  startMs: number
  endMs: number
}

/**
 * One moment of a transcript. `opens` says that from here on the agent or a tool is at work (a prompt, a tool call);
 * `closes` that an answer came (assistant text, a tool result). A gap while something is open counts in full.
 */
export interface ActivityPoint {
  atMs: number
  opens?: string
  closes?: string
}

/** The fold behind `activeIntervals`: small, serialisable, so that it goes on where the last read stopped. */
export interface ActivityFold {
  /** Of the interval that is still growing; -1 before the first point. */
  startMs: number
  lastMs: number
  /** What is being waited for: tool-use ids, or `prompt`. */
  open: string[]
}

export function startActivity(): ActivityFold {
  return { startMs: -1, lastMs: -1, open: [] }
}

const OPEN_CAP = 256

/**
 * Adds one point in file order. When the gap before it ends an interval, that interval is returned; the growing one is
 * read with `currentInterval`. A clock that runs backwards adds nothing: durations are clamped at 0.
 */
export function addActivity(fold: ActivityFold, point: ActivityPoint): Interval | undefined {
  let closed: Interval | undefined
  if (fold.startMs < 0) {
    fold.startMs = point.atMs
    fold.lastMs = point.atMs
  } else if (point.atMs > fold.lastMs) {
    const waiting = fold.open.length > 0 && point.closes !== undefined && fold.open.includes(point.closes)
    if (point.atMs - fold.lastMs > ACTIVE_GAP_MS && !waiting) {
      closed = { startMs: fold.startMs, endMs: fold.lastMs }
      fold.startMs = point.atMs
      fold.open = []
    }
    fold.lastMs = point.atMs
  }
  if (point.closes !== undefined) fold.open = fold.open.filter((name) => name !== point.closes)
  if (point.opens !== undefined && !fold.open.includes(point.opens)) {
    fold.open.push(point.opens)
    if (fold.open.length > OPEN_CAP) fold.open.shift()
  }
  return closed
}

export function currentInterval(fold: ActivityFold): Interval | undefined {
  return fold.startMs < 0 ? undefined : { startMs: fold.startMs, endMs: fold.lastMs }
}

/** The stretches of work in one transcript, from its points in file order. */
export function activeIntervals(points: Iterable<ActivityPoint>): Interval[] {
  const fold = startActivity()
  const intervals: Interval[] = []
  for (const point of points) {
    const closed = addActivity(fold, point)
    if (closed) intervals.push(closed)
  }
  const last = currentInterval(fold)
  if (last) intervals.push(last)
  return intervals
}

/** The union of intervals: sorted, without overlap. Parallel work counts once. */
export function mergeIntervals(intervals: Iterable<Interval>): Interval[] {
  const sorted = [...intervals].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
  const merged: Interval[] = []
  for (const { startMs, endMs } of sorted) {
    const last = merged.at(-1)
    if (last && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs)
    else merged.push({ startMs, endMs })
  }
  return merged
}

/** A session's `activeMs`: the union of its transcripts' stretches of work, in milliseconds. */
export function activeMs(intervals: Iterable<Interval>): number {
  let sum = 0
  for (const { startMs, endMs } of mergeIntervals(intervals)) sum += endMs - startMs
  return sum
}

/** A stretch of time in which one thing holds; `endMs` is exclusive and may be Infinity. */
export interface Span<T> extends Interval {
  holds: T
}

/**
 * Work cut to what held meanwhile: each piece of activity with the span it lies in. Activity outside every span
 * comes back under `undefined`.
 *
 * @param spans sorted, without overlap
 */
export function cutToSpans<T>(
  activity: Iterable<Interval>,
  spans: readonly Span<T>[],
): { holds: T | undefined; interval: Interval }[] {
  const pieces: { holds: T | undefined; interval: Interval }[] = []
  const add = (holds: T | undefined, startMs: number, endMs: number): void => {
    if (endMs > startMs) pieces.push({ holds, interval: { startMs, endMs } })
  }
  for (const { startMs, endMs } of activity) {
    let at = startMs
    for (const span of spans) {
      if (span.endMs <= at) continue
      if (span.startMs >= endMs) break
      add(undefined, at, Math.max(at, span.startMs))
      add(span.holds, Math.max(at, span.startMs), Math.min(endMs, span.endMs))
      at = Math.min(endMs, span.endMs)
    }
    add(undefined, at, endMs)
  }
  return pieces
}

/** The part of an interval inside [fromMs, toMs); undefined when nothing is left. */
export function clipInterval({ startMs, endMs }: Interval, fromMs: number, toMs: number): Interval | undefined {
  const clipped = { startMs: Math.max(startMs, fromMs), endMs: Math.min(endMs, toMs) }
  return clipped.startMs < clipped.endMs ? clipped : undefined
}
