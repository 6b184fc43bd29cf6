const DRIVE = /^[A-Za-z]:[\\/]/
/** `\\server\share`, `//server/share`. */
const NETWORK = /^(?:\\\\|\/\/)[^\\/?.][^\\/]*[\\/]/

/** True for paths of Windows: with a drive letter, or of a network share. They ignore the case of letters. */
export function isWindowsPath(path: string): boolean {
  return DRIVE.test(path) || NETWORK.test(path)
}

/** True for a path from a root, of whatever system. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || isWindowsPath(path)
}

/**
 * A path as agents of any system write it, in one form: `file:` addresses as the path they name; paths of Windows with `\` and a
 * large drive letter, without `\\?\`, and a folder of WSL under its newer name, `\\wsl.localhost\`.
 *
 * What it does not know stays as it is. The case of other letters stays too: it is compared by `comparablePath`.
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file for `\\?\C:\` and `\\?\UNC\server\share`
 */
export function plainPath(path: string): string {
  const named = /^file:\/\//i.test(path) ? pathOfAddress(path) : path
  const bare = named.replace(/^\\\\\?\\UNC\\/i, '\\\\').replace(/^\\\\\?\\(?=[A-Za-z]:\\)/, '')
  if (!isWindowsPath(bare)) return bare
  const parted = bare.replaceAll('/', '\\').replace(/^\\\\wsl\$\\/i, '\\\\wsl.localhost\\')
  return parted[0]!.toUpperCase() + parted.slice(1)
}

/** What two paths share that name one place: without the case of letters where their system ignores it. */
export function comparablePath(path: string): string {
  const plain = plainPath(path)
  return isWindowsPath(plain) ? plain.toLowerCase() : plain
}

/** `path` seen from `folder`, in the manner of the folder's system; an absolute path as it is. In its one form. */
export function absolutePath(folder: string, path: string): string {
  const plain = plainPath(path)
  const from = plainPath(folder)
  if (from === '' || isAbsolutePath(plain)) return plain
  const isWindows = isWindowsPath(from)
  const sign = isWindows ? '\\' : '/'
  const parts = from.split(isWindows ? /[\\/]/ : '/')
  // A drive, or a server and its share, is as far up as `..` leads.
  const root = !isWindows || DRIVE.test(from) ? 1 : 4
  while (parts.length > root && parts.at(-1) === '') parts.pop()
  for (const part of plain.split(isWindows ? /[\\/]/ : '/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > root) parts.pop()
  }
  return parts.length === 1 ? `${parts[0]}${sign}` : parts.join(sign)
}

/** `path` seen from `folder`, with `/`: empty for the folder itself, undefined for what lies elsewhere. */
export function pathWithin(folder: string, path: string): string | undefined {
  const [from, to] = [comparablePath(folder).replace(/[\\/]+$/, ''), comparablePath(path).replace(/(?<=.)[\\/]+$/, '')]
  if (to === from || (from === '' && to === '/')) return ''
  const isInside = to.startsWith(from) && '\\/'.includes(to[from.length]!)
  if (!isInside) return undefined
  const rest = plainPath(path).slice(from.length + 1)
  return isWindowsPath(to) ? rest.replaceAll('\\', '/') : rest
}

function pathOfAddress(address: string): string {
  const [, host = '', rest = ''] = /^file:\/\/([^/]*)(.*)$/i.exec(address) ?? []
  let path
  try {
    path = decodeURIComponent(rest)
  } catch {
    path = rest
  }
  if (host !== '' && host.toLowerCase() !== 'localhost') return `//${host}${path}`
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path
}
