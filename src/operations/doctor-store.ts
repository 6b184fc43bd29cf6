import { statSync, statfsSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import type { StoreReport } from '../stores/store.ts'
import { type Check, check, counted, quoted, size } from './check.ts'
import type { OperationContext } from './operation.ts'

/** The log of the store may grow to this before a checkpoint brings it back. */
const LARGE_WAL_BYTES = 64 * 1024 ** 2
const LOW_DISK_BYTES = 200 * 1024 ** 2
const DAMAGE_SHOWN = 5
const PAGES_ONLY = 'every page is sound; the indexes against their tables: daybook doctor --deep'

export async function checkStore({ store }: OperationContext, report: StoreReport): Promise<Check> {
  const what = `${size(report.sizeBytes + report.searchSizeBytes)}, ${report.engine} ${report.engineVersion}`
  const { damage, walBytes } = report
  if (damage !== null && damage.length > 0) {
    return check('store', 'error', `${what}: damaged`, {
      details: damage.slice(0, DAMAGE_SHOWN),
      try: 'daybook reindex',
    })
  }
  const log = await store.activities.verify()
  if (log.brokenAt) {
    const { chain, sequence } = log.brokenAt
    const says = `${what}: the activity log was changed at line ${sequence} of chain ${chain}`
    return check('store', 'error', says, { try: 'daybook activity verify' })
  }
  if (walBytes > LARGE_WAL_BYTES) {
    const says = `${what}; ${size(walBytes)} wait to be written back: a program may be reading since long`
    return check('store', 'warn', says, { details: [report.location] })
  }
  const verified = log.lastAt === null ? 'activity log empty' : `activity log verified to ${log.lastAt.slice(0, 10)}`
  const details = isAbsolute(report.location) ? [report.location] : []
  if (report.checked === 'pages') details.push(PAGES_ONLY)
  return check('store', 'ok', `${what}, ${verified}`, { details })
}

/** Others on the machine must not read or write what transcripts hold. Not asked of a store that is no file. */
export function checkPermissions({ location }: StoreReport): Check[] {
  if (!isAbsolute(location) || process.platform === 'win32') return []
  const open: string[] = []
  const paths = [dirname(location), location, `${location}-wal`, `${location}-shm`]
  for (const path of paths) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) !== 0) open.push(path)
  }
  if (open.length === 0) return [check('permissions', 'ok', 'only you can read the store')]
  return [
    check(
      'permissions',
      'error',
      `others on this machine can open ${counted(open.length, 'file or folder', 'files and folders')}`,
      {
        details: open,
        try: `chmod go-rwx ${open.map(quoted).join(' ')}`,
      },
    ),
  ]
}

export function checkDisk({ location }: StoreReport): Check[] {
  if (!isAbsolute(location)) return []
  const { bavail, bsize } = statfsSync(dirname(location))
  const free = bavail * bsize
  if (free >= LOW_DISK_BYTES) return [check('disk', 'ok', `${size(free)} free`)]
  const says = `${size(free)} free where the store is; below ${size(LOW_DISK_BYTES)} writing may fail`
  return [check('disk', 'warn', says, { details: [dirname(location)], try: `df -h ${quoted(dirname(location))}` })]
}

export function checkVersions({ engine, engineVersion, schemaVersion }: StoreReport): Check {
  return check('versions', 'ok', `Node ${process.versions.node}, ${engine} ${engineVersion}, schema ${schemaVersion}`)
}
