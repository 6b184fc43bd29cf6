import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { GeneratedHistory } from './generate.ts'

/** Folders of the corpus whose transcripts were written by people at work, not for a test. */
const REAL = ['entireio__cli', 'thedotmack__claude-mem', 'Mai0313__VibeCodingTracker']

const UUID = /\b[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)/g
const OTHER_ID = /\b((?:msg|req|toolu)_[0-9A-Za-z]{8,})/g

/**
 * Published transcripts, each several times over with other ids, so that none is a copy of another.
 *
 * @param corpus folder with `claude/<origin>/...`
 * @returns `undefined` when it holds none
 */
export function multiplyCorpus(corpus: string, folder: string, copies: number): GeneratedHistory | undefined {
  const files = REAL.flatMap((origin) => jsonlFiles(join(corpus, 'claude', origin)))
  if (files.length === 0) return undefined
  const home = join(folder, `real-${copies}`)
  rmSync(home, { recursive: true, force: true })
  const made: GeneratedHistory = { home, files: 0, bytes: 0, records: 0, words: [] }
  for (let copy = 0; copy < copies; copy++) {
    const projects = join(home, '.claude', 'projects', `-home-ada-copy-${copy}`)
    mkdirSync(projects, { recursive: true })
    const mark = (copy * 0x9e3779b1) >>> 0
    for (const [n, file] of files.entries()) {
      const text = readFileSync(file, 'latin1')
        .replaceAll(UUID, (head) => ((Number.parseInt(head, 16) ^ mark) >>> 0).toString(16).padStart(8, '0'))
        .replaceAll(OTHER_ID, (id) => `${id.slice(0, -3)}${copy.toString(36).padStart(3, '0')}`)
      const content = Buffer.from(text, 'latin1')
      const name = `${n.toString(16).padStart(8, '0')}-0000-4000-8000-${copy.toString(16).padStart(12, '0')}`
      writeFileSync(join(projects, `${name}.jsonl`), content)
      made.files++
      made.bytes += content.length
    }
  }
  return made
}

function jsonlFiles(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, basename(entry.name)))
    .sort()
}
