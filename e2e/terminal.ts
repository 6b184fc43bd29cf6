import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

/** What terminals answer to what programs ask them: where the cursor is, what they can, how dark it is. */
const ANSWERS: readonly (readonly [asked: string, answer: string])[] = [
  ['\x1b[6n', '\x1b[1;1R'],
  ['\x1b[c', '\x1b[?62;c'],
  ['\x1b]11;?', '\x1b]11;rgb:0000/0000/0000\x1b\\'],
]

/** A program on a terminal, with somebody who types. */
export interface Typed {
  /** Waits until something is so. @throws Error with what is on the screen after three minutes */
  until(what: string, isSo: (shown: string) => boolean): Promise<void>
  /** Types a line and Enter. */
  type(line: string): Promise<void>
  /** Waits for its end, which comes by force where it does not come by itself. */
  end(): Promise<void>
}

const LONGEST_MS = 180_000
/** A line that comes at once with its Enter is taken for something pasted. */
const TYPING_MS = 700

/** Runs a program on a terminal that `script`, of util-linux, makes. */
export function onTerminal(
  words: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Typed {
  const line = `stty rows 40 cols 120; exec ${words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}`
  const around = { TERM: 'xterm-256color', ...env }
  const child = spawn('script', ['-qfec', line, '/dev/null'], { cwd, env: around, stdio: 'pipe', detached: true })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (const [asked, answer] of ANSWERS) if (text.includes(asked)) child.stdin.write(answer)
  })
  child.stdin.on('error', () => undefined)
  return {
    async until(what, isSo) {
      const from = Date.now()
      while (!isSo(shown)) {
        if (Date.now() - from > LONGEST_MS || child.exitCode !== null)
          throw new Error(`${what} did not come\n${shown.slice(-3000)}`)
        await wait(1000)
      }
    },
    async type(text) {
      child.stdin.write(text)
      await wait(TYPING_MS)
      child.stdin.write('\r')
    },
    end: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const from = Date.now()
  while (child.exitCode === null && child.signalCode === null && Date.now() - from < 20_000) await wait(250)
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}
