import { AxeBuilder } from '@axe-core/playwright'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWeb, isWebFresh } from '../../scripts/web.mjs'

const root = join(import.meta.dirname, '..', '..')
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
)
const LARGE = '5a5a5a5a-0000-4000-8000-000000000001'
const HOSTILE = '6b6b6b6b-0000-4000-8000-000000000002'
const FAILING = '7c7c7c7c-0000-4000-8000-000000000003'

/** A program that serves one home, and the link that signs a browser in there. */
interface Served {
  url: string
  run(...words: string[]): string
  stop(): void
}

async function serve(home: string): Promise<Served> {
  const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: join(home, 'data'), NO_COLOR: '1', TZ: 'UTC' }
  const bin = join(root, 'src/bin.ts')
  const run = (...words: string[]): string => execFileSync(process.execPath, [bin, ...words], { env, encoding: 'utf8' })
  run(...(existsSync(join(home, '.claude')) ? ['scan'] : ['demo']))
  const child: ChildProcess = spawn(process.execPath, [bin, 'serve', '--port', '0', '--json'], { env })
  const url = await new Promise<string>((resolve, reject) => {
    let told = ''
    child.stdout?.on('data', (data: Buffer) => {
      told += data.toString()
      const found = /"url": ?"(http:[^"]+)"/.exec(told)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`serve ended: ${told}`)))
  })
  return { url, run, stop: () => void child.kill('SIGTERM') }
}

describe.skipIf(CHROMIUM === undefined)('the dashboard in a browser (skipped where there is no chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-web-'))
  const own = join(folder, 'own')
  const transcripts = join(own, '.claude/projects/-code-tidewatch')
  let browser: Browser
  let demo: Served
  let mine: Served
  let page: Page
  const complaints: string[] = []
  /** What was asked of the server: `session/show`. */
  const asked: string[] = []

  async function signIn({ run }: Served): Promise<void> {
    const link = /http:[^\s"]+/.exec(run('open', '--no-browser'))?.[0]
    await page.goto(String(link))
  }

  async function go(served: Served, path: string): Promise<void> {
    await page.goto(served.url + path)
    await page.waitForSelector('main h1')
  }

  beforeAll(async () => {
    const built = join(root, 'dist/web')
    if (!isWebFresh(root, built)) await buildWeb(root, built)
    mkdirSync(join(folder, 'demo'))
    mkdirSync(transcripts, { recursive: true })
    writeFileSync(join(transcripts, `${LARGE}.jsonl`), large(50_000))
    writeFileSync(join(transcripts, `${HOSTILE}.jsonl`), hostile())
    writeFileSync(join(transcripts, `${FAILING}.jsonl`), failing())
    demo = await serve(join(folder, 'demo'))
    mine = await serve(own)
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] })
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
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
      if (protocol.startsWith('http') && ![demo.url, mine.url].includes(origin)) complaints.push(`asked ${origin}`)
    })
    await signIn(demo)
    await signIn(mine)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    demo?.stop()
    mine?.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  it('U49 every page holds to the rules of accessibility, light and dark, and nothing scrolls sideways on a phone', async () => {
    const paths = [
      '/now',
      '/sessions',
      '/sessions/SESSION-003',
      '/tickets',
      '/tickets/T-4',
      '/reports',
      '/search?q=table',
    ]
    const DARK = ['/now', '/sessions/SESSION-003', '/reports']
    const found: unknown[] = []
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      for (const path of [...paths, '/settings', '/sessions/SESSION-003?panel=files']) {
        await go(demo, path)
        await page.waitForTimeout(250)
        if (width === 1280 || DARK.includes(path)) {
          const { violations } = await new AxeBuilder({ page }).analyze()
          found.push(...violations.map(({ id, nodes }) => [path, width, id, nodes[0]?.html]))
        }
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (over > 0) found.push([path, width, `${over} px too wide`])
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    expect(found).toEqual([])
    // 200 % zoom of a window of 1280 leaves 640.
    await page.setViewportSize({ width: 640, height: 400 })
    await go(demo, '/sessions/SESSION-003')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(640)
    await page.setViewportSize({ width: 1280, height: 800 })
  }, 90_000)

  it('goes by keyboard from page to page, into a session, to its prompts and back', async () => {
    await go(demo, '/now')
    await page.keyboard.type('gs')
    await page.waitForSelector('.sessions li')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.prompt')
    expect(new URL(page.url()).pathname).toBe('/sessions/SESSION-003')
    await page.waitForSelector('.outline-turn')
    await page.keyboard.press('J')
    await page.waitForFunction(() => location.hash.startsWith('#e-'))
    await page.keyboard.press('?')
    await page.waitForSelector('dialog[open]')
    expect(await page.locator('dialog').innerText()).toContain('next prompt')
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog[open]', { state: 'detached' })
    await page.keyboard.press('u')
    await page.waitForSelector('.sessions li')
    await page.keyboard.press('/')
    await page.waitForSelector('.search-field:focus')
    expect(new URL(page.url()).pathname).toBe('/search')
  })

  it('keys that the page shows do what they say: v, f, N from the end, ! to the first that needs me', async () => {
    await go(demo, '/reports')
    await page.keyboard.press('v')
    await page.waitForSelector('table caption >> text=Cost by day')
    await page.route('**/v1/fleet/show', async (route) => {
      const response = await route.fetch()
      const fleet = await response.json()
      fleet.items[1].needsYou = true
      await route.fulfill({ response, json: fleet })
    })
    await page.keyboard.press('!')
    await page.waitForSelector('#needs [data-row]:focus')
    await page.unroute('**/v1/fleet/show')
    await go(mine, `/sessions/${FAILING}`)
    await page.waitForSelector('.prompt')
    await page.keyboard.press('G')
    await page.getByText('after failure 2, step 79', { exact: true }).waitFor()
    await page.keyboard.press('N')
    await page.waitForSelector('[data-entry] button:focus >> text=make part 2')
    await page.keyboard.press('f')
    await page.waitForSelector('dialog[open] pre >> text=part 2, line 45')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    const groups = await page.locator('dialog h3').allInnerTexts()
    expect(groups).toEqual(['Transcript', 'Session', 'Everywhere'])
    await page.keyboard.press('Escape')
  })

  it('what is typed into the search of a list stays as it was typed, and is asked for when somebody stops', async () => {
    for (const path of ['/tickets', '/sessions', '/search?q=tide']) {
      await go(demo, path)
      const field = page.locator('main input[type=search]')
      await field.fill('tables')
      await page.waitForURL(/q=tables/)
      await field.press('Home')
      asked.length = 0
      await page.keyboard.type('offline tide ', { delay: 15 })
      await page.waitForURL(/q=offline\+tide\+tables/)
      expect(await field.inputValue()).toBe('offline tide tables')
      expect(asked.length, `${path}: ${asked.join()}`).toBeLessThan(6)
    }
  })

  it('is told by the stream what comes: nothing is asked while nothing happens, and little when something else does', async () => {
    const append = (session: string, number: number, text: string): void =>
      appendFileSync(
        join(transcripts, `${session}.jsonl`),
        said(session, number, 'assistant', [{ type: 'text', text }]),
      )
    const see = (state: 'hidden' | 'visible'): Promise<void> =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true })
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
      }, state)
    await go(mine, `/sessions/${FAILING}`)
    await page.waitForSelector('.live >> text=Live')
    await page.keyboard.press('G')
    await page.waitForTimeout(2000)
    asked.length = 0
    await page.waitForTimeout(6000)
    expect(asked).toEqual([])
    append(FAILING, 1000, 'one that came')
    await page.getByText('one that came', { exact: true }).waitFor({ timeout: 4000 })
    expect(asked).toContain('session/outline')

    await see('hidden')
    await page.waitForTimeout(500)
    asked.length = 0
    append(FAILING, 1001, 'one that came unseen')
    await page.waitForTimeout(2500)
    expect(asked).toEqual([])
    await see('visible')
    await page.getByText('one that came unseen', { exact: true }).waitFor({ timeout: 2000 })

    await page.waitForTimeout(1500)
    asked.length = 0
    const told = page.evaluate(
      () =>
        new Promise((resolve) => {
          const stream = new EventSource('/v1/events?kind=entries')
          stream.addEventListener('entries', () => resolve(stream.close()))
        }),
    )
    await page.waitForTimeout(500)
    append(HOSTILE, 10_000, 'of another session')
    await told
    await page.waitForTimeout(2000)
    expect(asked.filter((name) => name !== 'events')).toEqual([])
  }, 40_000)

  it('a hit leads to its entry, inside a fold, opened', async () => {
    await go(demo, '/search?q=%22stale+table%22&failed=1')
    await page.locator('.hit').last().click()
    await page.waitForSelector('.arrived')
    expect(await page.locator('.arrived').innerText()).toMatch(/stale table/i)
    const box = await page.locator('.arrived').first().boundingBox()
    expect(box!.y).toBeGreaterThanOrEqual(0)
    expect(box!.y).toBeLessThan(800)
  })

  it('shows what is recorded as text, whatever is in it: nothing runs, nothing is fetched, no policy is asked', async () => {
    complaints.length = 0
    await go(mine, '/sessions')
    await go(mine, `/sessions/${HOSTILE}`)
    await page.waitForSelector('.prompt')
    await page.keyboard.press('O')
    await page.keyboard.press('O')
    for (const panel of ['files', 'usage', 'log', 'commits']) {
      await page.goto(`${mine.url}/sessions/${HOSTILE}?panel=${panel}`)
      await page.waitForSelector('main h1')
    }
    await go(mine, '/search?q=script')
    await page.waitForSelector('.hit')
    const links = await page.evaluate(() => [...document.querySelectorAll('a')].map((link) => link.protocol))
    expect(links.filter((protocol) => !/^(?:https?|mailto):$/.test(protocol))).toEqual([])
    expect(complaints).toEqual([])
  })

  it('a session of 50,000 entries has few of them on the page; its end is one key away', async () => {
    await go(mine, `/sessions/${LARGE}`)
    await page.waitForSelector('.prompt')
    expect(await page.locator('[data-entry]').count()).toBeLessThan(600)
    await page.keyboard.press('G')
    await page.getByText('step 49999 is done', { exact: true }).waitFor()
    expect(await page.locator('[data-entry]').count()).toBeLessThan(600)
  }, 60_000)

  it('U48 keeps still what is read while 200 entries come in ten seconds', async () => {
    await go(mine, `/sessions/${LARGE}`)
    await page.waitForSelector('.prompt')
    await page.mouse.wheel(0, 900)
    await page.waitForTimeout(1000)
    const anchor = await page.evaluate(() => {
      const row = [...document.querySelectorAll<HTMLElement>('[data-entry]')].find(
        (one) => one.getBoundingClientRect().top > 300,
      )!
      return { id: row.id, top: row.getBoundingClientRect().top }
    })
    const before = await page.evaluate(() => document.querySelectorAll('[data-block]').length)
    for (let i = 0; i < 200; i++) {
      appendFileSync(join(transcripts, `${LARGE}.jsonl`), step(50_000 + i))
      await page.waitForTimeout(50)
    }
    await page.waitForFunction((count) => document.querySelectorAll('[data-block]').length > count, before)
    const top = await page.evaluate((id) => document.getElementById(id)?.getBoundingClientRect().top, anchor.id)
    expect(top).toBe(anchor.top)
    await page.waitForSelector('.fresh')
  }, 60_000)

  it('the command that makes a first ticket makes one', async () => {
    await go(mine, '/tickets')
    const line = await page.locator('.command code').first().innerText()
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
    expect(words[0]).toBe('daybook')
    mine.run(...words.slice(1))
    await page.getByRole('link', { name: 'T-1' }).waitFor()
  })
})

const AT = Date.parse('2026-11-20T10:00:00Z')

function record(session: string, number: number, rest: object): string {
  const at = new Date(AT + number * 1000).toISOString()
  const common = { sessionId: session, cwd: '/code/tidewatch', gitBranch: 'main', version: '2.1.0', timestamp: at }
  return `${JSON.stringify({ uuid: `${session}-${number}`, parentUuid: null, ...common, ...rest })}\n`
}

function said(session: string, number: number, role: 'user' | 'assistant', content: unknown): string {
  const more = role === 'assistant' ? { id: `m${number}`, model: 'claude-sonnet-4-5-20250929' } : {}
  return record(session, number, { type: role, message: { role, content, ...more } })
}

function step(number: number): string {
  return number % 500 === 0
    ? said(LARGE, number, 'user', `go on with part ${number / 500}`)
    : said(LARGE, number, 'assistant', [{ type: 'text', text: `step ${number} is done` }])
}

function large(entries: number): string {
  return Array.from({ length: entries }, (_, i) => step(i)).join('')
}

/** Two calls that failed with long outputs, and 80 steps after each. */
function failing(): string {
  return [1, 2]
    .flatMap((part) => {
      const id = `f${part}`
      const content = Array.from({ length: 90 }, (_, i) => `part ${part}, line ${i}`).join('\n')
      const result = { type: 'tool_result', tool_use_id: id, content, is_error: true }
      return [
        said(FAILING, part * 100, 'user', `go on with part ${part}`),
        said(FAILING, part * 100 + 1, 'assistant', [
          { type: 'tool_use', id, name: 'Bash', input: { command: `make part ${part}` } },
        ]),
        said(FAILING, part * 100 + 2, 'user', [result]),
        ...Array.from({ length: 80 }, (_, i) =>
          said(FAILING, part * 100 + 3 + i, 'assistant', [{ type: 'text', text: `after failure ${part}, step ${i}` }]),
        ),
      ]
    })
    .join('')
}

/** 60 strings that a page, a policy or a parser may trip over. */
function strings(): string[] {
  const shapes = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '"><iframe srcdoc="<script>alert(1)</script>">',
    '[click](javascript:alert(1))',
    '[click](data:text/html,<script>alert(1)</script>)',
    '![pixel](https://elsewhere.example/pixel.png)',
    '</textarea><style>*{display:none}</style>',
    '\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007 \u001b[31mred',
    '\u202eevil\u202c \u200b\ufeff {{constructor.constructor("alert(1)")()}}',
    '<a href="vbscript:alert(1)">script</a> __proto__ constructor',
    '`${alert(1)}` %3Cscript%3E &lt;script&gt; \\u003cscript\\u003e',
  ]
  return [0, 1, 2, 3, 4].flatMap((round) => shapes.map((shape) => `${shape}${' '.repeat(round)}#${round}`))
}

function hostile(): string {
  return strings()
    .map((text, i) => {
      const call = {
        type: 'tool_use',
        id: `c${i}`,
        name: text,
        input: { command: text, [text]: text, file_path: text },
      }
      const result = { type: 'tool_result', tool_use_id: `c${i}`, content: text, is_error: i % 2 === 0 }
      return [
        said(HOSTILE, i * 10, 'user', text),
        said(HOSTILE, i * 10 + 1, 'assistant', [
          { type: 'thinking', thinking: text },
          { type: 'text', text },
        ]),
        said(HOSTILE, i * 10 + 2, 'assistant', [call]),
        said(HOSTILE, i * 10 + 3, 'user', [result]),
        record(HOSTILE, i * 10 + 4, { type: 'summary', summary: text, leafUuid: text }),
        record(HOSTILE, i * 10 + 5, {
          type: 'user',
          cwd: text,
          gitBranch: text,
          message: { role: 'user', content: `# ${text}` },
        }),
      ].join('')
    })
    .join('')
}
