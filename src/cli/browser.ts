import { spawn } from 'node:child_process'
import type { Machine } from '../config/places.ts'

/** Shows an address in the person's browser, without a shell. False where no screen is near. */
export function openBrowser(url: string, { platform, variables }: Machine): boolean {
  const [program, ...words] = openerOf(platform)
  const isNear = platform !== 'linux' || Boolean(variables['DISPLAY'] || variables['WAYLAND_DISPLAY'])
  if (program === undefined || !isNear || variables['SSH_CONNECTION']) return false
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true })
  // Where it is not installed, the link that was printed does as well.
  child.on('error', () => {})
  child.unref()
  return true
}

function openerOf(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['/usr/bin/open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return ['xdg-open']
}
