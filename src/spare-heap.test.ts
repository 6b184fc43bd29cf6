import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Fills the heap with what is let go of, waits as a server does that nobody asks, and tells what it holds. */
const PROGRAM = (then: string): string => `
import { getHeapStatistics } from 'node:v8'
import { giveBackSpareHeap, keepSpareHeapSmall } from ${JSON.stringify(new URL('spare-heap.ts', import.meta.url).href)}
let kept = []
for (let n = 0; n < 900_000; n++) kept.push({ place: n, path: '/home/ada/' + n })
kept = []
${then}
await new Promise((resolve) => setTimeout(resolve, 900))
process.stdout.write(String(getHeapStatistics().total_heap_size / 1024 / 1024))
`

function heldMb(then: string): number {
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM(then)], { encoding: 'utf8' }))
}

test('a heap that has grown is given back', () => {
  expect(heldMb('await giveBackSpareHeap()')).toBeLessThan(heldMb('') / 2)
})

test('a heap is kept small until it may grow', () => {
  expect(heldMb('keepSpareHeapSmall()')).toBeLessThan(heldMb('keepSpareHeapSmall()()') / 2)
})

test('a heap that is in use is not collected over and over', () => {
  const program = `
import { PerformanceObserver, constants } from 'node:perf_hooks'
import { keepSpareHeapSmall } from ${JSON.stringify(new URL('spare-heap.ts', import.meta.url).href)}
globalThis.kept = Array.from({ length: 900_000 }, (_, n) => ({ place: n, path: '/home/ada/' + n }))
let collected = 0
const { NODE_PERFORMANCE_GC_MAJOR } = constants
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) if (detail.kind === NODE_PERFORMANCE_GC_MAJOR) collected++
}).observe({ entryTypes: ['gc'] })
keepSpareHeapSmall()
await new Promise((resolve) => setTimeout(resolve, 2400))
process.stdout.write(String(collected))
`
  // One collection is told in two parts.
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe('2')
})
