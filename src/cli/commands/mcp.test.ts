import { describe, expect, it } from 'vitest'
import type { ToolServing } from '../io.ts'
import { type Setup, type as typed } from '../testing.ts'

async function serving(line: string, setup: Setup = {}) {
  const asked: ToolServing[] = []
  const ran = await typed(line, { ...setup, serveTools: async (one) => void asked.push(one) })
  return { ...ran, asked }
}

describe('daybook mcp', () => {
  it('serves the core tools on standard input, and prints nothing', async () => {
    const { asked, code, stdout, stderr } = await serving('mcp')
    expect(asked).toEqual([{ toolsets: ['core'], http: null }])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('adds toolsets by flag, else by DAYBOOK_TOOLSETS; core is always there', async () => {
    const env = { DAYBOOK_TOOLSETS: 'keeping' }
    expect((await serving('mcp --toolsets history,work')).asked[0]?.toolsets).toEqual(['core', 'work', 'history'])
    expect((await serving('mcp', { env })).asked[0]?.toolsets).toEqual(['core', 'keeping'])
    expect((await serving('mcp --toolsets all', { env })).asked[0]?.toolsets).toHaveLength(4)
  })

  it('refuses a toolset that is not there', async () => {
    const { asked, code, stderr } = await serving('mcp', { env: { DAYBOOK_TOOLSETS: 'core,sessions' } })
    expect({ asked, code }).toEqual({ asked: [], code: 2 })
    expect(stderr).toContain('toolset "sessions" is not one of core, work, history, keeping, all')
    expect(stderr).toContain('daybook mcp --toolsets all')
  })

  it('serves HTTP on its own port unless another is given', async () => {
    expect((await serving('mcp --http')).asked[0]?.http).toEqual({ port: 4751 })
    expect((await serving('mcp --http --port 0')).asked[0]?.http).toEqual({ port: 0 })
    expect((await serving('mcp --http --port 65536')).code).toBe(2)
  })
})
