import { existsSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

/**
 * Builds the dashboard's page: one script, one style sheet, nothing from elsewhere. It takes the place of the one before when
 * it is whole.
 *
 * @returns paths of the modules that are in it
 */
export async function buildWeb(root, outDir) {
  const startedAt = new Date()
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
