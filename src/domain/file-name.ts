/** An id as the name of one file or folder: nothing in it parts folders, leads upwards or is a device. */
export function fileName(id: string): string {
  return /^\.*$/.test(id) ? `%${id}` : id.replaceAll(/[^A-Za-z0-9._-]/g, encoded)
}

/** The id that `fileName` made a name of; a name that somebody else made stands for itself. */
export function idInFileName(name: string): string {
  if (/^%\.*$/.test(name)) return name.slice(1)
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Half of a pair of UTF-16 is a character of its own here. */
function encoded(unit: string): string {
  return Array.from(new TextEncoder().encode(unit), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}
