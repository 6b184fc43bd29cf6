import { describe, expect, it } from 'vitest'
import { fileChanges, statedEdits } from './files.ts'

const PATCH =
  '*** Begin Patch\n*** Add File: a.ts\n+1\n*** Delete File: b c.ts\n*** Update File: d.ts\n@@\n-x\n+y\n*** End Patch'

describe('files that a call’s arguments name', () => {
  it.each([
    ['create', { path: '/a' }, [['create', '/a']]],
    ['edit', { path: '/a' }, [['edit', '/a']]],
    ['str_replace_editor', { command: 'create', path: '/a' }, [['create', '/a']]],
    ['str_replace_editor', { command: 'insert', path: '/a' }, [['edit', '/a']]],
    ['str_replace_editor', { command: 'view', path: '/a' }, []],
    ['view', { path: '/a' }, []],
    ['constructor', { path: '/a' }, []],
    [
      'apply_patch',
      PATCH,
      [
        ['create', 'a.ts'],
        ['delete', 'b c.ts'],
        ['edit', 'd.ts'],
      ],
    ],
    [
      'apply_patch',
      { input: PATCH },
      [
        ['create', 'a.ts'],
        ['delete', 'b c.ts'],
        ['edit', 'd.ts'],
      ],
    ],
  ])('%s %j', (tool, input, edits) => {
    expect(statedEdits(tool, { arguments: input }).map(({ kind, path }) => [kind, path])).toEqual(edits)
  })
})

describe('files that a result names', () => {
  const diff = (path: string, ...lines: string[]) =>
    ['', `diff --git a${path} b${path}`, `--- a${path}`, `+++ b${path}`, '@@ -1,2 +1,2 @@', ...lines, ''].join('\n')
  const changes = (fileEdits: unknown, detailedContent: string) =>
    fileChanges('c', undefined, { fileEdits, result: { detailedContent } }, '', 0).map(
      ({ path, kind, linesAdded, linesRemoved }) => [path, kind, linesAdded, linesRemoved],
    )

  it('have the lines of their own part of the diff', () => {
    const edits = [
      { path: '/code/a.ts', kind: 'edit' },
      { path: '/code/b.ts', kind: 'create' },
      { path: '/code/gone.ts', kind: 'delete' },
      'odd',
      { kind: 'edit' },
    ]
    const text = diff('/code/a.ts', '-x', '+y', '+--- z', ' same') + diff('/code/b.ts', '+1', '+2')
    expect(changes(edits, text)).toEqual([
      ['/code/a.ts', 'edit', 2, 1],
      ['/code/b.ts', 'create', 2, 0],
      ['/code/gone.ts', 'delete', undefined, undefined],
    ])
  })

  it('have unknown lines without a diff', () => {
    expect(changes([{ path: '/a', kind: 'edit' }], '+ no diff\n- at all')).toEqual([
      ['/a', 'edit', undefined, undefined],
    ])
  })
})
