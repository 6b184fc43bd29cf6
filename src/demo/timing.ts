import type { Beat, Scene } from './story.ts'

/** When each beat of a scene happens, milliseconds after the story's midnight. */
export interface BeatTime {
  /** Of a prompt, a boundary or the first block of a reply. */
  atMs: number
  beat: Beat
}

/** Blocks of one response are written this far apart. */
export const BLOCK_MS = 40

/** `h:mm:ss` after the story's midnight, in milliseconds. Negative hours are the day before. */
export function clock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace('-', '').split(':').map(Number)
  return ((hours - (text.startsWith('-') ? 24 : 0)) * 3600 + minutes * 60 + seconds) * 1000
}

/** Times of a scene's beats: tools take what they take, the rest of the time is thinking and typing. */
export function timeScene(scene: Scene): BeatTime[] {
  return timeBeats(scene.beats, clock(scene.from), clock(scene.to))
}

export function timeBeats(beats: readonly Beat[], fromMs: number, toMs: number): BeatTime[] {
  const takenMs = beats.reduce((sum, beat) => sum + beatMs(beat), 0)
  const weights = beats.map((beat, index) => (index === 0 ? 0 : pauseWeight(beat)))
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0)
  const freeMs = toMs - fromMs - takenMs
  if (freeMs < 0) throw new Error(`the demo's tools take ${-freeMs} ms more than their scene lasts`)
  const times: BeatTime[] = []
  let atMs = fromMs
  let weightSoFar = 0
  let taken = 0
  beats.forEach((beat, index) => {
    weightSoFar += weights[index]!
    atMs = fromMs + taken + Math.round((freeMs * weightSoFar) / weightSum)
    times.push({ atMs, beat })
    taken += beatMs(beat)
  })
  return times
}

/** How long a beat lasts from its first line to its last: parallel calls run side by side. */
export function beatMs(beat: Beat): number {
  if (beat.kind !== 'reply') return 0
  let first = (beat.think === undefined ? 0 : 1) + (beat.say === undefined ? 0 : 1)
  let longest = Math.max(0, first - 1) * BLOCK_MS
  for (const call of beat.calls) {
    longest = Math.max(longest, first * BLOCK_MS + call.ms)
    first += 1
  }
  return longest
}

/** Long thoughts, texts and files take longer to come. */
function pauseWeight(beat: Beat): number {
  if (beat.kind === 'limit') return 0.3
  if (beat.kind === 'compaction') return 1.5
  if (beat.kind === 'prompt') return 1 + beat.text.length / 150
  const written = beat.calls.reduce((sum, call) => sum + (call.tool === 'Write' ? call.content.length : 40), 0)
  return 0.6 + Math.min(2, ((beat.think?.length ?? 0) + (beat.say?.length ?? 0) + written) / 700)
}
