import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { atMost } from '../figure.ts'
import { timing } from '../measure.ts'
import { openProduct } from '../product.ts'
import { seededRandom } from '../random.ts'
import type { Row } from '../row.ts'

/** A line is appended while a watch runs: how long until it can be queried. */
export const append: Row = {
  name: 'append',
  needsData: true,
  async measure({ history, data, scratch, quick }) {
    const ownData = join(scratch, 'append-data')
    cpSync(data, ownData, { recursive: true })
    const random = seededRandom(99)
    const session = random.uuid()
    const folder = join(history.home, '.claude', 'projects', '-home-ada-tidewatch')
    mkdirSync(folder, { recursive: true })
    const path = join(scratch, 'append-home')
    cpSync(history.home, path, { recursive: true, filter: (source) => !source.endsWith('.jsonl') })
    const file = join(path, '.claude', 'projects', '-home-ada-tidewatch', `${session}.jsonl`)
    writeFileSync(file, line(random.uuid(), session, 'a first line'))

    const stop = new AbortController()
    const product = await openProduct(path, ownData, stop.signal)
    let arrived: (() => void) | undefined
    const read = (): void => arrived?.()
    let watching!: Promise<void>
    await new Promise<void>((resolve) => {
      arrived = resolve
      watching = product.engines.watch({ read })
    })
    const id = (await product.context.store.sessions.resolve(session))[0]?.id
    const count = (): Promise<number> => product.context.store.entries.count({ sessionId: id })
    const samples: number[] = []
    for (let n = 0; n < (quick ? 25 : 100); n++) {
      const before = await count()
      const here = new Promise<void>((resolve) => (arrived = resolve))
      const started = performance.now()
      appendFileSync(file, line(random.uuid(), session, `line ${n}`))
      await here
      if ((await count()) !== before + 1) throw new Error('an appended line was reported and cannot be queried')
      samples.push(performance.now() - started)
      await wait(15 + random.below(20))
    }
    stop.abort()
    await watching.catch(() => {})
    await product.close()
    const { p95Ms, medianMs } = timing(samples)
    return [
      { row: 'append', what: 'until it can be queried, p95', value: p95Ms, unit: 'ms', goal: atMost(p95Ms, 50, 'ms') },
      { row: 'append', what: 'median', value: medianMs, unit: 'ms' },
    ]
  },
}

function line(uuid: string, session: string, text: string): string {
  const timestamp = new Date().toISOString()
  const record = {
    type: 'user',
    uuid,
    sessionId: session,
    timestamp,
    cwd: '/home/ada/tidewatch',
    version: '2.1.197',
    message: { role: 'user', content: text },
  }
  return `${JSON.stringify(record)}\n`
}
