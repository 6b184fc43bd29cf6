import { escapeHtml } from '../../domain/html.ts'
import type { Session } from '../../domain/session.ts'
import type { History } from '../history.ts'
import { headingOf, isCode, sessionEntries, textOf } from './entries.ts'
import { facts, nameOf } from './markdown.ts'

/** Nothing runs and nothing is loaded, whatever was recorded. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.3rem}h2{font-size:1rem;margin:2rem 0 .3rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;color:GrayText}
dd{margin:0}section{border-left:3px solid GrayText;padding:.1rem 0 .1rem .8rem;margin:.8rem 0}section:target{border-color:Highlight}
section>a{color:GrayText;text-decoration:none;font-size:.85em}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0}
.user{border-color:#2b7}.failed{border-color:#c33}`

/** Sessions as one HTML file that is safe to open and links to each entry: `#e-<entry>`. */
export async function* htmlPieces(history: History, sessions: readonly Session[]): AsyncGenerator<string> {
  const [only] = sessions
  const title = only && sessions.length === 1 ? (only.title ?? nameOf(only)) : `${sessions.length} sessions`
  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<style>${STYLE}</style></head><body>\n`
  if (sessions.length > 1) yield contents(sessions)
  // An entry that a fork inherited stands in both; its link leads to the first.
  const linked = new Set<string>()
  for (const session of sessions) {
    yield `<h1 id="s-${escapeHtml(session.id)}">${escapeHtml(session.title ?? nameOf(session))}</h1>\n<dl>`
    for (const [label, value] of facts(session)) yield `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`
    yield '</dl>\n'
    for await (const entry of sessionEntries(history, session.id)) {
      const anchor = `e-${escapeHtml(entry.id)}`
      const id = linked.has(anchor) ? '' : ` id="${anchor}"`
      linked.add(anchor)
      const look = entry.flags.includes('failed')
        ? ' class="failed"'
        : entry.role === 'user' && !isCode(entry)
          ? ' class="user"'
          : ''
      yield `<section${id}${look}><a href="#${anchor}">${escapeHtml(headingOf(entry))} · ${escapeHtml(entry.at)}</a>`
      yield `<pre>${escapeHtml(textOf(entry))}</pre></section>\n`
    }
  }
  yield '</body></html>\n'
}

function contents(sessions: readonly Session[]): string {
  const items = sessions.map(
    (session) => `<li><a href="#s-${escapeHtml(session.id)}">${escapeHtml(session.title ?? nameOf(session))}</a></li>`,
  )
  return `<ul>${items.join('')}</ul>\n`
}
