import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { AgentWriter } from './history.ts'

const SCHEMA = new URL('../../traps/schemas/opencode-1.18.sql', import.meta.url)
const MODEL = { providerID: 'anthropic', modelID: 'claude-sonnet-4-5' }

/** Rows as 1.18 writes them, of all sessions in one database. */
export const opencode: AgentWriter = (home, session, turns) => {
  const database = new DatabaseSync(home.path('.local/share/opencode/opencode.db'))
  database.exec(`PRAGMA synchronous = OFF; ${readFileSync(SCHEMA, 'utf8')} BEGIN`)
  const put = {
    session: database.prepare(
      `INSERT INTO session (id, project_id, slug, directory, title, version, time_created, time_updated)
       VALUES (?, 'global', 'buoy', '/home/ada/buoy', 'The buoy', '1.18.33', ?, ?)`,
    ),
    message: database.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?)'),
    part: database.prepare('INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)'),
  }
  const sessionId = `ses_${session.replaceAll('-', '')}`
  const [began, ended] = [turns[0]!.atMs, turns.at(-1)!.steps.at(-1)!.atMs]
  put.session.run(sessionId, began, ended)
  let place = 0
  const add = (atMs: number, data: object, parts: object[]): void => {
    const key = `${session.replaceAll('-', '')}${String(place++).padStart(6, '0')}`
    put.message.run(`msg_${key}`, sessionId, atMs, atMs + 900, JSON.stringify(data))
    for (const [at, part] of parts.entries())
      put.part.run(
        `prt_${key}${String(at).padStart(2, '0')}`,
        `msg_${key}`,
        sessionId,
        atMs,
        atMs + 900,
        JSON.stringify(part),
      )
  }
  for (const { atMs, prompt, steps } of turns) {
    add(atMs, { role: 'user', time: { created: atMs }, agent: 'build', model: MODEL }, [{ type: 'text', text: prompt }])
    for (const { atMs: created, thinking, text, call, tokens } of steps) {
      const counts = {
        input: tokens.fresh,
        output: tokens.output,
        reasoning: tokens.reasoning,
        cache: { read: tokens.cached, write: 0 },
      }
      const time = { start: created, end: created + 400 }
      const parts: object[] = [{ type: 'step-start' }]
      if (thinking !== undefined) parts.push({ type: 'reasoning', text: thinking, time })
      if (text !== '') parts.push({ type: 'text', text, time })
      if (call) {
        const input = { command: call.command, description: call.command }
        const metadata = { output: call.output, exit: call.exitCode, truncated: false }
        const state = { status: 'completed', input, output: call.output, title: call.command, metadata, time }
        parts.push({ type: 'tool', tool: 'bash', callID: `call_${call.id}`, state })
      }
      parts.push({ type: 'step-finish', reason: 'stop', tokens: counts, cost: 0 })
      const path = { cwd: '/home/ada/buoy', root: '/home/ada/buoy' }
      const data = { role: 'assistant', mode: 'build', agent: 'build', path, cost: 0, tokens: counts, ...MODEL }
      add(created, { ...data, time: { created, completed: created + 900 }, finish: 'stop' }, parts)
    }
  }
  database.exec('COMMIT')
  database.close()
}
