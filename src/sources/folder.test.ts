import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { FolderReader } from './folder.ts'
import type { Env } from './source.ts'

const FILES = 600
const root = mkdtempSync(join(tmpdir(), 'daybook-folder-'))
const env: Env = { home: root, platform: 'linux', variables: {} }
for (let n = 0; n < FILES; n++) writeFileSync(join(root, `${n}.jsonl`), '')
afterAll(() => rmSync(root, { recursive: true }))

it('a folder of many files is read in turns: others are answered meanwhile, and the same is found', async () => {
  let turns = 0
  let isReading = true
  const others = (): void => {
    turns++
    if (isReading) setImmediate(others)
  }
  setImmediate(others)
  const found = await new FolderReader(env, root, new Set()).readInTurns(root)
  isReading = false
  expect(found.files).toHaveLength(FILES)
  expect(turns).toBe(2)
  expect(new FolderReader(env, root, new Set()).read(root)).toEqual(found)
})
