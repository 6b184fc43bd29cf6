import { spawn } from 'node:child_process'
import type { Machine } from '../config/places.ts'
import { programFile } from '../config/program-file.ts'

/** Shows an address in the person's browser, without a shell. False where no screen is near. */
export function openBrowser(url: string, machine: Machine, cwd: string): boolean {
  const { platform, variables } = machine
  const [program, ...words] = openerOf(machine, cwd)
  const isNear = platform !== 'linux' || Boolean(variables['DISPLAY'] || variables['WAYLAND_DISPLAY'])
  if (program === undefined || !isNear || variables['SSH_CONNECTION']) return false
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true })
  // Where it is not installed, the link that was printed does as well.
  child.on('error', () => {})
  child.unref()
  return true
}

function openerOf(machine: Machine, cwd: string): string[] {
  const { platform } = machine
  if (platform === 'darwin') return ['/usr/bin/open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  const opener = programFile('xdg-open', machine, cwd)
  return opener === undefined ? [] : [opener]
}
