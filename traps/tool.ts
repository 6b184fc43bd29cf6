import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TOTALS, type Totals } from './trap.ts'

/** Variables that lead an agent, and a tool that reads it, away from the home folder. */
const LEADS_AWAY = /^(CLAUDE_CONFIG_DIR|CODEX_HOME|GEMINI_CLI_HOME|COPILOT_HOME|OPENCODE_\w+|XDG_\w+_HOME|DAYBOOK_\w+)$/
const TIMEOUT_MS = 300_000

/** Counts a home folder with the tool under test. @throws Error with the tool's own words when it fails */
export type Tool = (home: string) => Promise<Totals>

/** A shell command in which `{home}` stands for the home folder; HOME is that folder as well. */
export function commandTool(command: string): Tool {
  return async (home) => parsed(await run(command.replaceAll('{home}', quoted(home)), [], home, true))
}

/** A script for Node that is given the home folder and prints the totals. */
export function scriptTool(script: string): Tool {
  return async (home) => parsed(await run(process.execPath, [script, home], home, false))
}

/** Daybook itself, built. */
export const daybook = scriptTool(fileURLToPath(new URL('adapters/daybook.mjs', import.meta.url)))

function parsed(output: string): Totals {
  const told = JSON.parse(output) as Record<string, unknown>
  if (!TOTALS.some((total) => typeof told[total] === 'number')) {
    throw new Error(`the tool printed none of the totals (${TOTALS.join(', ')}): ${output.slice(0, 200)}`)
  }
  return told
}

function quoted(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", String.raw`'\''`)}'`
}

function run(command: string, args: string[], home: string, shell: boolean): Promise<string> {
  const kept = Object.entries(process.env).filter(([name]) => !LEADS_AWAY.test(name))
  const env = { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home }
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, shell, timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] })
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (errors += chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(output)
      else reject(new Error(`the tool ended with ${code}: ${(errors || output).trim().slice(-300)}`))
    })
  })
}
