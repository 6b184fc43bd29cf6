import { describe, expect, it } from 'vitest'
import { commitSubject, seenCommits } from './commits.ts'

describe('the subject of a committing command', () => {
  it.each([
    [`git commit -m 'Fix the gate'`, 'Fix the gate'],
    [`git add -A && git commit -am "Say \\"hello\\"\n\nbody" && git push`, 'Say "hello"'],
    [`git -C /code/orchard commit --message="Oil the hinge"`, 'Oil the hinge'],
    [`git commit -q -m one`, 'one'],
    [`git status; git -c user.name=x --no-pager commit -m 'Second'`, 'Second'],
    [`git commit -m "$(cat <<'EOF'\nFrom a heredoc\n\nmore\nEOF\n)"`, 'From a heredoc'],
    [`git commit --amend --no-edit`, ''],
    [`git commit -F message.txt`, ''],
  ])('%s', (command, subject) => {
    expect(commitSubject(command)).toBe(subject)
  })

  it.each([
    'git log --grep commit',
    'echo commit',
    'git status',
    'npm run commit',
    'legit commit',
    'git show commit',
    'git',
  ])('is none for %s', (command) => {
    expect(commitSubject(command)).toBeUndefined()
  })
})

describe('commits seen in output', () => {
  const seen = (output: string, succeeded = true) =>
    seenCommits('call', output, 'From the command', succeeded, 5).map(({ hash, subject, branch }) => [
      hash,
      subject,
      branch,
    ])

  it('are read from the report git prints', () => {
    expect(seen('hook ran\n[main 4f0c1d2] Fix the gate\n 1 file changed')).toEqual([
      ['4f0c1d2', 'Fix the gate', 'main'],
    ])
    expect(seen('[main (root-commit) abc1234] First')).toEqual([['abc1234', 'First', 'main']])
    expect(seen('[detached HEAD abc1234] Loose')).toEqual([['abc1234', 'Loose', undefined]])
  })

  it('are all listed when one command makes several', () => {
    expect(seen('[a 1111111] One\n[a 2222222] Two')).toHaveLength(2)
  })

  it('are taken from a bare full hash when git was quiet and the command succeeded', () => {
    const hash = '0123456789abcdef0123456789abcdef01234567'
    expect(seen(`${hash}\n`)).toEqual([[hash, 'From the command', undefined]])
    expect(seen(`${hash}\n`, false)).toEqual([])
  })

  it('are believed from a report even when a later command failed', () => {
    expect(seen('Exit code 1\n[main 4f0c1d2] Fix the gate\nfatal: no remote', false)).toHaveLength(1)
  })

  it('are not found in other bracketed text', () => {
    expect(seen('[INFO] build done\n[x] tick\n[main nothex] no')).toEqual([])
  })
})
