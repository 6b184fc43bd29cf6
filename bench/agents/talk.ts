import type { Random } from '../random.ts'
import type { Vocabulary } from '../vocabulary.ts'

/** One response of a model, with what it thought, said and had run. */
export interface Step {
  atMs: number
  thinking: string | undefined
  text: string
  call: { id: string; command: string; output: string; exitCode: number } | undefined
  /** Input without, and with, what was cached; output without reasoning. */
  tokens: { fresh: number; cached: number; output: number; reasoning: number }
}

/** What a session is made of, whatever agent writes it down. */
export interface Turn {
  id: string
  atMs: number
  prompt: string
  steps: Step[]
}

/** Turns of about so many bytes of text. */
export function talk(random: Random, vocabulary: Vocabulary, startMs: number, bytes: number): Turn[] {
  const turns: Turn[] = []
  let [atMs, size, context] = [startMs, 0, 8_000]
  const later = (): number => (atMs += 200 + random.below(9_000))
  while (size < bytes) {
    const turn: Turn = { id: random.uuid(), atMs: later(), prompt: vocabulary.prose(random.skewed(220)), steps: [] }
    const steps = 1 + random.below(9)
    for (let n = 0; n <= steps; n++) {
      const last = n === steps
      const failed = random.below(8) === 0
      const step: Step = {
        atMs: later(),
        thinking: random.below(6) === 0 ? vocabulary.prose(random.skewed(400)) : undefined,
        text: last ? vocabulary.prose(random.skewed(700)) : random.below(3) === 0 ? vocabulary.sentence() : '',
        call: last
          ? undefined
          : {
              id: random.hex(24),
              command: `npm test -- ${vocabulary.path()}`,
              output:
                random.below(2) === 0 ? vocabulary.log(random.skewed(1_800)) : vocabulary.code(random.skewed(2_400)),
              exitCode: failed ? 1 : 0,
            },
        tokens: { fresh: 20 + random.below(2_000), cached: context, output: 40 + random.below(900), reasoning: 0 },
      }
      if (step.thinking !== undefined) step.tokens.reasoning = 20 + random.below(300)
      context = Math.min(180_000, context + step.tokens.fresh)
      size += step.text.length + (step.thinking?.length ?? 0) + (step.call?.output.length ?? 0) + 800
      turn.steps.push(step)
    }
    turns.push(turn)
  }
  return turns
}
