import * as z from 'zod/mini'
import { isAppError } from '../domain/errors.ts'
import { type Check, check, counted } from './check.ts'
import { checkBackground } from './doctor-background.ts'
import { checkDisk, checkPermissions, checkStore, checkVersions } from './doctor-store.ts'
import { checkIgnored } from './doctor-ignored.ts'
import { checkSource } from './doctor-sources.ts'
import { flag } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'

export interface DoctorReport {
  /** True without an error; warnings do not count. */
  ok: boolean
  errors: number
  warnings: number
  items: Check[]
  total: number
  nextCursor: null
}

export const doctor = defineOperation({
  name: 'doctor',
  summary: 'Check store, sources, problems, disk and versions, and say what to do.',
  input: z.object({ deep: flag('also compare every index of a large store with its table, which takes a while') }),
  errors: [],
  effect: 'read',
  cli: {
    examples: [
      { command: 'daybook doctor', says: 'everything is looked at; nothing is changed' },
      { command: 'daybook doctor --deep', says: 'after a crash of the machine, or where figures seem wrong' },
    ],
    seeAlso: ['problems', 'scan', 'activity verify'],
  },
  async handle(context, { deep }): Promise<DoctorReport> {
    const { store, sources } = context
    const report = await store.inspect({ integrity: true, pagesOnly: !deep })
    const items = [await checkStore(context, report)]
    for (const source of sources) items.push(...(await checkSource(context, source)))
    items.push(await checkProblems(context), await checkFormats(context), await checkIndex(context))
    items.push(...(await checkIgnored(context)), ...(await checkPrices(context)))
    items.push(
      ...checkBackground(context, report),
      ...checkPermissions(report),
      ...checkDisk(report),
      checkVersions(report),
    )
    const errors = items.filter((item) => item.level === 'error').length
    const warnings = items.filter((item) => item.level === 'warn').length
    return { ok: errors === 0, errors, warnings, items, total: items.length, nextCursor: null }
  },
})

const PROBLEMS_SHOWN = 3

async function checkProblems({ store }: OperationContext): Promise<Check> {
  const { items, total } = await store.problems.list({}, { limit: PROBLEMS_SHOWN })
  if (total === 0) return check('problems', 'ok', 'none; every line was read')
  const says = `${counted(total, 'place')} could not be read; all else is kept`
  const details = items.map(({ path, line, reason }) => `${path}${line === null ? '' : `:${line}`}  ${reason}`)
  return check('problems', 'warn', says, { details, try: 'daybook problems' })
}

const NAMES_SHOWN = 3

/** What agents write and no reader knows is nothing to mend here, and worth knowing. */
async function checkFormats({ store, sources }: OperationContext): Promise<Check> {
  const drift = await store.drift.list({})
  if (drift.length === 0) return check('formats', 'ok', 'every record type and field that was read is known')
  const details = drift.slice(0, NAMES_SHOWN).map(({ agent, agentVersion, kind, name }) => {
    const who = sources.find(({ id }) => id === agent)?.name ?? agent
    return `${who}${agentVersion === null ? '' : ` ${agentVersion}`}: ${kind} ${name}`
  })
  const says = `${counted(drift.length, 'name')} not known, kept in the archive`
  return check('formats', 'ok', says, { details, try: 'daybook drift' })
}

/** Where prices that somebody set cannot be read, a scan reads nothing, and says so to whoever started it alone. */
async function checkPrices({ ownPrices }: OperationContext): Promise<Check[]> {
  try {
    await ownPrices?.()
    return []
  } catch (error) {
    if (!isAppError(error)) throw error
    return [check('prices', 'error', `nothing new is read: ${error.message}`, { try: 'daybook config' })]
  }
}

async function checkIndex({ store }: OperationContext): Promise<Check> {
  const progress = await store.search.progress().catch((error: unknown) => {
    if (isAppError(error) && error.code === 'unsupported') return undefined
    throw error
  })
  if (!progress) return check('search', 'warn', 'this store has no full-text search yet')
  const { entries, indexed } = progress
  if (indexed >= entries) return check('search', 'ok', `${counted(entries, 'entry', 'entries')} indexed`)
  const share = Math.floor((indexed / entries) * 100)
  return check('search', 'warn', `${share} % indexed; the rest is searched more slowly`, { try: 'daybook scan' })
}
