import type { HandoffGiven, HandoffRecord } from './handoff-record.ts'
import { type Item, type Section, type Weight, sectionsOf } from './handoff-sections.ts'
import { byteLength, estimateTokens, inCode } from './markdown-text.ts'

export const USUAL_TOKENS = 1500
/** Less cannot say of each section how much is left out. */
export const LEAST_TOKENS = 500
export const MOST_TOKENS = 20_000

/** What is not in the Markdown, and how to see it. */
export interface LeftOut {
  section: string
  items: number
  /** Of these, steps still to do and failures not fixed. */
  open: number
  command: string
}

export interface HandoffText {
  markdown: string
  /** About: see `estimateTokens`. */
  tokens: number
  leftOut: LeftOut[]
}

/**
 * A handoff as Markdown, within a number of tokens. Nothing recorded and nothing given makes an empty text.
 *
 * What is too long is shortened first: long texts are cut, all to the same length, and say by how much. Only when that is not
 * enough are items left out, the newest of each section kept; steps still to do and failures not fixed go last.
 *
 * @param session its key or ref, for commands that list what is left out
 */
export function handoffMarkdown(
  record: HandoffRecord,
  given: HandoffGiven,
  session: string,
  tokens = USUAL_TOKENS,
): HandoffText {
  const sections = sectionsOf(record, given, session)
  const budget = tokens * 4
  const all = sections.map(({ items }) => new Set(items))
  const whole = write(sections, all, budget)
  if (byteLength(whole) <= budget) return { markdown: whole, tokens: estimateTokens(whole), leftOut: [] }
  // A tenth of the budget holds one item of this length with all that belongs to it.
  const shortest = Math.floor(budget / 10) - 120
  const fits = (max: number): boolean => byteLength(write(sections, all, max)) <= budget
  let longest = shortest
  for (let step = budget; step >= 1; step = Math.floor(step / 2)) {
    while (longest + step <= budget && fits(longest + step)) longest += step
  }
  const kept = fits(longest) ? all : choose(sections, budget, longest)
  const markdown = write(sections, kept, longest)
  return { markdown, tokens: estimateTokens(markdown), leftOut: leftOut(sections, kept) }
}

const ORDER: readonly Weight[] = ['essential', 'open', 'given', 'rest']

/** What stays: by weight, and of the same weight the first of each section, then the second of each, and so on. */
function choose(sections: readonly Section[], budget: number, max: number): Set<Item>[] {
  const kept = sections.map(() => new Set<Item>())
  const gone = sections.map(({ items }) => countOf(items))
  const frames = sections.map((section, at) => frameSize(section, gone[at]!))
  let size = frames.reduce((sum, one) => sum + one, 0)
  const waiting = sections
    .flatMap(({ items }, at) =>
      items.map((item, place) => ({ item, at, place, bytes: byteLength(item.render(max)) + 1 })),
    )
    .toSorted((a, b) => ORDER.indexOf(a.item.weight) - ORDER.indexOf(b.item.weight) || a.place - b.place)
  // What is said of things left out goes with the last of them: that is room for more.
  for (let added = true; added;) {
    added = false
    // Where one has no room, nothing older of its section stays; where a step to do has none, nothing lighter does.
    const full = new Set<number>()
    let lightest = ORDER.length
    for (const { item, at, bytes } of waiting) {
      const weight = ORDER.indexOf(item.weight)
      if (kept[at]!.has(item) || full.has(at) || weight > lightest) continue
      const { items, open } = gone[at]!
      const left = { items: items - 1, open: open - (item.weight === 'open' ? 1 : 0) }
      const frame = frameSize(sections[at]!, left)
      if (size - frames[at]! + frame + bytes > budget) {
        full.add(at)
        if (item.weight === 'open') lightest = weight
        continue
      }
      size += frame - frames[at]! + bytes
      kept[at]!.add(item)
      gone[at] = left
      frames[at] = frame
      added = true
    }
  }
  return kept
}

interface Count {
  items: number
  open: number
}

function countOf(items: readonly Item[]): Count {
  return { items: items.length, open: items.filter(({ weight }) => weight === 'open').length }
}

/** Bytes of a section without its items, and of the blank line behind it. */
function frameSize(section: Section, gone: Count): number {
  const fences = section.fence === null || gone.items === section.items.length ? 0 : 2 * (section.fence.length + 1)
  return byteLength(writeSection(section, [], gone)) + 2 + fences
}

function write(sections: readonly Section[], kept: readonly ReadonlySet<Item>[], max: number): string {
  const written = sections.map((section, at) => {
    const staying = section.items.filter((item) => kept[at]!.has(item))
    const gone = countOf(section.items.filter((item) => !kept[at]!.has(item)))
    return writeSection(
      section,
      staying.map((item) => item.render(max)),
      gone,
    )
  })
  return written.join('\n\n')
}

function writeSection({ title, fence, command, beside }: Section, lines: readonly string[], gone: Count): string {
  const open = gone.open > 0 ? `, ${gone.open} open` : ''
  const more = gone.items === 0 ? [] : [`- ${gone.items} more left out${open}: ${inCode(command)}`]
  const body = fence !== null && lines.length > 0 ? [fence, ...lines, fence] : lines
  return [`### ${title}`, '', ...body, ...(beside === null ? [] : [beside]), ...more].join('\n')
}

function leftOut(sections: readonly Section[], kept: readonly ReadonlySet<Item>[]): LeftOut[] {
  return sections.flatMap(({ title, items, command }, at) => {
    const gone = countOf(items.filter((item) => !kept[at]!.has(item)))
    return gone.items === 0 ? [] : [{ section: title, ...gone, command }]
  })
}
