import type { Random } from '../random.ts'
import { isOpen, pageOf, refuse, sessionOf, sessionSaid, statusNow, taking } from './model.ts'
import type { SessionModel } from './model.ts'
import { readTags, someSession, someTags, someText, someValue } from './step.ts'
import type { Kind } from './step.ts'

/** As a reply shows a session; `sessionSaid` says the same of the model. */
// oxlint-disable-next-line typescript/no-explicit-any -- replies come as they are
export function ofReply(view: any) {
  return {
    id: view.externalId,
    key: view.key,
    title: view.title,
    purpose: view.purpose,
    user: view.userId,
    tags: view.tags,
    facts: view.customMetadata,
    status: view.status,
    starred: view.starredAt !== null,
    archived: view.archivedAt !== null,
    startedAt: view.startedAt,
    lastAt: view.lastActivityAt,
    endedAt: view.endedAt,
    summary: view.summaryMarkdown,
    messages: view.messageCount,
    calls: view.invocationCount,
    failed: view.failedCount,
    toolMs: view.toolMs,
    activeMs: view.activeMs,
    stack: view.stack.map(({ ref }: { ref: string }) => ref),
    optedOut: view.optedOut,
  }
}

const USERS = ['ada', 'bo', 'Çelik'] as const

const create: Kind = {
  weight: 3,
  make(model, random) {
    const known = model.sessions.length > 0 && random.chance(0.05)
    const wrong = ['../up', 'SESSION-001', '17', 'con', 'a/b', 'nul.txt']
    const id = known
      ? random.pick(model.sessions).id.toUpperCase()
      : random.chance(0.05)
        ? random.pick(wrong)
        : `run-${String(model.nextKey).padStart(5, '0')}`
    return {
      id,
      ...(random.chance(0.7) && { purpose: someText(random) }),
      ...(random.chance(0.3) && { title: someText(random, 2) }),
      ...(random.chance(0.6) && { userId: random.pick(USERS) }),
      ...(random.chance(0.6) && { tags: someTags(random) }),
      ...(random.chance(0.4) && { customMetadata: { team: someText(random, 1), nested: someValue(random) } }),
    }
  },
  expect(model, { id, purpose, title, userId = 'ada', tags = [], customMetadata = {} }) {
    if (!/^run-\d+$/i.test(id)) refuse('invalid')
    if (model.sessions.some((one) => one.id.toLowerCase() === id.toLowerCase())) refuse('conflict')
    const line = (text: string): string => text.replaceAll(/\s+/g, ' ')
    const session: SessionModel = {
      id,
      number: model.nextKey++,
      title: title === undefined ? (purpose === undefined ? null : line(purpose)) : line(title),
      purpose: purpose ?? null,
      user: userId,
      tags: readTags(tags),
      facts: customMetadata,
      status: 'active',
      starred: false,
      archived: false,
      startedMs: model.nowMs,
      lastMs: model.nowMs,
      endedMs: null,
      summary: null,
      told: [],
      data: [],
      notes: [],
      stack: [],
      optedOut: false,
      changes: [],
    }
    model.sessions.push(session)
    return sessionSaid(model, session)
  },
  said: ofReply,
}

const update: Kind = {
  weight: 6,
  make: (model, random) => ({
    session: someSession(model, random),
    ...(random.chance(0.5) && { purpose: someText(random) }),
    ...(random.chance(0.4) && { tags: random.chance(0.1) ? [] : someTags(random) }),
    ...(random.chance(0.5) && { customMetadata: { [random.pick(['team', 'page', 'nested'])]: someValue(random) } }),
  }),
  expect(model, { session: id, purpose, tags, customMetadata }) {
    const session = sessionOf(model, id)
    if (purpose === undefined && tags === undefined && customMetadata === undefined) refuse('invalid')
    if (purpose !== undefined) session.purpose = purpose
    if (tags !== undefined) session.tags = readTags(tags)
    session.facts = { ...session.facts, ...customMetadata }
    session.lastMs = model.nowMs
    return sessionSaid(model, session)
  },
  said: ofReply,
}

const complete: Kind = {
  weight: 1.2,
  make: (model, random) => ({
    session: someSession(model, random),
    status: random.pick(['completed', 'failed', 'abandoned']),
    ...(random.chance(0.5) && { summary: someText(random) }),
  }),
  expect(model, { session: id, status, summary }) {
    sessionOf(model, id)
    const session = taking(model, id)
    Object.assign(session, { status, endedMs: model.nowMs })
    if (summary !== undefined) session.summary = summary
    return sessionSaid(model, session)
  },
  said: ofReply,
}

const pause: Kind = {
  weight: 1,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect(model, { session: id }) {
    const session = sessionOf(model, id)
    if (!isOpen(session)) refuse('conflict')
    session.lastMs = model.nowMs
    if (session.status === 'paused') refuse('conflict')
    session.status = 'paused'
    return session.stack.map(({ ref }) => ref)
  },
  said: ({ stack }) => stack.map(({ ref }: { ref: string }) => ref),
}

const resume: Kind = {
  weight: 2,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect(model, { session: id }) {
    const session = sessionOf(model, id)
    const reopened = session.endedMs !== null || statusNow(model, session) === 'expired'
    Object.assign(session, { status: 'active', endedMs: null, lastMs: model.nowMs })
    return { reopened, stack: session.stack.map(({ ref }) => ref) }
  },
  said: ({ reopened, stack }) => ({ reopened, stack: stack.map(({ ref }: { ref: string }) => ref) }),
}

const remove: Kind = {
  weight: 1.5,
  make(model, random) {
    const { sessions } = model
    if (sessions.length < 40 && !random.chance(0.2)) return undefined
    return { sessions: [random.pick(sessions)?.id ?? 'run-nowhere'], rehearse: random.chance(0.2) }
  },
  expect(model, { sessions: [id], rehearse }) {
    const session = sessionOf(model, id)
    if (rehearse) return { deleted: false, total: 1 }
    model.sessions = model.sessions.filter((one) => one !== session)
    model.links = model.links.filter((link) => link.session !== session)
    model.ticketNotes = model.ticketNotes.filter((note) => note.session !== session)
    return { deleted: true, total: 1 }
  },
  said: ({ deleted, total }) => ({ deleted, total }),
}

/** A mark on a session: what it is afterwards, and whether it was so before. */
function mark(
  change: (session: SessionModel, input: Record<string, unknown>) => boolean,
  more: (random: Random) => Record<string, unknown> = () => ({}),
  several = true,
): Kind {
  return {
    weight: 1,
    make(model, random) {
      const id = someSession(model, random)
      return several ? { sessions: [id] } : { session: id, ...more(random) }
    },
    expect(model, input) {
      const session = sessionOf(model, input.session ?? input.sessions[0])
      const changed = change(session, input)
      return { changed, ...sessionSaid(model, session) }
    },
    said: ({ changed, items: [view] }) => ({ changed: changed.length > 0, ...ofReply(view) }),
  }
}

function flagged(name: 'starred' | 'archived', value: boolean): Kind {
  return mark((session) => {
    const changed = session[name] !== value
    session[name] = value
    return changed
  })
}

const tag = mark(
  (session, { tags }) => {
    const all = [...new Set([...session.tags, ...readTags(tags as string[])])]
    const changed = all.length > session.tags.length
    session.tags = all
    return changed
  },
  (random) => ({ tags: someTags(random) }),
  false,
)

const untag = mark(
  (session, { tags }) => {
    const gone = readTags(tags as string[])
    const left = session.tags.filter((one) => !gone.includes(one))
    const changed = left.length < session.tags.length
    session.tags = left
    return changed
  },
  (random) => ({ tags: someTags(random) }),
  false,
)

const rename = mark(
  (session, { title }) => {
    session.title = (title as string).replaceAll(/\s+/g, ' ')
    return true
  },
  (random) => ({ title: someText(random, 3) }),
  false,
)

const show: Kind = {
  weight: 3,
  make: (model, random) => ({ session: someSession(model, random) }),
  expect(model, { session: id }) {
    const session = sessionOf(model, id)
    const tools = session.told.flatMap(({ tool, role }) => (role === 'call' ? [tool] : []))
    return { ...sessionSaid(model, session), notes: session.notes.toReversed(), tools: [...new Set(tools)] }
  },
  said: (reply) => ({
    ...ofReply(reply),
    notes: reply.notes.map(({ text }: { text: string }) => text),
    tools: reply.toolsUsed,
  }),
}

const list: Kind = {
  weight: 5,
  make: (_, random) => ({
    ...(random.chance(0.4) && {
      status: random.pick(['active', 'paused', 'completed', 'failed', 'abandoned', 'expired', 'archived']),
    }),
    ...(random.chance(0.5) && { tag: someTags(random, 2), allTags: random.chance(0.5) }),
    ...(random.chance(0.2) && { user: random.pick(USERS) }),
    ...(random.chance(0.1) && { starred: true }),
    ...(random.chance(0.3) && { archived: true }),
    sort: random.pick(['last', 'started']),
    limit: random.int(1, 20),
    offset: random.chance(0.5) ? 0 : random.int(0, 15),
  }),
  expect(model, { status, tag: words, allTags, user, starred, archived, sort, limit, offset }) {
    const tags = words && readTags(words)
    const fits = (session: SessionModel): boolean =>
      (status === undefined || (status === 'archived' ? session.archived : statusNow(model, session) === status)) &&
      (tags === undefined ||
        (allTags
          ? tags.every((one: string) => session.tags.includes(one))
          : tags.some((one: string) => session.tags.includes(one)))) &&
      (user === undefined || session.user === user) &&
      (starred !== true || session.starred) &&
      (archived === true || status === 'archived' || !session.archived)
    const key = sort === 'last' ? 'lastMs' : 'startedMs'
    const found = model.sessions.filter(fits).toSorted((a, b) => b[key] - a[key])
    return pageOf(found, { limit, offset }, ({ id }) => id)
  },
  said: ({ total, items }) => ({ total, items: items.map(({ externalId }: { externalId: string }) => externalId) }),
}

export const SESSION_KINDS: Record<string, Kind> = {
  'session.create': create,
  'session.update': update,
  'session.complete': complete,
  'session.pause': pause,
  'session.resume': resume,
  'session.delete': remove,
  'session.star': flagged('starred', true),
  'session.unstar': flagged('starred', false),
  'session.archive': flagged('archived', true),
  'session.unarchive': flagged('archived', false),
  'session.tag': tag,
  'session.untag': untag,
  'session.rename': rename,
  'session.show': show,
  'session.list': list,
}
