import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { type Figure, NotThere, atLeast, atMost } from '../figure.ts'
import { manySessions } from '../many-sessions.ts'
import { timing } from '../measure.ts'
import { machineOf } from '../product.ts'
import type { Row } from '../row.ts'
import { builtBin } from './command.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const SCROLLED_MS = 4_000
const PATIENCE_MS = 60_000
/** After this a server that starts has looked at what is there. */
const AT_REST_MS = 20_000
/** Words of the generated talk, alone and two together: enough that the slowest of them is not the figure. */
const QUERIES = (
  'tide, harbour, cache reader, ledger, beacon, parser, session token, frame, index cursor, batch, worker, socket, stream, schema, ' +
  'planner, router handler, header, layout, canvas, palette, anchor, record entry, branch, commit, lexer, grammar, linker, bundle, ' +
  'registry, mirror proxy, tunnel, gateway, shard, journal, snapshot, digest, vault, audit, bucket, retry timeout'
).split(', ')

/** The dashboard in a browser, on 100,000 sessions and a million entries, of which one session has 50,000. */
export const page: Row = {
  name: 'page',
  async measure({ kept, quick }) {
    const executablePath = CHROMIUM.find((path) => existsSync(path))
    if (executablePath === undefined) throw new NotThere('there is no chromium')
    const { home, data, longSession } = await manySessions(process.env['DAYBOOK_BENCH_SESSIONS'] ?? kept)
    const { chromium } = await import('playwright-core')
    const server = await serve(machineOf(home, data))
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      await tab.addInitScript(WATCH)
      await new Promise((resolve) => setTimeout(resolve, AT_REST_MS))
      const restMb = server.heldMb()
      await tab.goto(server.link())
      const runs = quick ? 2 : 5
      const figures = [
        await opened(tab, `${server.url}/now`, 'main .headline', 'Now usable', 1000, runs),
        await opened(tab, `${server.url}/sessions`, '.sessions li', 'Sessions usable', 1000, runs),
        await scrolled(tab),
        await longSessionShown(tab, server.url, longSession, runs),
        await searched(tab, server.url),
        { ...figure('server at rest', restMb, 'MB'), goal: atMost(restMb, 100, 'MB') },
      ]
      return [...figures, figure('server after all that', server.heldMb(), 'MB')]
    } finally {
      await browser.close()
      server.stop()
    }
  },
}

function figure(what: string, value: number, unit: Figure['unit']): Figure {
  return { row: 'page', what: `${what}, 1 M entries`, value, unit }
}

/** From asking for an address until what it is for is painted. */
async function opened(tab: Page, url: string, selector: string, what: string, limitMs: number, runs: number) {
  const samples: number[] = []
  for (let run = 0; run < runs; run++) {
    await tab.goto(url, { waitUntil: 'commit' })
    samples.push(await tab.evaluate<number>(`whenPainted('${selector}')`))
  }
  const { medianMs } = timing(samples)
  return { ...figure(what, medianMs, 'ms'), goal: atMost(medianMs, limitMs, 'ms') }
}

/** Frames of a list that is scrolled through steadily, new pages of it read meanwhile. */
async function scrolled(tab: Page): Promise<Figure> {
  const frames = await tab.evaluate<number>(`framesWhileScrolling(${SCROLLED_MS})`)
  return { ...figure('list of sessions scrolled', frames, 'frames/s'), goal: atLeast(frames, 50, 'frames/s') }
}

/** From following a link inside the page until the first prompt is painted. */
async function longSessionShown(tab: Page, url: string, session: string, runs: number): Promise<Figure> {
  const samples: number[] = []
  for (let run = 0; run < runs; run++) {
    await tab.goto(`${url}/settings`)
    await tab.waitForSelector('#sources tbody tr', { timeout: PATIENCE_MS })
    samples.push(await tab.evaluate<number>(`untilShown('/sessions/${session}', '.prompt')`))
  }
  const { medianMs } = timing(samples)
  return { ...figure('50,000 entries, first screen', medianMs, 'ms'), goal: atMost(medianMs, 300, 'ms') }
}

/** From the last key until hits of what was typed are painted. */
async function searched(tab: Page, url: string): Promise<Figure> {
  const samples: number[] = []
  await tab.goto(`${url}/search`)
  for (const query of QUERIES) {
    await tab.locator('.search-field').fill('')
    await tab.waitForSelector('.hit', { state: 'detached', timeout: PATIENCE_MS })
    await tab.locator('.search-field').pressSequentially(query)
    samples.push(await tab.evaluate<number>(`whenPainted('[aria-busy=false] .hit mark').then((ms) => ms - keyMs)`))
  }
  const { p95Ms } = timing(samples)
  return { ...figure('search after the last key, p95', p95Ms, 'ms'), goal: atMost(p95Ms, 100, 'ms') }
}

/** Runs in each page before its own script. */
const WATCH = `
  globalThis.keyMs = 0
  addEventListener('keydown', () => (keyMs = performance.now()), true)
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  globalThis.whenPainted = async (selector) => {
    while (!document.querySelector(selector)) {
      if (performance.now() > ${PATIENCE_MS}) throw new Error('nothing is ' + selector + ' at ' + location.pathname)
      await frame()
    }
    await frame()
    return performance.now()
  }
  globalThis.untilShown = async (path, selector) => {
    const startMs = performance.now()
    history.pushState({}, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
    return (await whenPainted(selector)) - startMs
  }
  globalThis.framesWhileScrolling = async (lastsMs) => {
    const startMs = performance.now()
    let count = 0
    for (; performance.now() - startMs < lastsMs; count++) {
      scrollBy(0, 120)
      await frame()
    }
    return (count * 1000) / (performance.now() - startMs)
  }
`

interface Serving {
  url: string
  /** Signs a browser in, once. */
  link(): string
  /** Memory it holds, MB. */
  heldMb(): number
  stop(): void
}

async function serve(env: NodeJS.ProcessEnv): Promise<Serving> {
  const bin = builtBin()
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--json'], { env })
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stdout.on('data', (text: Buffer) => {
      const found = /"url": ?"(http:[^"]+)"/.exec((told += text.toString()))?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new NotThere(`serve ended: ${told}`)))
  })
  return {
    url,
    link: () =>
      /http:[^\s"]+/.exec(execFileSync(process.execPath, [bin, 'open', '--no-browser'], { env, encoding: 'utf8' }))![0],
    heldMb: () => heldMbOf(child),
    stop: () => void child.kill('SIGTERM'),
  }
}

function heldMbOf({ pid }: ChildProcess): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch (error) {
    throw new NotThere('what a process holds is not told here', { cause: error })
  }
}
