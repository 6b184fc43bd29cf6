import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OPERATIONS, catalogue } from './index.ts'
import { inputFields } from './input.ts'

describe('the catalogue', () => {
  it('says of each operation what the operation says of itself', async () => {
    const loaded = await catalogue()
    const told = OPERATIONS.map(({ name, summary, effect, path }) => ({ name, summary, effect, path: path.join(' ') }))
    expect(told).toEqual(
      loaded.map(({ name, summary, effect, cli }) => ({
        name,
        summary,
        effect,
        path: cli ? (cli.path ?? name.split('.')).join(' ') : '',
      })),
    )
  })

  it('has a summary that ends with a full stop, and an example that is its own command', async () => {
    for (const operation of await catalogue()) {
      expect(operation.summary).toMatch(/^[A-Z].*\.$/)
      if (!operation.cli) continue
      const path = (operation.cli.path ?? operation.name.split('.')).join(' ')
      expect(operation.cli.examples).not.toEqual([])
      for (const { command } of operation.cli.examples) expect(`${command} `).toContain(`daybook ${path} `)
    }
  })

  it('describes every field, and takes arguments only from fields', async () => {
    for (const operation of await catalogue()) {
      const fields = inputFields(operation.input)
      expect(fields.filter((field) => field.describe === '')).toEqual([])
      for (const arg of operation.cli?.args ?? []) {
        expect(fields.map((field) => field.name)).toContain(arg.replace('...', ''))
      }
    }
  })

  it('names each operation and each command once', () => {
    expect(new Set(OPERATIONS.map(({ name }) => name)).size).toBe(OPERATIONS.length)
    const commands = OPERATIONS.filter(({ path }) => path.length > 0).map(({ path }) => path.join(' '))
    expect(new Set(commands).size).toBe(commands.length)
  })

  it('sees also only commands that exist in the catalogue or are written by hand', async () => {
    const byHand = ['scan', 'restore', 'export', 'import', 'usage statusline']
    const known = new Set([...OPERATIONS.map(({ path }) => path.join(' ')), ...byHand])
    for (const operation of await catalogue()) {
      for (const other of operation.cli?.seeAlso ?? [])
        expect(known.has(other), `${operation.name}: ${other}`).toBe(true)
    }
  })

  it('loads nothing until an operation is asked for', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) => /^index(-\w+)?\.ts$/.test(name))
    expect(files).toContain('index-tickets.ts')
    for (const file of files) {
      const imports = readFileSync(new URL(file, import.meta.url), 'utf8').match(/^import .*$/gm) ?? []
      const loading = imports.filter((line) => !line.startsWith('import type'))
      expect(loading.filter((line) => !/ from '\.\/index-\w+\.ts'$/.test(line))).toEqual([])
    }
  })
})
