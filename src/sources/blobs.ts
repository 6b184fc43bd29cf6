import { hash } from 'node:crypto'
import type { CutBlob } from './raw-records.ts'

/** Shorter opaque strings stay in their record: they compress beside their neighbours. */
export const MIN_BLOB_BYTES = 32 * 1024

const PROBE_STRIDE = MIN_BLOB_BYTES / 2
const PROBE_BYTES = 48

const IS_BASE64 = new Uint8Array(256)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=') {
  IS_BASE64[char.charCodeAt(0)] = 1
}

/** True when a run of base64 goes through the whole of `bytes[from..to)`. */
function isOpaque(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (IS_BASE64[bytes[i]!] === 0) return false
  return true
}

/**
 * Runs of base64 of at least `MIN_BLOB_BYTES`, as [start, end) pairs in order.
 *
 * Probes every 16 KiB and widens from there, so that ordinary text costs next to nothing.
 */
export function opaqueRuns(bytes: Uint8Array, from = 0, to = bytes.length): [number, number][] {
  const runs: [number, number][] = []
  for (let probe = from; probe + PROBE_BYTES <= to; probe += PROBE_STRIDE) {
    if (!isOpaque(bytes, probe, probe + PROBE_BYTES)) continue
    const floor = runs.length > 0 ? runs[runs.length - 1]![1] : from
    let start = probe
    while (start > floor && IS_BASE64[bytes[start - 1]!] === 1) start--
    let end = probe + PROBE_BYTES
    while (end < to && IS_BASE64[bytes[end]!] === 1) end++
    if (end - start >= MIN_BLOB_BYTES) runs.push([start, end])
    if (end > probe) probe += Math.floor((end - probe) / PROBE_STRIDE) * PROBE_STRIDE
  }
  return runs
}

/**
 * Takes long base64 runs out of a record.
 *
 * @returns the shorter record and what was cut, each with the offset where it goes back in; the argument itself and no
 * blobs when there is nothing to cut
 */
export function cutBlobs(bytes: Uint8Array): { bytes: Uint8Array; blobs: CutBlob[] } {
  const runs = opaqueRuns(bytes)
  if (runs.length === 0) return { bytes, blobs: [] }
  const kept: Uint8Array[] = []
  const blobs: CutBlob[] = []
  let from = 0
  let offset = 0
  for (const [start, end] of runs) {
    kept.push(bytes.subarray(from, start))
    offset += start - from
    const blob = Uint8Array.prototype.slice.call(bytes, start, end)
    blobs.push({ offset, hash: hash('sha256', blob, 'hex'), bytes: blob })
    from = end
  }
  kept.push(bytes.subarray(from))
  return { bytes: Buffer.concat(kept), blobs }
}
