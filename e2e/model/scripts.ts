import type { Action } from './actions.ts'

/** One answer of the model. */
export interface Step {
  thought?: string
  text?: string
  actions: readonly Action[]
}

export const TICKET = 'T-1'
export const DECISION = 'We decided to keep the greeting a plain string.'
export const NEXT_STEP = 'Greet in the language of the caller'
export const COMMIT_SUBJECT = 'Add greet and correct the README'
export const FAILING = 'echo no greeting for nobody >&2; exit 3'
const PLAN = ['Write greet.js', 'Correct the README', 'Commit'] as const

/** A small piece of work, with something of everything that a record is asked for later. */
export const WORK: readonly Step[] = [
  {
    thought: 'First what is here, then the ticket.',
    text: 'I look at the repository and say what this is for.',
    actions: [
      { does: 'run', command: 'git status --short' },
      { does: 'ask', tool: 'attach_ticket', input: { action: 'set', ticket_id: TICKET } },
    ],
  },
  {
    text: 'Three steps.',
    actions: [{ does: 'plan', items: PLAN.map((text, at) => [text, at === 0 ? 'in_progress' : 'pending'] as const) }],
  },
  {
    actions: [
      { does: 'read', path: 'README.md' },
      { does: 'write', path: 'greet.js', text: 'export const greet = (name) => `Hello, ${name}!`\n' },
    ],
  },
  { actions: [{ does: 'edit', path: 'README.md', from: 'A smal demo.', to: 'A small demo.' }] },
  { text: DECISION, actions: [{ does: 'run', command: FAILING }] },
  { actions: [{ does: 'run', command: `git add -A && git commit -m '${COMMIT_SUBJECT}'` }] },
  { actions: [{ does: 'plan', items: PLAN.map((text) => [text, 'completed'] as const) }] },
  // Copilot CLI writes its events a moment late; a model that thinks takes longer.
  { actions: [{ does: 'run', command: 'sleep 2' }] },
  {
    actions: [
      {
        does: 'ask',
        tool: 'create_handoff',
        input: { current_state: 'Greeting works in English.', next_steps: [NEXT_STEP] },
      },
    ],
  },
  { thought: 'All is done.', text: 'Written, corrected, committed; the rest is handed on.', actions: [] },
]

/** Somebody starts an agent, to see what it knows. */
export const LOOK: readonly Step[] = [{ text: 'I have seen what there is.', actions: [] }]

/** What the next agent does: it takes over what is offered. */
export const TAKE_OVER: readonly Step[] = [
  { text: 'I take over what was left.', actions: [{ does: 'ask', tool: 'accept_handoff', input: {} }] },
  { text: 'Taken over.', actions: [] },
]
