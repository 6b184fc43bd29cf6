import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..', '..')
const bin = join(root, 'dist/bin.js')

/** Where a browser is; undefined where there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)

/** A program that serves one home. */
export interface Served {
  url: string
  /** Runs a command in that home. @returns what it printed */
  run(...words: string[]): string
  /** Goes to one of its pages, and waits for its heading. */
  go(path: string): Promise<void>
  /** Writes on one of its transcripts, as an agent does. */
  append(session: string, lines: string): void
  /** Ends the program. */
  stop(): void
}

/** A browser that is signed in wherever something is served. */
export interface World {
  page: Page
  /** What nothing should bring about: dialogs, errors of the page, reports of its policy, addresses elsewhere. */
  complaints: string[]
  /** What was asked of the server: `session/show`. */
  asked: string[]
  /** Serves the made-up history. */
  demo(): Promise<Served>
  /** The made-up history for those who only read it: one for all, which nobody may change. */
  demoToRead(): Promise<Served>
  /** Serves a home in which Claude Code left transcripts, by session. */
  own(transcripts: Record<string, string>): Promise<Served>
  close(): Promise<void>
}

let launched: Promise<Browser> | undefined

/** The program as it is built, and one browser for all files: each world is a window of its own, that knows nothing of others. */
function launch(): Promise<Browser> {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] })
}

/** A home with what it takes to run the program in it. */
interface Home {
  url: string
  run(...words: string[]): string
  stop(): void
}

/** Serves a home, after a command. */
async function serveHome(home: string, first: string): Promise<Home> {
  const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: join(home, 'data'), NO_COLOR: '1', TZ: 'UTC' }
  const run = (...words: string[]): string => execFileSync(process.execPath, [bin, ...words], { env, encoding: 'utf8' })
  run(first)
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--json'], { env })
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stdout.on('data', (data: Buffer) => {
      told += data.toString()
      const found = /"url": ?"(http:[^"]+)"/.exec(told)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`serve ended: ${told}`)))
  })
  return { url, run, stop: () => void child.kill('SIGKILL') }
}

let read: Promise<Home> | undefined

function serveDemoToRead(): Promise<Home> {
  const home = mkdtempSync(join(tmpdir(), 'daybook-web-read-'))
  const served = serveHome(home, 'demo')
  // The process of the tests is told to end so, and would end without a word to what it began.
  process.once('SIGTERM', () => process.exit())
  void served.then(({ stop }) =>
    process.once('exit', () => {
      stop()
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    }),
  )
  return served
}

export async function openWorld(): Promise<World> {
  const browser = await (launched ??= launch())
  const folder = mkdtempSync(join(tmpdir(), 'daybook-web-'))
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const [complaints, asked, all]: [string[], string[], Served[]] = [[], [], []]
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (line) => {
    if (/Content.Security.Policy|Trusted/i.test(line.text())) complaints.push(`policy: ${line.text()}`)
  })
  page.on('request', (request) => {
    const { protocol, origin, pathname } = new URL(request.url())
    if (pathname.startsWith('/v1/')) asked.push(pathname.slice('/v1/'.length))
    if (protocol.startsWith('http') && !all.some(({ url }) => url === origin)) complaints.push(`asked ${origin}`)
  })

  let owns = 0
  async function enter({ url, run, stop }: Home, home?: string): Promise<Served> {
    const served: Served = {
      url,
      run,
      async go(path) {
        await page.goto(url + path)
        await page.waitForSelector('main h1')
      },
      append(session, lines) {
        if (home === undefined) throw new Error('others read it too')
        appendFileSync(join(home, PROJECT, `${session}.jsonl`), lines)
      },
      stop,
    }
    all.push(served)
    await page.goto(String(/http:[^\s"]+/.exec(run('open', '--no-browser'))?.[0]))
    return served
  }

  return {
    page,
    complaints,
    asked,
    async demo() {
      const home = join(folder, 'demo')
      mkdirSync(home)
      return enter(await serveHome(home, 'demo'), home)
    },
    async demoToRead() {
      const home = await (read ??= serveDemoToRead())
      return enter({ ...home, stop: () => undefined })
    },
    async own(transcripts) {
      const home = join(folder, `own-${++owns}`)
      mkdirSync(join(home, PROJECT), { recursive: true })
      for (const [session, lines] of Object.entries(transcripts)) {
        writeFileSync(join(home, PROJECT, `${session}.jsonl`), lines)
      }
      return enter(await serveHome(home, 'scan'), home)
    },
    async close() {
      await context.close()
      for (const { stop } of all) stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const PROJECT = '.claude/projects/-code-tidewatch'
