import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Env } from '../src/sources/source.ts'

/** A machine made for a test: a home folder with agents' files in it. */
export interface TestHome {
  path: string
  env: Env
  /** Writes a file below the home folder. */
  write(path: string, content: string | Uint8Array): string
  remove(): void
}

export function testHome(): TestHome {
  const path = mkdtempSync(join(tmpdir(), 'daybook-home-'))
  return {
    path,
    env: { home: path, platform: process.platform, variables: {} },
    write(name, content) {
      const file = join(path, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
