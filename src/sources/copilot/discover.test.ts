import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testHome, type TestHome } from '../../../test/home.ts'
import { copilot } from './index.ts'
import { discoverTranscripts } from './discover.ts'

const ID = '1a000000-0000-4000-8000-000000000001'
const OLDEST = 'ba000000-0000-4000-8000-000000000001'
let home: TestHome
beforeEach(() => {
  home = testHome()
})
afterEach(() => home.remove())

describe('where sessions lie', () => {
  it('finds all ages of session files, with what belongs to them', async () => {
    home.write(`.copilot/session-state/${ID}/events.jsonl`, '{}\n')
    for (const name of ['workspace.yaml', 'plan.md', 'checkpoints/001-hinge.md', 'files/notes/oil.md'])
      home.write(`.copilot/session-state/${ID}/${name}`, 'x')
    for (const name of ['session.db', 'inuse.4711.lock', 'rewind-file-snapshots/backups/80ab'])
      home.write(`.copilot/session-state/${ID}/${name}`, 'not ours')
    home.write('.copilot/session-state/old-one.jsonl', '{}\n')
    home.write(`.copilot/history-session-state/session_${OLDEST}_1759556156461.json`, '{}')
    home.write('.copilot/session-state/empty/workspace.yaml', 'x')
    home.write('.copilot/config.json', '{}')
    const found = await discoverTranscripts(home.env)
    expect(
      found
        .map(({ externalId, kind, attachments = [] }) => [
          externalId,
          kind,
          attachments.map((file) => file.relativePath).sort(),
        ])
        .sort(),
    ).toEqual([
      [ID, 'main', ['checkpoints/001-hinge.md', 'files/notes/oil.md', 'plan.md', 'workspace.yaml']],
      [OLDEST, 'main', []],
      ['old-one', 'main', []],
    ])
  })

  it('looks where COPILOT_HOME says instead', async () => {
    const elsewhere = join(home.path, 'elsewhere')
    home.write(`elsewhere/session-state/${ID}/events.jsonl`, '{}\n')
    home.write('.copilot/session-state/old-one.jsonl', '{}\n')
    const env = { ...home.env, variables: { COPILOT_HOME: elsewhere } }
    expect(copilot.roots(env)).toEqual([join(elsewhere, 'session-state'), join(elsewhere, 'history-session-state')])
    expect((await discoverTranscripts(env)).map((ref) => ref.externalId)).toEqual([ID])
    expect(copilot.roots({ ...env, variables: { COPILOT_HOME: '~/elsewhere' } })).toEqual(copilot.roots(env))
  })

  it('continues a session in the agent itself', () => {
    expect(copilot.resumeCommand?.({ externalId: ID, cwd: null })).toEqual(['copilot', '--resume', ID])
  })
})
