import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Page, chromium } from 'playwright-core'
import { buildWeb, isWebFresh } from '../../scripts/web.mjs'

const root = join(import.meta.dirname, '..', '..')

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
  /** Serves a home in which Claude Code left transcripts, by session. */
  own(transcripts: Record<string, string>): Promise<Served>
  close(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const built = join(root, 'dist/web')
  if (!isWebFresh(root, built)) await buildWeb(root, built)
  const folder = mkdtempSync(join(tmpdir(), 'daybook-web-'))
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] })
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
  async function serve(home: string, first: string): Promise<Served> {
    const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: join(home, 'data'), NO_COLOR: '1', TZ: 'UTC' }
    const bin = join(root, 'src/bin.ts')
    const run = (...words: string[]): string =>
      execFileSync(process.execPath, [bin, ...words], { env, encoding: 'utf8' })
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
    const served: Served = {
      url,
      run,
      async go(path) {
        await page.goto(url + path)
        await page.waitForSelector('main h1')
      },
      append: (session, lines) => appendFileSync(join(home, PROJECT, `${session}.jsonl`), lines),
      stop: () => void child.kill('SIGTERM'),
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
      return serve(home, 'demo')
    },
    async own(transcripts) {
      const home = join(folder, `own-${++owns}`)
      mkdirSync(join(home, PROJECT), { recursive: true })
      for (const [session, lines] of Object.entries(transcripts)) {
        writeFileSync(join(home, PROJECT, `${session}.jsonl`), lines)
      }
      return serve(home, 'scan')
    },
    async close() {
      await browser.close()
      for (const { stop } of all) stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const PROJECT = '.claude/projects/-code-tidewatch'
