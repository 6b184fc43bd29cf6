import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SURE, suggestTicket } from './suggestion.ts'
import type { Traces } from './suggestion.ts'
import { learnRefs } from './ticket-mention.ts'

const KNOWN_REFS = [...Array.from({ length: 9 }, (_, i) => `t-${i + 1}`), 'tide-101', 'tide-118', 'tide-240']
const KNOWN = { refs: new Set(KNOWN_REFS), prefixes: new Set(['t', 'tide']) }

interface Labelled extends Traces {
  label: string | null
}

function labelled(file: string): Labelled[] {
  const text = readFileSync(new URL(`../../test/suggestions/${file}`, import.meta.url), 'utf8')
  const list = (part: string): string[] =>
    part === '-' ? [] : part.split('|').map((one) => one.replaceAll('\\n', '\n'))
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => {
      const [label = '', branch = '', cwd = '', commits = '', ...prompts] = line.split(' :: ')
      return {
        label: label === '-' ? null : label,
        branch,
        cwd,
        commits: list(commits),
        prompts: list(prompts.join(' :: ')),
      }
    })
}

/** Of what is suggested surely how much is right, and how much of what can be placed is. */
function score(file: string) {
  const sessions = labelled(file)
  // A code base: the first two folders.
  const projects = Map.groupBy(sessions, ({ cwd }) => (cwd ?? '').split('/').slice(0, 3).join('/'))
  const told = [...projects.values()].flatMap((own) => {
    const known = learnRefs(own, KNOWN)
    return own.map((session) => ({ session, made: suggestTicket(session, known) }))
  })
  const sure = told.filter(({ made }) => made !== null && made.confidence >= SURE)
  const right = sure.filter(({ session, made }) => made?.ref === session.label)
  const placeable = sessions.filter(({ label }) => label !== null)
  return {
    sessions: sessions.length,
    unplaceable: sessions.length - placeable.length,
    precision: right.length / sure.length,
    recall: right.length / placeable.length,
  }
}

const round = (share: number): number => Math.round(share * 1000) / 1000

describe('suggestions of tickets', () => {
  it('place what the labelled sessions were for, and are right where they are sure', () => {
    const { precision, recall, sessions, unplaceable } = score('labelled.txt')
    expect([sessions, unplaceable]).toEqual([465, 185])
    expect([round(precision), round(recall)]).toEqual([1, 0.882])
  })

  it('do nearly as well on sessions that the rules were not fitted to', () => {
    const { precision, recall, sessions, unplaceable } = score('heldout.txt')
    expect([sessions, unplaceable]).toEqual([46, 22])
    expect([round(precision), round(recall)]).toEqual([0.957, 0.917])
  })

  const none: Traces = { branch: null, cwd: null, commits: [], prompts: [] }
  const made = (traces: Partial<Traces>, refused?: ReadonlySet<string>) =>
    suggestTicket({ ...none, ...traces }, KNOWN, refused)

  it.each([
    'UTF-8',
    'SHA-256',
    'CVE-2024-1',
    'ISO-8601',
    'RFC-7231',
    'GPT-4',
    'COVID-19',
    'H-264',
    'AES-128',
    'HTTP-404',
    '2026-11-20',
    'v1-2',
    '1.2.3',
    'port 8080',
    '0xdead-10',
    'deadbeef-1a',
  ])('never take %s for one', (text) => {
    expect(made({ prompts: [`fix ${text}`], commits: [`${text}: x`], branch: text.replaceAll(' ', '-') })).toBeNull()
  })

  it.each([
    ['https://github.com/a/b/issues/42', '#42'],
    ['https://gitlab.com/a/b/-/issues/42', '#42'],
    ['https://acme.atlassian.net/browse/PROJ-123', 'PROJ-123'],
    ['https://linear.app/acme/issue/ENG-7/some-title', 'ENG-7'],
    ['fix #42', '#42'],
    ['fix GH-42', '#42'],
    ['work on T-4', 'T-4'],
    ['work on TIDE-900', 'TIDE-900'],
  ])('are sure of %s', (prompt, ref) => {
    expect(made({ prompts: [prompt] })).toMatchObject({ ref, reasons: [{ place: 'prompt', text: prompt }] })
    expect(made({ prompts: [prompt] })?.confidence).toBeGreaterThanOrEqual(SURE)
  })

  it('say why, the strongest sign first, and are surer of two signs than of one', () => {
    expect(made({ branch: 'NEW-123-x' })).toMatchObject({ ref: 'NEW-123', confidence: 0.76 })
    expect(made({ branch: 'NEW-123-x', commits: ['NEW-123: x'] })).toEqual({
      ref: 'NEW-123',
      confidence: 0.93,
      reasons: [
        { place: 'branch', text: 'NEW-123-x' },
        { place: 'commit', text: 'NEW-123: x' },
      ],
    })
  })

  it('are unsure between two that are as likely, and take the other one once the first is refused', () => {
    expect(made({ branch: 't-4-and-t-5' })?.confidence).toBeLessThan(SURE)
    expect(made({ branch: 't-4', prompts: ['fix T-5'] })?.ref).toBe('T-4')
    expect(made({ branch: 't-4', prompts: ['fix T-5'] }, new Set(['t-4']))?.ref).toBe('T-5')
  })

  it('learn a prefix from three sessions that used it for three tickets, not from what came up once', () => {
    const other = ['zen-1-a', 'zen-2-b', 'zen-3-c'].map((branch) => ({ ...none, branch }))
    expect([...learnRefs(other, KNOWN).prefixes]).toContain('zen')
    expect([...learnRefs(other.slice(1), KNOWN).prefixes]).not.toContain('zen')
    const one = { ...none, branch: 'zen-1', commits: ['ZEN-2: b', 'ZEN-3: c'] }
    expect([...learnRefs([one], KNOWN).prefixes]).not.toContain('zen')
  })
})
