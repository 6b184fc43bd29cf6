import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

/** When the youngest file in there was written, in Unix milliseconds; 0 where nothing is. */
export function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** The page is built anew when it, what it shares with the program, or what it is built of changed. */
export function isWebFresh(root, outDir) {
  const page = statSync(join(outDir, 'index.html'), { throwIfNoEntry: false })
  const sources = ['web', 'src/domain', 'package-lock.json'].map((name) => newest(join(root, name)))
  return page !== undefined && Math.max(...sources) <= page.mtimeMs
}

/**
 * Builds the dashboard's page: one script, one style sheet, nothing from elsewhere. It takes the place of the one before when
 * it is whole.
 *
 * @returns paths of the modules that are in it
 */
export async function buildWeb(root, outDir) {
  const { build } = await import('vite')
  const startedAt = new Date()
  // Vite builds the page for its developers where this says anything else, `test` included.
  process.env.NODE_ENV = 'production'
  const next = `${outDir}.${process.pid}.tmp`
  const { output } = await build({
    configFile: join(root, 'web', 'vite.config.ts'),
    build: { outDir: next },
    logLevel: 'warn',
  })
  if (existsSync(outDir)) rmSync(outDir, { recursive: true })
  renameSync(next, outDir)
  utimesSync(join(outDir, 'index.html'), startedAt, startedAt)
  return output.flatMap(({ modules = {} }) => Object.keys(modules))
}
