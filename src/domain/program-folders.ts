/**
 * Folders of `PATH` in which a program may be looked for: those that are said in full, and that no project brings along. A name
 * that is looked up in a project's own folder is a program of whoever wrote the project.
 *
 * @param path the variable's text
 * @param project the folder of the project that is at hand; null where none is
 */
export function programFolders(path: string, platform: string, project: string | null): string[] {
  const isWindows = platform === 'win32'
  const plain = (folder: string): string => {
    const even = isWindows ? folder.replaceAll('\\', '/').toLowerCase() : folder
    return even.replace(/(.)\/+$/, '$1')
  }
  const isFull = (folder: string): boolean => (isWindows ? /^[a-z]:\/|^\/\//.test(folder) : folder.startsWith('/'))
  const own = project === null ? null : plain(project)
  return path.split(isWindows ? ';' : ':').filter((folder) => {
    const even = plain(folder)
    if (!isFull(even) || even.split('/').some((part) => part === 'node_modules' || part === '..')) return false
    return own === null || own === '/' || (even !== own && !even.startsWith(`${own}/`))
  })
}
