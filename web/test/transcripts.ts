export const LARGE = '5a5a5a5a-0000-4000-8000-000000000001'
export const HOSTILE = '6b6b6b6b-0000-4000-8000-000000000002'
export const FAILING = '7c7c7c7c-0000-4000-8000-000000000003'
export const PICTURED = '9e9e9e9e-0000-4000-8000-000000000005'
export const OTHER = '8d8d8d8d-0000-4000-8000-000000000004'

const AT = Date.parse('2026-11-20T10:00:00Z')

export function record(session: string, number: number, rest: object, when?: Date): string {
  const at = (when ?? new Date(AT + number * 1000)).toISOString()
  const common = { sessionId: session, cwd: '/code/tidewatch', gitBranch: 'main', version: '2.1.0', timestamp: at }
  return `${JSON.stringify({ uuid: `${session}-${number}`, parentUuid: null, ...common, ...rest })}\n`
}

export function said(
  session: string,
  number: number,
  role: 'user' | 'assistant',
  content: unknown,
  when?: Date,
): string {
  const more = role === 'assistant' ? { id: `m${number}`, model: 'claude-sonnet-4-5-20250929' } : {}
  return record(session, number, { type: role, message: { role, content, ...more } }, when)
}

export function step(number: number): string {
  return number % 500 === 0
    ? said(LARGE, number, 'user', `go on with part ${number / 500}`)
    : said(LARGE, number, 'assistant', [{ type: 'text', text: `step ${number} is done` }])
}

export function large(entries: number): string {
  return Array.from({ length: entries }, (_, i) => step(i)).join('')
}

/** Two calls that failed with long outputs, and 80 steps after each. */
export function failing(session = FAILING): string {
  return [1, 2]
    .flatMap((part) => {
      const id = `f${part}`
      const content = Array.from({ length: 90 }, (_, i) => `part ${part}, line ${i}`).join('\n')
      const result = { type: 'tool_result', tool_use_id: id, content, is_error: true }
      return [
        said(session, part * 100, 'user', `go on with part ${part}`),
        said(session, part * 100 + 1, 'assistant', [
          { type: 'tool_use', id, name: 'Bash', input: { command: `make part ${part}` } },
        ]),
        said(session, part * 100 + 2, 'user', [result]),
        ...Array.from({ length: 80 }, (_, i) =>
          said(session, part * 100 + 3 + i, 'assistant', [{ type: 'text', text: `after failure ${part}, step ${i}` }]),
        ),
      ]
    })
    .join('')
}

const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** A prompt with a picture of one pixel, one too large for a frame of the archive, and one that claims to be what it is not; a call that brought one. */
export function pictured(): string {
  const image = (data: string): object => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } })
  const script = Buffer.from('<svg onload="alert(1)" xmlns="http://www.w3.org/2000/svg"/>').toString('base64')
  const content = [{ type: 'text', text: 'What is on these?' }, image(DOT), image(LARGE_PICTURE), image(script)]
  const result = { type: 'tool_result', tool_use_id: 'shot', content: [{ type: 'text', text: 'taken' }, image(DOT)] }
  return [
    said(PICTURED, 0, 'user', content),
    said(PICTURED, 1, 'assistant', [{ type: 'text', text: 'A dot.' }]),
    said(PICTURED, 2, 'assistant', [
      { type: 'tool_use', id: 'shot', name: 'mcp__eyes__shot', input: { of: 'window' } },
    ]),
    said(PICTURED, 3, 'user', [result]),
  ].join('')
}

export const LARGE_PICTURE = `/9j/${'AbCd'.repeat(300_000)}`

/** 60 strings that a page, a policy or a parser may trip over. */
export function strings(): string[] {
  const shapes = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '"><iframe srcdoc="<script>alert(1)</script>">',
    '[click](javascript:alert(1))',
    '[click](data:text/html,<script>alert(1)</script>)',
    '![pixel](https://elsewhere.example/pixel.png)',
    '</textarea><style>*{display:none}</style>',
    '\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007 \u001b[31mred',
    '\u202eevil\u202c \u200b\ufeff {{constructor.constructor("alert(1)")()}}',
    '<a href="vbscript:alert(1)">script</a> __proto__ constructor',
    '`${alert(1)}` %3Cscript%3E &lt;script&gt; \\u003cscript\\u003e',
  ]
  const places: ((shape: string) => string)[] = [
    (shape) => shape,
    (shape) => `" onmouseover="alert(1)" x="${shape}`,
    (shape) => `[${shape}](${shape})`,
    (shape) => `| \`${shape}\` | **${shape}** |`,
    (shape) => `${shape}\u2028\u202e${shape}`,
  ]
  return places.flatMap((place) => shapes.map(place))
}

export function hostile(): string {
  return strings()
    .map((text, i) => {
      const call = {
        type: 'tool_use',
        id: `c${i}`,
        name: text,
        input: { command: text, [text]: text, file_path: text },
      }
      const result = { type: 'tool_result', tool_use_id: `c${i}`, content: text, is_error: i % 2 === 0 }
      return [
        said(HOSTILE, i * 10, 'user', text),
        said(HOSTILE, i * 10 + 1, 'assistant', [
          { type: 'thinking', thinking: text },
          { type: 'text', text },
        ]),
        said(HOSTILE, i * 10 + 2, 'assistant', [call]),
        said(HOSTILE, i * 10 + 3, 'user', [result]),
        record(HOSTILE, i * 10 + 4, { type: 'summary', summary: text, leafUuid: text }),
        record(HOSTILE, i * 10 + 5, {
          type: 'user',
          cwd: text,
          gitBranch: text,
          message: { role: 'user', content: `# ${text}` },
        }),
      ].join('')
    })
    .join('')
}
