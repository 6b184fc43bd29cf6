import { expect, test } from 'vitest'
import { remembered } from './processes.ts'

test('ancestors are looked up once in ten seconds, and anew after that', () => {
  const asked: number[] = []
  let [nowMs, above] = [0, 40]
  const ids = remembered(
    (id) => {
      asked.push(id)
      return id === process.ppid ? { parent: above } : undefined
    },
    () => nowMs,
  )
  expect(ids()).toEqual([process.pid, process.ppid, 40])
  above = 30
  nowMs = 9_999
  expect(ids()).toEqual([process.pid, process.ppid, 40])
  expect(asked).toEqual([process.ppid, 40])
  nowMs = 10_000
  expect(ids()).toEqual([process.pid, process.ppid, 30])
})
