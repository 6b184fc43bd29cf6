// Writes every file, or those named, the way they should look.
import { spawnSync } from 'node:child_process'
import { findTools } from './install.mjs'

const args = process.argv.slice(2)
const { format } = findTools(process.cwd())
const { status } = spawnSync(process.execPath, [format, ...(args.length > 0 ? args : ['.'])], { stdio: 'inherit' })
process.exitCode = status ?? 1
