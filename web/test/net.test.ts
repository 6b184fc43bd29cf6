import { describe, expect, it } from 'vitest'
import { changesOf } from '../src/session/transcript/changes.ts'
import { netChange } from '../src/session/transcript/net.ts'

const edit = (before: string, after: string): object => ({ file_path: 'a.ts', old_string: before, new_string: after })
const write = (content: string): object => ({ file_path: 'a.ts', content })

/** Lines that are put in and taken away, with the changes that made them. */
function net(inputs: readonly object[], isNew = false): string[] {
  const told = inputs.flatMap((input, i) => changesOf(input).map((diff) => ({ entryId: `e${i}`, diff })))
  return netChange(told, isNew).map(({ entryIds, diff }) => {
    const lines = diff.hunks.flat().filter(({ sign }) => sign !== ' ')
    return `${entryIds.join()} ${diff.kind} ${lines.map(({ sign, text }) => sign + text).join(' ')}`.trim()
  })
}

describe('what several changes of a file come to', () => {
  it('tells what was changed twice once, by both', () => {
    expect(net([edit('one', 'two'), edit('two', 'three')])).toEqual(['e0,e1 edit -one +three'])
  })

  it('leaves out what was taken back', () => {
    expect(net([edit('one', 'two'), edit('six', 'ten'), edit('two', 'one')])).toEqual(['e1 edit -six +ten'])
  })

  it('keeps apart what has nothing to do with one another', () => {
    expect(net([edit('one', 'two'), edit('six', 'ten')])).toEqual(['e0 edit -one +two', 'e1 edit -six +ten'])
  })

  it('makes one of pieces that a later change goes beyond', () => {
    expect(net([edit('one', 'two'), edit('six', 'ten'), edit('two\nten', 'all')])).toEqual([
      'e0,e1,e2 edit -one -six +all',
    ])
  })

  it('tells a new file as it is in the end', () => {
    expect(net([write('one\ntwo'), edit('two', 'ten')], true)).toEqual(['e0,e1 written +one +ten'])
  })

  it('tells a file that was written over as it is in the end, and says nothing of what stood there', () => {
    expect(net([edit('x', 'y'), write('one'), edit('one', 'ten')])).toEqual(['e1,e2 written +ten'])
  })

  it('of a file that was made and deleted nothing is left; of another, that it is gone', () => {
    const remove = { input: '*** Begin Patch\n*** Delete File: a.ts\n*** End Patch' }
    expect(net([write('one'), remove], true)).toEqual([])
    expect(net([edit('one', 'two'), remove])).toEqual(['e1 deleted'])
  })

  it('takes text as text: $& and the like are no orders', () => {
    expect(net([edit('one', '$&'), edit('$&', "$'$`")])).toEqual(["e0,e1 edit -one +$'$`"])
  })
})
