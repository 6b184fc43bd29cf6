import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '../source.ts'
import { describeSubagent, discoverTranscripts } from './discover.ts'
import { FIXTURE_HOME } from './fixtures/fixtures.ts'
import { projectRoots } from './paths.ts'

let home: string
let problems: string[]

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'daybook-home-'))
  problems = []
})
afterEach(() => rmSync(home, { recursive: true }))

function env(variables: Env['variables'] = {}): Env {
  return {
    home,
    platform: 'linux',
    variables,
    problem: (path, reason) => problems.push(`${relative(home, path)}: ${reason}`),
  }
}

function place(path: string, ageSeconds = 0): string {
  const full = join(home, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, '{"type":"mode"}\n')
  utimesSync(full, 1_700_000_000 - ageSeconds, 1_700_000_000 - ageSeconds)
  return full
}

const found = async (variables: Env['variables'] = {}) =>
  (await discoverTranscripts(env(variables))).map((ref) => relative(home, ref.path))

describe('where transcripts are looked for', () => {
  it('is ~/.claude and ~/.config/claude', () => {
    expect(projectRoots(env())).toEqual([join(home, '.claude/projects'), join(home, '.config/claude/projects')])
    expect(projectRoots(env({ XDG_CONFIG_HOME: '/elsewhere' }))[1]).toBe('/elsewhere/claude/projects')
  })

  it('is CLAUDE_CONFIG_DIR alone where it is set, each folder of it where it holds a list', () => {
    expect(projectRoots(env({ CLAUDE_CONFIG_DIR: '/a' }))).toEqual(['/a/projects'])
    expect(projectRoots(env({ CLAUDE_CONFIG_DIR: '/a, ~/b,,/a' }))).toEqual(['/a/projects', join(home, 'b/projects')])
    expect(projectRoots(env({ CLAUDE_CONFIG_DIR: '  ' }))).toHaveLength(2)
  })

  it('is one folder where its name holds a comma', () => {
    mkdirSync(join(home, 'a,b'))
    expect(projectRoots(env({ CLAUDE_CONFIG_DIR: join(home, 'a,b') }))).toEqual([join(home, 'a,b/projects')])
  })
})

describe('discovery', () => {
  it('finds nothing and complains of nothing on a machine without Claude Code', async () => {
    expect(await found()).toEqual([])
    expect(problems).toEqual([])
  })

  it('lists transcripts of all versions, newest first', async () => {
    place('.claude/projects/-a/old.jsonl', 300)
    place('.claude/projects/-a/agent-1a2b3c4d.jsonl', 200)
    place('.claude/projects/-b/new.jsonl', 100)
    place('.config/claude/projects/-c/other.jsonl', 400)
    place('.claude/projects/-b/new/subagents/agent-f00.jsonl', 150)
    place('.claude/projects/-b/gone/subagents/workflows/wf1/agent-f01.jsonl', 160)
    expect(await found()).toEqual([
      '.claude/projects/-b/new.jsonl',
      '.claude/projects/-b/new/subagents/agent-f00.jsonl',
      '.claude/projects/-b/gone/subagents/workflows/wf1/agent-f01.jsonl',
      '.claude/projects/-a/agent-1a2b3c4d.jsonl',
      '.claude/projects/-a/old.jsonl',
      '.config/claude/projects/-c/other.jsonl',
    ])
  })

  it('says what a transcript is, whose it is and what lies beside it', async () => {
    cpSync(join(FIXTURE_HOME, 'projects'), join(home, '.claude/projects'), { recursive: true })
    const refs = await discoverTranscripts(env())
    const session = '0c000000-0000-4000-8000-000000000003'
    expect(refs.find((ref) => ref.kind === 'main' && ref.externalId === session)).toMatchObject({
      agent: 'claude-code',
      sessionExternalId: session,
      attachments: [{ relativePath: `${session}/tool-results/b1.txt`, file: { sizeBytes: 41 } }],
    })
    expect(refs.find((ref) => ref.externalId === 'a1f00d5eed5')).toMatchObject({
      kind: 'subagent',
      sessionExternalId: session,
      attachments: [{ relativePath: 'agent-a1f00d5eed5.meta.json' }],
    })
    expect(refs.map(describeSubagent).filter((said) => said.title !== undefined)).toEqual([
      { title: 'Find the wall', parentCallId: 'toolu_c99' },
    ])
    const warmup = refs.find((ref) => ref.externalId === '0b0b0b0b')
    expect(warmup).toMatchObject({ kind: 'subagent' })
    expect(warmup?.sessionExternalId).toBeUndefined()
  })

  it('keeps what lies beside a transcript that is gone with the newest of its subagents', async () => {
    place('.claude/projects/-a/s/subagents/agent-f00.jsonl', 300)
    place('.claude/projects/-a/s/subagents/workflows/w/agent-f01.jsonl', 200)
    place('.claude/projects/-a/s/tool-results/b1.txt', 100)
    place('.claude/projects/-a/alone/tool-results/b2.txt', 100)
    const beside = (await discoverTranscripts(env())).map((ref) => [
      ref.externalId,
      ref.attachments?.map((file) => file.relativePath),
    ])
    expect(beside).toEqual([
      ['f01', ['../../../tool-results/b1.txt']],
      ['f00', undefined],
    ])
  })

  it('reads no description of a subagent before it is asked for, and lives with a damaged one', async () => {
    const description = join(home, '.claude/projects/-a/s/subagents/agent-f00.meta.json')
    place('.claude/projects/-a/s/subagents/agent-f00.jsonl')
    writeFileSync(description, '{"description":')
    const [ref] = await discoverTranscripts(env())
    expect(ref).toMatchObject({ externalId: 'f00', sessionExternalId: 's' })
    expect(describeSubagent(ref!)).toEqual({})
    writeFileSync(description, '{"agentType":"Explore"}')
    expect(describeSubagent(ref!)).toEqual({ title: 'Explore' })
  })

  it('passes over other files, fifos and folders named like transcripts', async () => {
    place('.claude/projects/-a/s.jsonl')
    place('.claude/projects/-a/notes.txt')
    place('.claude/projects/-a/memory/notes.jsonl')
    place('.claude/projects/stray.jsonl')
    mkdirSync(join(home, '.claude/projects/-a/folder.jsonl'))
    execFileSync('mkfifo', [join(home, '.claude/projects/-a/pipe.jsonl')])
    expect(await found()).toEqual(['.claude/projects/-a/s.jsonl'])
    expect(problems).toEqual([])
  })

  it('reads a linked home once', async () => {
    place('real/projects/-a/s.jsonl')
    symlinkSync(join(home, 'real'), join(home, '.claude'))
    mkdirSync(join(home, '.config'))
    symlinkSync(join(home, 'real'), join(home, '.config/claude'))
    expect(await found()).toEqual(['.claude/projects/-a/s.jsonl'])
  })

  it('does not follow links in circles, out of the folder or to nothing, and says so', async () => {
    place('.claude/projects/-a/s.jsonl')
    place('outside/secret.jsonl')
    const at = (name: string) => join(home, '.claude/projects/-a', name)
    symlinkSync(join(home, '.claude/projects'), at('circle'))
    symlinkSync(join(home, 'outside'), at('out'))
    symlinkSync(join(home, 'outside/secret.jsonl'), at('out.jsonl'))
    symlinkSync(at('self'), at('self'))
    symlinkSync(at('missing'), at('nothing'))
    expect(await found()).toEqual(['.claude/projects/-a/s.jsonl'])
    expect(problems.toSorted()).toEqual([
      '.claude/projects/-a/circle: a link to a folder that was read already was not followed',
      '.claude/projects/-a/nothing: a link to nothing',
      '.claude/projects/-a/out.jsonl: a link that leads out of the folder was not followed',
      '.claude/projects/-a/out: a link that leads out of the folder was not followed',
      '.claude/projects/-a/self: a link that leads to itself',
    ])
  })

  it.skipIf(process.getuid?.() === 0)(
    'tells of a folder it may not read (skipped for root, who may read all)',
    async () => {
      place('.claude/projects/-a/s.jsonl')
      chmodSync(join(home, '.claude/projects/-a'), 0)
      expect(await found()).toEqual([])
      expect(problems).toEqual(['.claude/projects/-a: the folder cannot be read (EACCES)'])
      chmodSync(join(home, '.claude/projects/-a'), 0o700)
    },
  )
})
