import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

/** The protocol's own client for trying servers, fetched when it is not in the cache of npm. */
const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0'

const root = fileURLToPath(new URL('../..', import.meta.url))
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
// Without a network it is known at once.
const npmEnv = { npm_config_loglevel: 'error', npm_config_prefer_offline: 'true', npm_config_fetch_retries: '0' }
const env = { ...process.env, ...npmEnv, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` }
const words = (...rest: string[]) => [
  'exec',
  '--yes',
  `--package=${INSPECTOR}`,
  '--',
  'mcp-inspector',
  '--cli',
  ...rest,
]

function missing(): string | undefined {
  try {
    execFileSync(npm, words('--help'), { env, stdio: 'pipe', timeout: 180_000 })
    return undefined
  } catch (error) {
    return `${INSPECTOR} cannot be fetched: ${String(error).split('\n')[0]}`
  }
}

const reason = missing()

describe.skipIf(reason !== undefined)(`the Inspector${reason ? ` (${reason})` : ''}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'daybook-inspector-'))
  const data = join(home, 'data')
  let server: ChildProcess | undefined
  afterAll(() => {
    server?.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  })

  async function inspect(...rest: string[]): Promise<Record<string, unknown>> {
    const said = await new Promise<string>((resolve, reject) => {
      execFile(npm, words(...rest), { env, cwd: home }, (error, stdout, stderr) =>
        error ? reject(new Error(`${stdout}${stderr}`)) : resolve(stdout),
      ).stdin?.end()
    })
    return JSON.parse(said) as Record<string, unknown>
  }

  it('lists and calls tools over standard input', async () => {
    const command = ['-e', `DAYBOOK_HOME=${data}`, process.execPath, join(root, 'src/bin.ts'), 'mcp']
    const { tools } = (await inspect(...command, '--method', 'tools/list')) as { tools: { name: string }[] }
    expect(tools.map(({ name }) => name)).toContain('search_messages')
    const call = ['--method', 'tools/call', '--tool-name', 'list_sessions']
    expect(await inspect(...command, ...call)).toMatchObject({ structuredContent: { total_count: 0 } })
  }, 180_000)

  it('calls tools over HTTP, with the token', async () => {
    server = spawn(process.execPath, [join(root, 'src/bin.ts'), 'mcp', '--http', '--port', '0'], {
      cwd: home,
      env: { PATH: env.PATH, HOME: home, DAYBOOK_HOME: data },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const url = await new Promise<string>((resolve) => {
      server!.stderr!.setEncoding('utf8').on('data', (said: string) => {
        const found = /serving (\S+);/.exec(said)
        if (found) resolve(found[1]!)
      })
    })
    const header = `Authorization: Bearer ${readFileSync(join(data, 'token'), 'utf8').trim()}`
    const call = ['--method', 'tools/call', '--tool-name', 'list_sessions']
    const answer = await inspect(url, '--transport', 'http', '--header', header, ...call)
    expect(answer).toMatchObject({ structuredContent: { total_count: 0 } })
  }, 180_000)
})
