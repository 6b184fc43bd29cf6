import { Fragment, type ReactNode } from 'react'

/**
 * What agents write, as elements: paragraphs, headings, lists, quotes, tables, code, emphasis, and links to http, https and
 * mailto. Everything else stays the text it is; nothing is ever taken for HTML, and no picture is fetched.
 */
export function Markdown({ text }: { text: string }) {
  return <div className="prose">{blocksOf(text.split('\n')).map((block, i) => render(block, i))}</div>
}

type Block =
  | { type: 'code'; text: string }
  | { type: 'heading'; level: number; text: string }
  | { type: 'list'; ordered: boolean; start: number; items: string[][] }
  | { type: 'quote'; lines: string[] }
  | { type: 'table'; head: string[]; rows: string[][] }
  | { type: 'rule' }
  | { type: 'paragraph'; text: string }

const FENCE = /^ {0,3}(`{3,}|~{3,})/
const ITEM = /^( {0,6})(?:[-*+]|(\d{1,9})[.)]) +(.*)$/

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = []
  let i = 0
  const paragraph: string[] = []
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({ type: 'paragraph', text: paragraph.splice(0).join('\n') })
  }
  while (i < lines.length) {
    const line = lines[i] as string
    const fence = FENCE.exec(line)?.[1]
    const heading = /^ {0,3}(#{1,6}) +(.*?) *#*$/.exec(line)
    if (fence !== undefined) {
      flush()
      const end = lines.findIndex((one, at) => at > i && one.trim().startsWith(fence))
      blocks.push({ type: 'code', text: lines.slice(i + 1, end === -1 ? undefined : end).join('\n') })
      i = end === -1 ? lines.length : end + 1
    } else if (heading) {
      flush()
      blocks.push({ type: 'heading', level: heading[1]!.length, text: heading[2]! })
      i++
    } else if (/^ {0,3}(?:-{3,}|\*{3,}|_{3,}) *$/.test(line)) {
      flush()
      blocks.push({ type: 'rule' })
      i++
    } else if (line.startsWith('>')) {
      flush()
      const end = until(lines, i, (one) => !one.startsWith('>'))
      blocks.push({ type: 'quote', lines: lines.slice(i, end).map((one) => one.replace(/^> ?/, '')) })
      i = end
    } else if (ITEM.test(line)) {
      flush()
      const end = until(lines, i, (one, at) => !ITEM.test(one) && !/^ {2,}\S/.test(one) && !isGap(lines, at))
      blocks.push(listOf(lines.slice(i, end)))
      i = end
    } else if (line.includes('|') && /^ *\|?(?: *:?-+:? *\|)+ *:?-* *:? *$/.test(lines[i + 1] ?? '')) {
      flush()
      const end = until(lines, i + 2, (one) => !one.includes('|'))
      blocks.push({ type: 'table', head: cellsOf(line), rows: lines.slice(i + 2, end).map(cellsOf) })
      i = end
    } else {
      if (line.trim() === '') flush()
      else paragraph.push(line)
      i++
    }
  }
  flush()
  return blocks
}

function until(lines: readonly string[], from: number, ends: (line: string, at: number) => boolean): number {
  let i = from
  while (i < lines.length && !ends(lines[i] as string, i)) i++
  return i
}

/** A blank line inside a list: the list goes on after it. */
function isGap(lines: readonly string[], at: number): boolean {
  return lines[at]?.trim() === '' && ITEM.test(lines[at + 1] ?? '')
}

function listOf(lines: readonly string[]): Block {
  const first = ITEM.exec(lines[0] as string)
  const depth = first?.[1]?.length ?? 0
  const items: string[][] = []
  for (const line of lines) {
    const item = ITEM.exec(line)
    if (item && item[1]!.length <= depth + 1) items.push([item[3]!])
    else items.at(-1)?.push(line.replace(new RegExp(`^ {0,${depth + 4}}`), ''))
  }
  return { type: 'list', ordered: first?.[2] !== undefined, start: Number(first?.[2] ?? 1), items }
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())
}

function render(block: Block, key: number): ReactNode {
  switch (block.type) {
    case 'code':
      return (
        <pre key={key} tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      )
    case 'heading':
      return (
        <p key={key} className={block.level <= 2 ? 'prose-title' : 'strong'}>
          {inline(block.text)}
        </p>
      )
    case 'rule':
      return <hr key={key} />
    case 'quote':
      return <blockquote key={key}>{blocksOf(block.lines).map(render)}</blockquote>
    case 'table':
      return (
        <div key={key} className="scroll" tabIndex={0} role="group" aria-label="Table">
          <table>
            <thead>
              <tr>
                {block.head.map((cell, i) => (
                  <th key={i}>{inline(cell)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((cell, j) => (
                    <td key={j}>{inline(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )
    case 'list': {
      const items = block.items.map((lines, i) => <li key={i}>{itemOf(lines)}</li>)
      return block.ordered ? (
        <ol key={key} start={block.start}>
          {items}
        </ol>
      ) : (
        <ul key={key}>{items}</ul>
      )
    }
    default:
      return <p key={key}>{inline(block.text)}</p>
  }
}

function itemOf(lines: readonly string[]): ReactNode {
  const blocks = blocksOf(lines)
  return blocks.length === 1 && blocks[0]?.type === 'paragraph' ? inline(blocks[0].text) : blocks.map(render)
}

const INLINE =
  /(`+)([^`]+?)\1(?!`)|\*\*([^*\n]+?)\*\*|__([^_\n]+?)__|(?<![\w*])\*([^*\s][^*\n]*?)\*(?![\w*])|(?<![\w_])_([^_\s][^_\n]*?)_(?![\w_])|\[([^\]\n]{1,500})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>()"'`]{1,2000}[^\s<>()"'`.,;:!?])/g

/** Code, strong, emphasis and links in a line of text. */
function inline(text: string): ReactNode {
  const parts: ReactNode[] = []
  let last = 0
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(last, match.index))
    last = match.index + match[0].length
    const [, , code, strong, heavy, emphasis, slanted, label, target, address] = match
    if (code !== undefined) parts.push(<code key={last}>{code}</code>)
    else if (strong ?? heavy) parts.push(<strong key={last}>{strong ?? heavy}</strong>)
    else if (emphasis ?? slanted) parts.push(<em key={last}>{emphasis ?? slanted}</em>)
    else if (address) parts.push(linkTo(address, address, last))
    else parts.push(linkTo(target ?? '', label ?? '', last) ?? match[0])
  }
  parts.push(text.slice(last))
  return parts.map((part, i) => <Fragment key={i}>{part}</Fragment>)
}

/** A link where it may lead there, else its words as they are. */
function linkTo(target: string, label: string, key: number): ReactNode {
  if (!/^(?:https?|mailto):/i.test(target) || !URL.canParse(target)) return `[${label}](${target})`
  return (
    <a key={key} href={target} target="_blank" rel="noreferrer noopener nofollow">
      {label}
    </a>
  )
}
