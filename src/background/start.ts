import { spawn } from 'node:child_process'
import { runningNote } from './note.ts'

export interface BackgroundPlace {
  dataDir: string
  /** Words that start this program, the first of them absolute. */
  program: readonly string[]
  variables: Readonly<Record<string, string | undefined>>
}

/** What it needs: where the agents write, where the record is, how times and texts are meant. Keys of others are not passed on. */
const PASSED_ON =
  /^(?:HOME|PATH|USER|LOGNAME|USERNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+|APPDATA|LOCALAPPDATA|SystemRoot|CLAUDE_CONFIG_DIR|CODEX_HOME|COPILOT_HOME|GEMINI_CLI_HOME|OPENCODE_DB|SESSION_\w+|DAYBOOK_(?!SESSION$|HOOK$)\w+)$/

/** Starts the background process where none runs, in a session of its own, and does not wait for it. */
export function startBackground({ dataDir, program, variables }: BackgroundPlace): void {
  const [command, ...words] = program
  if (command === undefined || runningNote(dataDir)) return
  const env = Object.fromEntries(Object.entries(variables).filter(([name]) => PASSED_ON.test(name)))
  const child = spawn(command, [...words, 'background'], { cwd: '/', env, detached: true, stdio: 'ignore' })
  // Without it everything works, only slower.
  child.on('error', () => {})
  child.unref()
}
