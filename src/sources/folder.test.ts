import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { FolderReader } from './folder.ts'
import type { Env } from './source.ts'

const FILES = 600
const root = mkdtempSync(join(tmpdir(), 'daybook-folder-'))
const env: Env = { home: root, platform: 'linux', variables: {} }
afterAll(() => rmSync(root, { recursive: true }))

/** How often others had a turn while it was done. */
async function turnsDuring(work: () => Promise<void>): Promise<number> {
  let turns = 0
  let isWorking = true
  const others = (): void => {
    turns++
    if (isWorking) setImmediate(others)
  }
  setImmediate(others)
  await work()
  isWorking = false
  return turns
}

it('a folder of many files is read in turns: others are answered meanwhile', async () => {
  const folder = join(root, 'many')
  mkdirSync(folder)
  for (let n = 0; n < FILES; n++) writeFileSync(join(folder, `${n}.jsonl`), '')
  const turns = await turnsDuring(async () => {
    expect((await new FolderReader(env, root, new Set()).read(folder)).files).toHaveLength(FILES)
  })
  expect(turns).toBe(2)
})

it('many folders of a file each are read in turns too', async () => {
  const above = join(root, 'above')
  for (let n = 0; n < FILES; n++) {
    mkdirSync(join(above, String(n)), { recursive: true })
    writeFileSync(join(above, String(n), 'events.jsonl'), '')
  }
  const turns = await turnsDuring(async () => {
    const reader = new FolderReader(env, root, new Set())
    const { folders } = await reader.read(above)
    for (const { path } of folders) expect((await reader.read(path)).files).toHaveLength(1)
  })
  expect(turns).toBe(4)
})
