import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerFactory } from '../../src/mcp/server.ts'
import { serverFactory } from '../../src/mcp/server.ts'
import { OPERATIONS } from '../../src/operations/index.ts'
import { TOOLSETS } from '../../src/operations/tool.ts'
import { operationsWorld } from '../operations-world.ts'
import { fixtureFactory } from './fixtures.ts'
import { serveForSuite } from './server.ts'

/** The protocol's own suite, fetched when it is not in the cache of npm. */
const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12'

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const bin = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))
// Without a network it is known at once.
const npmEnv = { npm_config_loglevel: 'error', npm_config_prefer_offline: 'true', npm_config_fetch_retries: '0' }
const env = { ...process.env, ...npmEnv, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
const arguments_ = (words: string[]) => ['exec', '--yes', `--package=${SUITE}`, '--', 'conformance', ...words]

function missing(): string | undefined {
  try {
    execFileSync(npm, arguments_(['--version']), { env, stdio: 'pipe', timeout: 120_000 })
    return undefined
  } catch (error) {
    return `${SUITE} cannot be fetched: ${String(error).split('\n')[0]}`
  }
}

/**
 * What calls tools, prompts and resources by names that only a fixture has. Everything else holds for the product as it is:
 * discovery, versions, headers, lists, caching, errors, who may ask.
 */
const BY_FIXTURE_NAME =
  /^(tools-call-|resources-(read|templates|subscribe|unsubscribe)|prompts-get-|input-required-result-|elicitation-|completion-|logging-)/

/** Parts of the protocol that are optional or that the suite itself does not count yet. */
const NOT_COUNTED = /^(tasks-|json-schema-2020-12|http-custom-header-server-validation)/

const reason = missing()

describe.skipIf(reason !== undefined)(`the protocol's own suite${reason ? ` (${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-conformance-'))
  let world: Awaited<ReturnType<typeof operationsWorld>>
  let product: ServerFactory
  beforeAll(async () => {
    world = await operationsWorld()
    product = serverFactory({
      version: '0.1.0',
      catalogue: OPERATIONS,
      toolsets: TOOLSETS,
      open: async () => world.context,
      caller: { cwd: '/nowhere', session: null, agentSession: null, processIds: [] },
      log: () => undefined,
    })
  })
  afterAll(async () => {
    await world.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Scenarios that passed, and that failed, with how many checks. */
  async function run(factory: ServerFactory, words: string[]): Promise<{ passed: string[]; failed: string[] }> {
    const served = await serveForSuite(factory)
    try {
      const said = await new Promise<string>((resolve) => {
        const child = execFile(
          npm,
          arguments_(['server', '--url', served.url, ...words]),
          { env, cwd: folder, maxBuffer: 64 << 20 },
          (_, stdout, stderr) => resolve(`${stdout}\n${stderr}`),
        )
        child.stdin?.end()
      })
      const lines = said.slice(said.indexOf('=== SUMMARY')).matchAll(/^([✓✗]) ([\w-]+): (.*)$/gm)
      const outcomes = [...lines].map(([, mark, name]) => ({ mark, name: name! }))
      const named = (mark: string) => outcomes.filter((one) => one.mark === mark).map(({ name }) => name)
      return { passed: named('✓'), failed: named('✗') }
    } finally {
      await served.close()
    }
  }

  it.each([
    ['2026-07-28', ['--requirements', '2026-07-28'], 39],
    ['2025-11-25', ['--spec-version', '2025-11-25'], 30],
  ] as const)(
    'passes for %s, on the product’s factory and HTTP with the names that the suite calls',
    async (_, words, least) => {
      const { passed, failed } = await run(fixtureFactory(product), [...words])
      expect(failed.filter((name) => !NOT_COUNTED.test(name))).toEqual([])
      expect(passed.length).toBeGreaterThanOrEqual(least)
    },
    180_000,
  )

  it.each([
    ['2026-07-28', ['--requirements', '2026-07-28'], ['tools-list', 'caching', 'http-header-validation']],
    ['2025-11-25', ['--spec-version', '2025-11-25'], ['server-initialize', 'tools-list', 'ping']],
  ] as const)(
    'passes for %s on the product itself, in all that needs no such names',
    async (version, words, among) => {
      const { passed, failed } = await run(product, [...words])
      const counted = failed.filter((name) => !NOT_COUNTED.test(name) && !BY_FIXTURE_NAME.test(name))
      // Of this scenario the checks that call diagnostic tools by name cannot be made.
      expect(counted).toEqual(version === '2026-07-28' ? ['server-stateless'] : [])
      const expected = ['resources-list', 'prompts-list', 'dns-rebinding-protection', ...among]
      expect(passed).toEqual(expect.arrayContaining(expected))
    },
    180_000,
  )
})
