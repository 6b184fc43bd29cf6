import { captureScript } from '../spool/capture-script.ts'
import { jsonText } from '../sources/setup.ts'
import type { SetupSource } from './plan.ts'
import { COMMANDS } from './words.ts'

/**
 * Plugins and extensions of the agents that have such a form, with the lists by which Claude Code and Codex find theirs.
 *
 * They start what is called `daybook` in the PATH, and keep events where the platform keeps data or `DAYBOOK_HOME` says.
 *
 * @returns texts by path
 */
export function agentPackages(sources: readonly SetupSource[], version: string): Record<string, string> {
  const description = 'Keeps the record of your work with this agent: sessions, tickets, time, cost.'
  const script = captureScript({ dataDir: null, dataHome: false, program: ['daybook'] })
  const files: Record<string, string> = {
    '.claude-plugin/marketplace.json': jsonText({
      name: 'daybook',
      owner: { name: 'Daybook contributors' },
      plugins: [{ name: 'daybook', source: './claude-code', description, version }],
    }),
    '.agents/plugins/marketplace.json': jsonText({
      name: 'daybook',
      interface: { displayName: 'Daybook' },
      plugins: [
        {
          name: 'daybook',
          source: { source: 'local', path: './codex' },
          policy: { installation: 'AVAILABLE', authentication: 'ON_INSTALL' },
          category: 'Productivity',
        },
      ],
    }),
  }
  for (const { id, hooks, setup } of sources) {
    if (!setup.package) continue
    const words = {
      version,
      description,
      mcp: { command: 'daybook', args: ['mcp'] },
      commands: COMMANDS,
      events: Object.keys(hooks?.events ?? {}),
    }
    const own = { ...setup.package.files(words), 'hooks/capture.sh': script }
    for (const [path, text] of Object.entries(own)) files[`${id}/${path}`] = text
  }
  return files
}
