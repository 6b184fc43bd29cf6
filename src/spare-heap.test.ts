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
