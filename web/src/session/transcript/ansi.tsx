import type { ReactNode } from 'react'

const COLOURS: Record<number, string> = { 1: 'bad', 2: 'ok', 3: 'warn', 4: 'accented', 5: 'accented', 6: 'accented' }
const SEQUENCE =
  /\x1b\[([0-9;:?]{0,40})([A-Za-z])|\x1b\][^\x07\x1b]{0,4000}(?:\x07|\x1b\\)|\x1b[@-_]|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g

/** What a terminal was sent, as text: its colours become ours, whatever else it was told is left out. */
export function Ansi({ text }: { text: string }) {
  const parts: ReactNode[] = []
  let style = ''
  let last = 0
  const add = (part: string): void => {
    if (part === '') return
    parts.push(
      style === '' ? (
        part
      ) : (
        <span key={parts.length} className={style}>
          {part}
        </span>
      ),
    )
  }
  for (const match of text.matchAll(SEQUENCE)) {
    add(text.slice(last, match.index))
    last = match.index + match[0].length
    if (match[2] === 'm') style = styleOf(match[1] ?? '', style)
  }
  add(text.slice(last))
  return <>{parts}</>
}

function styleOf(codes: string, before: string): string {
  let [tone, weight] = [/bad|ok|warn|accented|faint/.exec(before)?.[0] ?? '', /strong/.exec(before)?.[0] ?? '']
  const list = codes.split(/[;:]/).map(Number)
  for (let i = 0; i < list.length; i++) {
    const code = list[i] ?? 0
    if (code === 0) [tone, weight] = ['', '']
    else if (code === 1) weight = 'strong'
    else if (code === 2 || code === 90) tone = 'faint'
    else if (code === 22) weight = ''
    else if (code === 39) tone = ''
    else if (code === 38 || code === 48) break
    else if (code >= 30 && code <= 37) tone = COLOURS[code - 30] ?? ''
    else if (code >= 91 && code <= 97) tone = COLOURS[code - 90] ?? ''
  }
  return [tone, weight].filter(Boolean).join(' ')
}
