import { iso, pageOf, refuse, sessionOf, sessionSaid, taking } from './model.ts'
import type { SessionModel, Told } from './model.ts'
import { ofReply } from './session-kinds.ts'
import { someSession, someText, someValue } from './step.ts'
import type { Kind } from './step.ts'

const message: Kind = {
  weight: 22,
  make: (model, random) => ({
    session: someSession(model, random),
    role: random.pick(['user', 'assistant', 'user', 'assistant', 'tool']),
    content: random.chance(0.01) ? someText(random).repeat(4000) : someText(random, 12),
    ...(random.chance(0.1) && { toolName: 'fetch', invocation: 'c-1' }),
  }),
  expect(model, { session: id, role, content }) {
    sessionOf(model, id)
    const session = taking(model, id)
    session.told.push({ atMs: model.nowMs, role, text: content })
    return { ...sessionSaid(model, session), role, content, at: iso(model.nowMs) }
  },
  said: ({ session, message: { role, content, at } }) => ({ ...ofReply(session), role, content, at }),
}

const TOOLS = ['fetch', 'parse', 'plot.tide', 'été'] as const

const link: Kind = {
  weight: 10,
  make: (model, random) => ({
    session: someSession(model, random),
    invocation: random.chance(0.1) ? 'c-1' : `c-${random.int(1, 1_000_000)}`,
    tool: random.pick(TOOLS),
    ...(random.chance(0.8) && { durationMs: random.int(0, 90_000) }),
    ...(random.chance(0.3) && { outcome: random.pick(['ok', 'error']) }),
    ...(random.chance(0.3) && { input: someValue(random) }),
    ...(random.chance(0.3) && { output: someText(random) }),
  }),
  expect(model, { session: id, invocation, tool, durationMs, outcome, output }) {
    sessionOf(model, id)
    const session = taking(model, id)
    const known = callsOf(session).some(({ text }) => text === invocation)
    // It began when it was linked, so one that has ended took no time.
    const tookMs = durationMs ?? (outcome === undefined && output === undefined ? undefined : 0)
    const told: Told = { atMs: model.nowMs, role: 'call', text: invocation, tool, durationMs: tookMs }
    if (!known) session.told.push({ ...told, failed: outcome === 'error' })
    const tools = [...new Set(callsOf(session).map((call) => call.tool))]
    return { ...sessionSaid(model, session), linked: !known, tools }
  },
  said: ({ session, linked, toolsUsed: tools }) => ({ ...ofReply(session), linked, tools }),
}

function callsOf({ told }: SessionModel): Told[] {
  return told.filter(({ role }) => role === 'call')
}

const messages: Kind = {
  weight: 5,
  make: (model, random) => ({
    session: someSession(model, random),
    type: ['message'],
    newest: random.chance(0.5),
    limit: random.int(1, 30),
    ...(random.chance(0.3) && { offset: random.int(0, 10) }),
    ...(random.chance(0.3) && { role: [random.pick(['user', 'assistant', 'tool'])] }),
  }),
  expect(model, { session: id, role: [role] = [], newest, limit, offset }) {
    const all = sessionOf(model, id).told.filter((one) => one.role !== 'call' && (!role || one.role === role))
    const ordered = newest ? all.toReversed() : all
    return pageOf(ordered, { limit, offset }, (one) => `${iso(one.atMs)} ${one.role}: ${one.text}`)
  },
  said: ({ total, items }) => ({
    total,
    items: items.map(
      ({ at, role, content }: { at: string; role: string; content: { text: string } }) =>
        `${at} ${role}: ${content.text}`,
    ),
  }),
}

const invocations: Kind = {
  weight: 3,
  make: (model, random) => ({ session: someSession(model, random), limit: random.int(1, 20) }),
  expect(model, { session: id, limit }) {
    return pageOf(callsOf(sessionOf(model, id)), { limit }, ({ text, tool, durationMs }) =>
      JSON.stringify([text, tool, durationMs ?? null]),
    )
  },
  said: ({ total, items }) => ({
    total,
    items: items.map(({ callId, tool, durationMs }: { callId: string; tool: string; durationMs: number | null }) =>
      JSON.stringify([callId, tool, durationMs]),
    ),
  }),
}

const NAMES = ['page', 'cursor', 'Page', 'état', 'a b'] as const
const byName = (a: [string, unknown], b: [string, unknown]): number =>
  Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0]))

const setData: Kind = {
  weight: 5,
  make: (model, random) => ({
    session: someSession(model, random),
    name: random.pick(NAMES),
    value: someValue(random),
  }),
  expect(model, { session: id, name, value }) {
    sessionOf(model, id)
    const session = taking(model, id)
    session.data = [...session.data.filter(([known]) => known !== name), [name, value]]
    return { name, value }
  },
  said: ({ name, value }) => ({ name, value }),
}

const getData: Kind = {
  weight: 2,
  make: (model, random) => ({ session: someSession(model, random), name: random.pick(NAMES) }),
  expect(model, { session: id, name }) {
    const found = sessionOf(model, id).data.find(([known]) => known === name)
    return found ? found[1] : refuse('not_found')
  },
  said: ({ value }) => value,
}

const listData: Kind = {
  weight: 2,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect: (model, { session: id }) => sessionOf(model, id).data.toSorted(byName),
  said: ({ items }) => items.map(({ name, value }: { name: string; value: unknown }) => [name, value]),
}

const deleteData: Kind = {
  weight: 1.5,
  make: (model, random) => ({ session: someSession(model, random), name: random.pick(NAMES) }),
  expect(model, { session: id, name }) {
    const session = sessionOf(model, id)
    const left = session.data.filter(([known]) => known !== name)
    const removed = session.data.length - left.length
    session.data = left
    return removed
  },
  said: ({ removed }) => removed,
}

const clearData: Kind = {
  weight: 0.3,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect(model, { session: id }) {
    const session = sessionOf(model, id)
    const removed = session.data.length
    session.data = []
    return removed
  },
  said: ({ removed }) => removed,
}

const note: Kind = {
  weight: 3,
  make: (model, random) => ({ session: someSession(model, random), text: someText(random) }),
  expect(model, { session: id, text }) {
    sessionOf(model, id).notes.push(text)
    return text
  },
  said: ({ text }) => text,
}

const notes: Kind = {
  weight: 1,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect(model, { session: id }) {
    const all = sessionOf(model, id).notes.toReversed()
    return { total: all.length, items: all.slice(0, 50) }
  },
  said: ({ total, items }) => ({ total, items: items.map(({ text }: { text: string }) => text) }),
}

/** Which note is said by its words: each store has numbers of its own. */
const unnote: Kind = {
  weight: 1,
  make(model, random) {
    const noted = model.sessions.filter((session) => session.notes.length > 0)
    return noted.length === 0 ? undefined : { note: random.pick(random.pick(noted).notes) }
  },
  expect(model, { note: text }) {
    const session = model.sessions.find((one) => one.notes.includes(text)) ?? refuse('not_found')
    session.notes.splice(session.notes.indexOf(text), 1)
    return text
  },
  said: ({ text }) => text,
}

export const TELLING_KINDS: Record<string, Kind> = {
  'session.message': message,
  'session.link': link,
  'session.messages': messages,
  'session.invocations': invocations,
  'session.data.set': setData,
  'session.data.get': getData,
  'session.data.list': listData,
  'session.data.delete': deleteData,
  'session.data.clear': clearData,
  'session.note': note,
  'session.notes': notes,
  'session.unnote': unnote,
}
