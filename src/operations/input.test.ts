import * as z from 'zod/mini'
import { describe, expect, it } from 'vitest'
import { choice, flag, limit, text } from './fields.ts'
import { inputFields, parseInput } from './input.ts'
import { defineOperation } from './operation.ts'

const measure = defineOperation({
  name: 'tide.measure',
  summary: 'Measure the tide.',
  input: z.object({
    harbour: text('where'),
    kind: z.optional(z.array(choice(['spring', 'neap'], 'which tides'))),
    exact: flag('to the millimetre'),
    limit: limit(20),
  }),
  errors: [],
  effect: 'read',
  handle: async (_, input) => input,
})

describe('the fields of an input', () => {
  it('tell a face all it needs to make flags and help', () => {
    const none = { choices: [], minimum: undefined, maximum: undefined, usual: undefined, list: false }
    expect(inputFields(measure.input)).toEqual([
      { ...none, name: 'harbour', kind: 'text', required: true, describe: 'where' },
      {
        ...none,
        name: 'kind',
        kind: 'choice',
        list: true,
        required: false,
        choices: ['spring', 'neap'],
        describe: 'which tides',
      },
      { ...none, name: 'exact', kind: 'boolean', required: false, usual: false, describe: 'to the millimetre' },
      {
        ...none,
        name: 'limit',
        kind: 'number',
        required: false,
        usual: 20,
        minimum: 1,
        maximum: 1000,
        describe: 'rows to show, 1 to 1000',
      },
    ])
  })
})

describe('checking an input', () => {
  it('fills in what is usual', () => {
    expect(parseInput(measure, { harbour: 'Faro' })).toEqual({ harbour: 'Faro', exact: false, limit: 20 })
  })

  it.each([
    [{ harbour: 'Faro', limit: -5 }, '--limit "-5" is not a whole number from 1 to 1000'],
    [{ harbour: 'Faro', limit: 2.5 }, '--limit "2.5" is not a whole number from 1 to 1000'],
    [{ harbour: 'Faro', limit: 1001 }, '--limit "1001" is not a whole number from 1 to 1000'],
    [{ harbour: 'Faro', limit: 'ten' }, '--limit "ten" is not a whole number from 1 to 1000'],
    [{ harbour: ' \t' }, '--harbour " \\t" is blank'],
    [{}, 'tide.measure needs --harbour: where'],
    [{ harbour: 'Faro', kind: ['spring', 'king'] }, '--kind "king" is not one of spring, neap'],
    [{ harbour: 'Faro', depth: 3 }, 'tide.measure takes no --depth'],
  ])('names the field as the face calls it, the value and what is allowed: %j', (raw, says) => {
    expect(() => parseInput(measure, raw, (field) => `--${field}`)).toThrow(says)
  })
})
