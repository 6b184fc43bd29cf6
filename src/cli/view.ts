import type { OperationContext } from '../operations/operation.ts'
import type { Call } from './command.ts'
import type { Opened } from './io.ts'
import type { Screen } from './screen.ts'
import { command, meta, textWidth } from './text.ts'

/** What a printer needs beside the reply. */
export interface View {
  out: Screen
  nowMs: number
  /** IANA zone of the reader. */
  timezone: string
  /** True while the demo is shown: a header says so. */
  demo: boolean
  /** `Claude Code` for `claude-code`; the id itself for an agent this build does not read. */
  agentName(id: string): string
  home: string
  /** Where the command was typed. */
  cwd: string
  /** The command as typed with one flag set anew: `daybook session list --agent codex --limit 100`. */
  retype(flag: string, value: string): string
  /** A remark for people that is not part of the result: stderr. */
  note(text: string): void
}

export function viewOf(
  call: Call,
  opened: Opened | undefined,
  context: OperationContext | undefined = opened?.context,
): View {
  return {
    out: call.out,
    nowMs: call.io.now(),
    timezone: context?.timezone ?? 'UTC',
    demo: opened?.demo ?? false,
    agentName: (id) => context?.sources.find((source) => source.id === id)?.name ?? id,
    home: context?.env.home ?? '',
    cwd: call.io.cwd,
    retype: (flag, value) => retype(call, flag, value),
    note: (text) => call.err.line(meta(text)),
  }
}

function retype(call: Call, flag: string, value: string): string {
  const kept: string[] = []
  for (let i = 0; i < call.words.length; i++) {
    const word = call.words[i] ?? ''
    if (word === flag) i++
    else if (!word.startsWith(`${flag}=`)) kept.push(quote(word))
  }
  return [call.name, ...kept, flag, quote(value)].join(' ')
}

/** A word as a POSIX shell must get it. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** `Next` and two or three commands that run as printed. For people only: a pipe gets the facts. */
export function printNext(
  view: Pick<View, 'out'>,
  commands: readonly (readonly [command: string, says: string])[],
): void {
  const { out } = view
  if (!out.terminal || commands.length === 0) return
  out.line('Next')
  const width = Math.max(...commands.map(([typed]) => textWidth(typed)))
  for (const [typed, says] of commands) {
    const fits = 2 + width + 3 + textWidth(says) <= out.columns
    if (fits) out.line('  ', command(typed.padEnd(width)), '   ', says)
    else {
      out.line('  ', command(typed))
      out.line('      ', says)
    }
  }
}
