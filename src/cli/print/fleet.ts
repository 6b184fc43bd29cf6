import { relative } from 'node:path'
import { formatTimeShort, formatWorkTime } from '../../domain/format.ts'
import type { Presence } from '../../domain/session.ts'
import type { Fleet, FleetMember } from '../../operations/fleet.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { type Text, dots, meta, ok, plain, subject, textWidth, warn } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { money, printCostFoot, printDemoMark, sessionName, shortHome } from './common.ts'

const STATES: Readonly<Record<Presence, Text>> = {
  awaiting_approval: warn('! waiting'),
  awaiting_input: warn('! waiting'),
  working: ok('● working'),
  idle: '○ idle',
  gone: meta('– ended'),
}

/** `daybook fleet`. */
export function printFleet(view: View, fleet: Fleet): void {
  const { out } = view
  const { items, live, needYou, warnings, today } = fleet
  if (!out.terminal) {
    printTable(out, columns(view), items)
    return
  }
  printDemoMark(view)
  const need = needYou > 0 && warn(needYou === 1 ? '1 needs you' : `${needYou} need you`)
  const now = live === 0 ? 'Nobody is at work.' : dots(subject(`${live} live`), need)
  const sum =
    today.activeMs === 0 && today.usage.responses === 0
      ? 'nothing recorded today'
      : dots(`today ${formatWorkTime(today.activeMs)}`, money(today.usage))
  const gap = out.columns - textWidth(now) - textWidth(sum)
  out.line(now, ' '.repeat(Math.max(3, gap)), meta(plain(sum)))
  if (items.length > 0) printTable(out, columns(view), items, { header: false })
  for (const { kind, what, sessions } of warnings) {
    const names = sessions.map(sessionName)
    const who = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
    const text = kind === 'ticket' ? `${who} are both on ${what}` : `${who} both changed ${what} within 1h`
    out.prose(names.length > 2 ? text.replace(' both ', ' all ') : text, { first: warn('warning: '), indent: 9 })
  }
  printCostFoot(view, today.usage, 'daybook usage daily')
  printNext(view, nextOf(items))
}

function nextOf([first]: readonly FleetMember[]): [string, string][] {
  if (!first) {
    return [
      ['daybook start', 'work by hand'],
      ['daybook session list', 'what was there before'],
    ]
  }
  const name = sessionName(first)
  const messages = `daybook session messages ${name} --newest`
  if (first.presence === 'gone')
    return [
      [messages, 'how far it came'],
      [`daybook resume ${name}`, 'go on with it'],
    ]
  return [
    [messages, first.needsYou ? 'what it wants to know' : 'what it is at'],
    [`daybook session show ${name}`, 'all of it'],
  ]
}

function columns(view: View): Column<FleetMember>[] {
  return [
    {
      header: '',
      cell: ({ presence }) => STATES[presence],
      pipe: { header: 'PRESENCE', value: ({ presence }) => presence },
    },
    { header: '', cell: (member) => subject(sessionName(member)), pipe: { header: 'SESSION', value: sessionName } },
    {
      header: '',
      cell: ({ agent }) => view.agentName(agent),
      drop: true,
      pipe: { header: 'AGENT', value: ({ agent }) => agent },
    },
    {
      header: '',
      cell: ({ ticket, association }) => ticket?.ref ?? (association === 'opted_out' ? 'none' : '–'),
      pipe: { header: 'TICKET', value: ({ ticket }) => ticket?.ref ?? null },
    },
    {
      header: '',
      cell: (member) => placeOf(view, member),
      shrink: 8,
      comfort: 14,
      pipe: { header: 'WORKTREE', value: ({ worktree }) => worktree },
    },
    { header: 'BRANCH', pipeOnly: true, cell: ({ branch }) => branch ?? '' },
    {
      header: '',
      cell: about,
      shrink: 8,
      comfort: 16,
      pipe: { header: 'ABOUT', value: (member) => member.about },
    },
    { header: 'EVIDENCE', pipeOnly: true, cell: ({ evidence }) => evidence },
    {
      header: '',
      align: 'right',
      cell: ({ since }) => formatTimeShort(Date.parse(since), view.nowMs, view.timezone),
      pipe: { header: 'SINCE', value: ({ since }) => since },
    },
  ]
}

function about({ presence, about: what, evidence }: FleetMember): Text {
  const asked = presence === 'awaiting_approval' ? `asks: ${what ?? 'permission'}` : what
  const said = presence === 'awaiting_input' ? 'waits for an answer' : presence === 'idle' ? '' : (asked ?? '')
  return dots(said, evidence === 'inferred' && meta('inferred'))
}

/** As one would go there from here: `.`, `../tide-limit`; a branch where it is here. */
function placeOf(view: View, { worktree, branch }: FleetMember): string {
  if (worktree === null) return '–'
  const way = relative(view.cwd, worktree) || '.'
  const place = way.startsWith('../..') ? shortHome(view, worktree) : way
  return /^[./]+$/.test(place) && branch !== null ? `${place} (${branch})` : place
}
