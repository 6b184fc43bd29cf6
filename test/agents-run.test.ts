import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DRIVERS } from '../e2e/drivers/index.ts'
import { codeOf, readRuns } from '../e2e/record.ts'

const runs = readRuns()

describe('the kept runs of real agents', () => {
  it('G45 are there for every agent that can be run, and found everything as it should be', () => {
    expect(runs.map(({ agent }) => agent)).toEqual(DRIVERS.map(({ id }) => id).toSorted())
    expect(runs.flatMap(({ checks }) => checks.filter(({ ok }) => !ok))).toEqual([])
    expect(runs.filter(({ checks }) => !checks.some(({ what }) => what === 'tokens'))).toEqual([])
  })

  it('name the version that the driver runs, and the commit', () => {
    for (const { agent, version, commit, successor } of runs) {
      expect(version).toBe(DRIVERS.find(({ id }) => id === agent)?.version)
      expect(commit).toMatch(/^[0-9a-f]{12}$/)
      expect(successor.agent).not.toBe(agent)
    }
  })

  it.each(DRIVERS.map(({ id }) => id))(
    'of %s tried the code as it is: else npm run e2e:agents -- and its name',
    (id) => {
      expect(runs.find(({ agent }) => agent === id)?.code).toBe(codeOf(id))
    },
  )

  it('are told of, by version, in the documentation', () => {
    const page = readFileSync(new URL('../docs/agents.md', import.meta.url), 'utf8')
    for (const { name, version, id } of DRIVERS) {
      const successor = runs.find(({ agent }) => agent === id)?.successor
      expect(page).toContain(`${name} ${version}`)
      expect(page).toContain(DRIVERS.find((one) => one.id === successor?.agent)?.name)
    }
  })
})
