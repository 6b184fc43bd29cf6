import type { Difference } from './compare.ts'
import type { Order } from './home.ts'

/** How one trap went. */
export interface Outcome {
  name: string
  agent?: string
  slug?: string
  story?: string
  known?: string[]
  passed: boolean
  differences: (Difference & { order: Order })[]
  /** The tool failed, and said so. */
  error?: string
}

const WIDTH = 100

/** One line for each trap, and under each that caught the tool what it counted and the story. */
export function report(outcomes: readonly Outcome[]): string {
  const lines: string[] = []
  let agent: string | undefined
  for (const outcome of outcomes) {
    if (outcome.agent !== agent) lines.push('', outcome.agent ?? 'mixed')
    agent = outcome.agent
    lines.push(`  ${outcome.passed ? 'passed' : 'FAILED'}  ${outcome.name}`)
    if (!outcome.passed) lines.push(...failure(outcome))
  }
  const passed = outcomes.filter((outcome) => outcome.passed).length
  return `${lines.slice(1).join('\n')}\n\n${passed} of ${outcomes.length} passed\n`
}

function failure({ differences, error, agent, slug, story, known = [] }: Outcome): string[] {
  const told = differences.map(
    ({ total, expected, counted, order }) => `${total} ${counted}, true is ${expected} (${order} file written first)`,
  )
  if (error !== undefined) told.push(error)
  const where = agent === undefined ? [] : [`traps/histories/${agent}/${slug}`]
  const told2 = [
    ...told,
    ...(story === undefined ? [] : wrapped(story)),
    ...known.map((place) => `known: ${place}`),
    ...where,
  ]
  return [...told2.map((line) => `          ${line}`), '']
}

function wrapped(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    if (lines.at(-1)!.length + word.length > WIDTH) lines.push('')
    lines[lines.length - 1] += lines.at(-1) === '' ? word : ` ${word}`
  }
  return lines
}
