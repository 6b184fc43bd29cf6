import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOSTILE, hostile, strings } from './transcripts.ts'
import { CHROMIUM, type Served, type World, openWorld } from './world.ts'

const KEPT = 'kept-hostile'

describe.skipIf(CHROMIUM === undefined)('what is recorded is text (skipped where there is no chromium)', () => {
  let world: World
  let mine: Served
  let page: Page

  /** Asks operations from the page, as somebody who is signed in. @returns statuses and answers */
  const ask = (asked: [name: string, input: object][]): Promise<[number, string][]> =>
    page.evaluate(async (all) => {
      const replies: [number, string][] = []
      for (const [name, input] of all) {
        const reply = await fetch(`/v1/${name.replaceAll('.', '/')}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(input),
        })
        replies.push([reply.status, await reply.text()])
      }
      return replies
    }, asked)

  beforeAll(async () => {
    world = await openWorld()
    page = world.page
    mine = await world.own({ [HOSTILE]: hostile() })
    // A file of the same address, so that no page asks meanwhile.
    await page.goto(`${mine.url}/icon.svg`)
    await fill()
  }, 300_000)

  afterAll(() => world?.close())

  /** The strings in every field that somebody or some agent can write. */
  async function fill(): Promise<void> {
    const all = strings()
    const shapes = all.slice(0, 12)
    const made = await ask([
      ['session.create', { id: KEPT, title: all[0], purpose: all[1], userId: all[2], agentName: all[3] }],
      ['session.attach', { session: KEPT, none: true }],
      ...all.map((text, i): [string, object] => [
        'ticket.create',
        {
          title: text,
          description: `# ${text}\n\n- ${text}\n\n\`\`\`\n${text}\n\`\`\``,
          noParent: true,
          assignee: text,
          session: KEPT,
          estimate: `${i + 1}m`,
        },
      ]),
      ...all.map((text): [string, object] => ['session.note', { session: KEPT, text }]),
      ...all.map((text, i): [string, object] => [
        'session.message',
        { session: KEPT, content: text, ...(i % 2 === 0 ? { role: 'user' } : { role: 'tool', toolName: text }) },
      ]),
      ...shapes.map((text, i): [string, object] => ['session.create', { id: `kept-${i}`, title: text, purpose: text }]),
      ['task.activate', { task: 'T-1', session: KEPT }],
      ...all.map((text): [string, object] => ['task.note', { text, session: KEPT }]),
      [
        'session.handoff',
        {
          sessionId: KEPT,
          notes: all[0],
          currentState: all[1],
          nextSteps: all.slice(0, 12),
          decisions: all.slice(12, 24),
          problems: all.slice(24, 36),
          whatDidNotWork: all.slice(36, 48),
          blockers: all.slice(48, 60),
          accomplished: all.slice(0, 12),
        },
      ],
      ['session.rename', { session: HOSTILE, title: all[1] }],
    ])
    expect(made.filter(([status]) => status !== 200)).toEqual([])
    // Where only some letters are taken, the rest is refused in a sentence.
    const refused = await ask(
      shapes.flatMap((text): [string, object][] => [
        ['ticket.create', { title: 'By ref', ref: text, noParent: true }],
        ['session.tag', { session: KEPT, tags: [text] }],
        ['filter.save', { name: text, text }],
        ['session.show', { session: text }],
        ['search', { query: text }],
      ]),
    )
    expect(refused.filter(([status]) => status >= 500)).toEqual([])
  }

  /** Everything on the page that a string may have become. */
  async function expectText(where: string): Promise<void> {
    const found = await page.evaluate(() => ({
      links: [...document.querySelectorAll('a')]
        .map((link) => link.protocol)
        .filter((protocol) => !/^(?:https?|mailto):$/.test(protocol)),
      made: [
        ...document.querySelectorAll(
          'main iframe, main script, main style, main object, main textarea, main img, main [onload]',
        ),
      ].map((element) => element.outerHTML),
      hidden: getComputedStyle(document.querySelector('main')!).display,
    }))
    expect({ where, ...found, complaints: world.complaints }).toEqual({
      where,
      links: [],
      made: [],
      hidden: 'block',
      complaints: [],
    })
  }

  it('shows what is recorded as text, whatever is in it: nothing runs, nothing is fetched, no policy is asked', async () => {
    await mine.go(`/sessions/${HOSTILE}`)
    await page.waitForSelector('.prompt')
    await page.keyboard.press('O')
    await page.keyboard.press('O')
    await page.keyboard.press('t')
    await page.waitForTimeout(300)
    await expectText('transcript')
    for (const session of [HOSTILE, KEPT]) {
      for (const panel of ['files', 'usage', 'log', 'commits', 'handoff']) {
        await mine.go(`/sessions/${session}?panel=${panel}`)
        await page.waitForTimeout(250)
        for (const head of await page.locator('.file-head').all()) await head.click()
        await expectText(`${session} ${panel}`)
      }
    }
    await mine.go(`/sessions/${KEPT}`)
    await page.waitForSelector('.prompt')
    await expectText('kept')
  }, 60_000)

  it('in titles, notes, handoffs and estimates of lists, tickets and reports', async () => {
    for (const path of [
      '/now',
      '/sessions',
      '/tickets',
      '/tickets?view=board',
      '/tickets/T-1',
      '/settings',
      '/settings/problems',
      '/settings/redactions',
      '/settings/prices',
    ]) {
      await mine.go(path)
      await page.waitForTimeout(400)
      await expectText(path)
    }
    await mine.go('/sessions')
    await page.locator('.row-title', { hasText: '<script>alert(1)</script>' }).first().waitFor()
    await mine.go('/tickets/T-1')
    await page.getByText('"><iframe srcdoc="<script>alert(1)</script>">').first().waitFor()
    for (const by of ['ticket', 'project', 'person', 'agent', 'model', 'session']) {
      await mine.go(`/reports?by=${by}&view=table`)
      await page.waitForTimeout(250)
      await expectText(`report by ${by}`)
    }
  }, 60_000)

  it('in the address and in fields of the page', async () => {
    for (const text of strings().slice(0, 12)) {
      const word = encodeURIComponent(text)
      for (const path of [`/search?q=${word}&agent=${word}`, `/sessions?q=${word}&ticket=${word}&project=${word}`]) {
        await mine.go(path)
        await expectText(path)
      }
      await page.goto(`${mine.url}/sessions/${word}`)
      await page.waitForSelector('main .notice')
      await expectText('a session that is none')
      await page.goto(`${mine.url}/tickets/${word}`)
      await page.waitForSelector('main .notice')
      await expectText('a ticket that is none')
    }
    await mine.go('/sessions')
    await page.keyboard.press('Control+k')
    await page.locator('.palette input').fill(strings()[1]!)
    await page.waitForTimeout(300)
    await expectText('the palette')
  }, 90_000)
})
