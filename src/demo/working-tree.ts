/** One hunk of a patch, as agents record it: lines carry their ` `, `-` or `+`. Line numbers are 1-based. */
export interface Hunk {
  oldStart: number
  oldLines: number
  newStart: number
  newLines: number
  lines: string[]
}

const CONTEXT = 3

/** The files of the story's project as they stand at one moment. Reads, searches and edits are played on it. */
export class WorkingTree {
  readonly #files: Map<string, string>

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files))
  }

  find(path: string): string | undefined {
    return this.#files.get(path)
  }

  /** @throws Error when the story reads a file that is not there yet */
  get(path: string): string {
    const text = this.#files.get(path)
    if (text === undefined) throw new Error(`the demo story reads ${path} before it exists`)
    return text
  }

  put(path: string, text: string): void {
    this.#files.set(path, text)
  }

  /** Replaces the one place where `before` stands. */
  replace(path: string, before: string, after: string): void {
    const text = this.get(path)
    if (text.split(before).length !== 2) throw new Error(`the demo story edits a place that ${path} does not hold once`)
    this.put(
      path,
      text.replace(before, () => after),
    )
  }

  /** Lines that hold the text, as `path:line:text`, below a folder or in a file. */
  search(text: string, below: string): string[] {
    const found: string[] = []
    for (const [path, content] of [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (below !== '.' && path !== below && !path.startsWith(`${below}/`)) continue
      content.split('\n').forEach((line, index) => {
        if (line.includes(text)) found.push(`${path}:${index + 1}:${line}`)
      })
    }
    return found
  }
}

/** The change from one text to another as a single hunk with three lines around it; none when nothing changed. */
export function patch(before: string, after: string): Hunk[] {
  const old = before.split('\n')
  const now = after.split('\n')
  let top = 0
  while (top < old.length && top < now.length && old[top] === now[top]) top += 1
  let bottom = 0
  while (
    bottom < old.length - top &&
    bottom < now.length - top &&
    old[old.length - 1 - bottom] === now[now.length - 1 - bottom]
  ) {
    bottom += 1
  }
  if (top === old.length && top === now.length) return []
  const start = Math.max(0, top - CONTEXT)
  const oldEnd = old.length - bottom
  const tail = old.slice(oldEnd, oldEnd + CONTEXT)
  const lines = [
    ...old.slice(start, top).map((line) => ` ${line}`),
    ...old.slice(top, oldEnd).map((line) => `-${line}`),
    ...now.slice(top, now.length - bottom).map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
  ]
  return [
    {
      oldStart: start + 1,
      oldLines: oldEnd + tail.length - start,
      newStart: start + 1,
      newLines: now.length - bottom + tail.length - start,
      lines,
    },
  ]
}
