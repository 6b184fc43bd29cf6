import type { ProjectEvidence } from '../domain/project.ts'
import type { HookEvent } from '../domain/hook-event.ts'
import { presenceAfter } from '../domain/hook-event.ts'
import type { Session } from '../domain/session.ts'
import type { Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import { type IgnoreRules, ignoresPath, ignoresProject } from './ignore.ts'
import type { Fileless, KeepLines } from './keep.ts'
import { followLineage } from './lineage.ts'
import { takeHandoffs } from './take-handoffs.ts'
import { type SpooledEvent, readSpool, removeEvents, setEventAside } from '../spool/spool.ts'

/** What taking in works with. Everything that touches the outside is handed in. */
export interface TakeInSetup {
  store: Store
  sources: readonly Source[]
  folder: string
  ignore: IgnoreRules
  now(): number
  /** Whose work it is, for the log. */
  actor: string
  projectOf(cwd: string): Promise<ProjectEvidence | undefined>
  branchOf(cwd: string): Promise<string | null>
  /** The same text without secrets. */
  redact(text: string): Promise<string>
  /** What keeps lines of a conversation that lies in no file; loaded where there are some. */
  keeper(): Promise<KeepLines>
  /**
   * Called once, as soon as what was taken in can be read and before a power loss cannot take it back: the disk takes longer
   * than all else. Until then the events lie where they lay.
   */
  taken?(): Promise<void>
}

interface Told {
  spooled: SpooledEvent
  source: Source
  event: HookEvent
  place: Place
  /** What is kept of it where events are all that is known, without secrets. */
  line: object | undefined
}

/** What a working directory says. `ignored`: nothing of what is done there is kept. */
interface Place {
  projectId: string | null
  branch: string | null
  ignored: boolean
}

const NOWHERE: Place = { projectId: null, branch: null, ignored: false }

/**
 * Takes in what hooks left: sessions that began, what their agents are at, which process stands for which session. Each event
 * counts once, whoever else takes events in at the same time. Files that cannot be read are set aside and become problems.
 *
 * @returns how many events were taken in
 */
export async function takeIn(setup: TakeInSetup): Promise<number> {
  let count = 0
  const isKept = (agent: string) => setup.sources.some(({ id, hooks }) => id === agent && hooks?.kept !== undefined)
  for (;;) {
    const { events, damaged, more } = readSpool(setup.folder, setup.now(), isKept)
    const told = await understood(setup, events)
    // Loaded before, for a transaction awaits its store alone.
    const keepLines = told.some(({ line }) => line !== undefined) ? await setup.keeper() : undefined
    const isAnswered = setup.taken !== undefined && !more
    const work = async (tx: Store): Promise<void> => {
      const fresh = new Set(
        await tx.presence.take(
          events.map(({ name }) => name),
          setup.now(),
        ),
      )
      const kept = new Map<string, { told: Told; lines: object[] }>()
      for (const one of told.filter(({ spooled }) => fresh.has(spooled.name))) {
        const sessionId = await apply(tx, setup, one)
        if (sessionId === undefined || one.line === undefined) continue
        const lines = kept.get(sessionId)?.lines ?? []
        kept.set(sessionId, { told: one, lines: [...lines, one.line] })
      }
      for (const [sessionId, { told: one, lines }] of kept)
        await keepLines?.(tx, one.source.hooks!.kept!.read, filelessOf(one, sessionId), lines, setup.now())
      count += fresh.size
    }
    await setup.store.transaction(work, isAnswered ? 'bulk' : 'full')
    const names = events.map(({ name }) => name)
    if (isAnswered) {
      await setup.taken?.()
      await setup.store.presence.settle(names)
    }
    removeEvents(setup.folder, names)
    if (damaged.length > 0) {
      const at = new Date(setup.now()).toISOString()
      await setup.store.problems.add(
        damaged.map(({ name, agent, reason }) => ({
          agent: agent ?? 'hooks',
          path: `${setup.folder}/${name}`,
          line: null,
          reason,
          at,
        })),
      )
      for (const { name } of damaged) setEventAside(setup.folder, name)
    }
    if (!more || events.length + damaged.length === 0) return count
  }
}

/** Events we know, with what has to be asked outside a transaction. */
async function understood(setup: TakeInSetup, events: readonly SpooledEvent[]): Promise<Told[]> {
  const places = new Map<string, Place>()
  const told: Told[] = []
  for (const spooled of events) {
    const source = setup.sources.find(({ id }) => id === spooled.agent)
    const event = source?.hooks?.read(spooled.event, spooled.payload)
    if (!source || !event || setup.ignore.agents.includes(source.id)) continue
    if (event.about !== null) event.about = await setup.redact(event.about)
    if (event.cwd !== null && !places.has(event.cwd)) places.set(event.cwd, await placeOf(setup, event.cwd))
    const place = event.cwd === null ? NOWHERE : (places.get(event.cwd) ?? NOWHERE)
    if (!place.ignored) told.push({ spooled, source, event, place, line: await lineOf(setup, source, spooled) })
  }
  return told
}

async function lineOf(setup: TakeInSetup, source: Source, spooled: SpooledEvent): Promise<object | undefined> {
  const line = source.hooks?.kept?.line({ ...spooled, atMs: Math.min(spooled.atMs, setup.now()) })
  return line && (JSON.parse(await setup.redact(JSON.stringify(line))) as object)
}

/** Events of an agent without transcripts are its transcript. */
function filelessOf({ source, event }: Told, sessionId: string): Fileless {
  return { agent: source.id, refPrefix: source.refPrefix, externalId: event.externalId, sessionId }
}

async function placeOf({ store, ignore, projectOf, branchOf }: TakeInSetup, cwd: string): Promise<Place> {
  if (ignoresPath(ignore, cwd)) return { ...NOWHERE, ignored: true }
  const evidence = await projectOf(cwd)
  const project = evidence && (await store.projects.ensure(evidence))
  const ignored = project !== undefined && (project.ignoredAt !== null || ignoresProject(ignore, project))
  return { projectId: project?.id ?? null, branch: ignored ? null : await branchOf(cwd), ignored }
}

/** @returns the session it counts for; undefined for one that was deleted */
async function apply(tx: Store, setup: TakeInSetup, told: Told): Promise<string | undefined> {
  const { event, spooled } = told
  const known = await sessionOf(tx, told)
  if (known === undefined && (await tx.tombstones.has(told.source.id, event.externalId))) return undefined
  const session = known ?? (await begin(tx, setup, told))
  const atMs = Math.floor(Math.min(spooled.atMs, setup.now()))
  await tx.sessions.touch(session.id, atMs)
  // Its agent has come back: it goes on under the same id.
  if (session.status === 'expired' && event.kind !== 'end')
    await tx.sessions.update(session.id, { status: 'active', endedAt: null })
  const presence = presenceAfter(event)
  if (presence !== null) await tx.presence.note(session.id, presence, atMs, event.about)
  if (event.kind === 'subagent_start' && event.subagentId !== null)
    await tx.bindings.bind('agent', [event.subagentId], session.id, atMs, event.subagentId)
  if (event.kind === 'subagent_end' && event.subagentId !== null) await tx.bindings.unbind('agent', [event.subagentId])
  if (event.callId !== null) await noteCall(tx, event, event.callId, session.id, atMs)
  if (event.kind === 'start') await started(tx, setup, told, { session, isNew: known === undefined, atMs })
  if (event.kind === 'end' && event.reason !== 'clear' && spooled.processId !== null)
    await tx.bindings.unbind('process', [String(spooled.processId)])
  return session.id
}

/** A call that is about to be made is known to the tool server by its id; one that has ended is forgotten. */
async function noteCall(tx: Store, event: HookEvent, callId: string, sessionId: string, atMs: number): Promise<void> {
  if (event.kind === 'tool') await tx.bindings.bind('call', [callId], sessionId, atMs, event.subagentId)
  else await tx.bindings.unbind('call', [callId])
}

async function sessionOf(tx: Store, { source, event }: Told): Promise<Session | undefined> {
  const found = await tx.sessions.resolve(event.externalId)
  return found.find(({ agent, externalId }) => agent === source.id && externalId === event.externalId)
}

/** The transcript joins it by the agent's id, whenever that is read. */
async function begin(tx: Store, { actor }: TakeInSetup, { source, event, spooled, place }: Told): Promise<Session> {
  return tx.sessions.create({
    agent: source.id,
    externalId: event.externalId,
    refPrefix: source.refPrefix,
    channel: 'hook',
    userId: actor,
    projectId: place.projectId,
    cwd: event.cwd,
    gitBranch: place.branch,
    startedAtMs: Math.floor(spooled.atMs),
  })
}

interface Start {
  session: Session
  /** Nothing was known of it before. */
  isNew: boolean
  atMs: number
}

async function started(
  tx: Store,
  setup: TakeInSetup,
  { spooled, event }: Told,
  { session, isNew, atMs }: Start,
): Promise<void> {
  await tx.sessions.assignKey(session.id)
  const at = new Date(atMs).toISOString()
  const when = { at, nowMs: setup.now(), actor: setup.actor }
  if (event.reason !== 'compact') {
    const payload = { channel: 'hook', reason: event.reason }
    const action = 'session.started'
    await tx.activities.append({ sessionId: session.id, at, actor: setup.actor, action, target: session.id, payload })
  }
  if (event.reason === 'resume' || event.reason === 'compact')
    await takeHandoffs(tx, { sessionId: session.id }, { ...when, sessionId: session.id })
  if (spooled.processId === null) return
  const process = String(spooled.processId)
  const [bound] = await tx.bindings.find('process', [process])
  // A new process may have an old one's number; and a session that is taken up again stands where it stood.
  const goesOn = event.reason === 'clear' || (isNew && event.reason !== 'startup')
  if (goesOn && bound && bound.sessionId !== session.id) await followLineage(tx, bound.sessionId, session, when)
  await tx.bindings.bind('process', [process], session.id, atMs)
}
