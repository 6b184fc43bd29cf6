import { expect, it } from 'vitest'
import { changedFiles } from './files.ts'

const AT = Date.UTC(2026, 9, 6, 9)

it.each(['constructor', '__proto__', 'toString', 'valueOf'])(
  'a change of no known kind (%s) is no change of a file, and its neighbour is one',
  (name) => {
    const told = {
      files: [
        { file: 'a.ts', status: name },
        { file: 'b.ts', status: 'added' },
      ],
    }
    const patched = {
      files: [
        { filePath: '/w/a.ts', type: name },
        { filePath: '/w/b.ts', type: 'add' },
      ],
    }
    const expected = [{ callId: 'call_1', path: '/w/b.ts', kind: 'create', atMs: AT }]
    expect(changedFiles('edit', 'call_1', { metadata: told }, '/w', AT)).toEqual(expected)
    expect(changedFiles('apply_patch', 'call_1', { metadata: patched }, '/w', AT)).toEqual(expected)
  },
)
