import { type Origin, rowsOf } from './origin.ts'

/** A work orchestrator whose sessions stood on a stack of sprint and task. */
export const FRAGMENTS: Origin = {
  id: 'fragments-engine',
  name: 'Fragments Engine',
  what: 'a work orchestrator with sprints, tasks, a context stack and validation',
  letter: 'F',
  count: 67,
  rows: rowsOf(`
F1 | A session’s times, stack and active ticket | work_sessions | \`daybook session show 1 --json\`
F2 | Every switch of context is kept | session_context_history | \`daybook context history\`
F3 | Everything done is logged | session_activities | \`daybook activity list\`
F4 | Sessions with their relations and computed figures | models | parent, tickets and durations of \`daybook session show 1\`
F5 | A session starts with the next key | startSession | \`daybook start\`: SESSION-001, SESSION-002
F6 | A session ends, with validation | endSession | \`daybook end\`, \`--strict\`
F7 | A session pauses | pauseSession | \`daybook pause\`
F8 | A session resumes, its pause not counted | resumeSession | \`daybook resume\`
F9 | A context is pushed | pushContext | \`daybook task activate T-4\`
F10 | A context is popped | popContext | \`daybook context pop\`
F11 | The active context is asked for | getActiveContext | \`daybook context show\`
F12 | An activity is logged | logActivity | \`daybook log\`
F13 | Is it complete? | validateCompletion | \`validate_completion\`, \`daybook check\`
F14 | A stack with push and pop | SessionContextStack | \`daybook context show\`
F15 | The current frame, of a kind too | getCurrent | \`daybook context pop sprint\`, \`current\`
F16 | The stack as it is | getStack | \`daybook context show --json\`
F17 | Does the stack have this? | has | what is on it is not pushed again
F18 | All frames | getAll | \`daybook context show --json\`
F19 | How many frames | count | \`daybook context show --json\`
F20 | The stack is emptied | clear | \`daybook context clear\`
F21 | The start says key and next steps | /session-start | \`daybook start\`
F22 | The end says duration, tickets, artifacts, warnings | /session-end | \`daybook end\`
F23 | Status: key, kind, time, stack, last five activities | /session-status | \`daybook status\`
F24 | A sprint by number, with its figures | /sprint-activate | \`daybook sprint activate 1\`
F25 | A task: in progress, with details | /task-activate | \`daybook task activate T-4\`
F26 | Off a task, with a summary or complete | /task-deactivate | \`daybook task deactivate\`
F27 | Updates and notes without an id | /update, /note | \`daybook update\`, \`daybook note\`
F28 | A task needs a summary | checkSummary | \`daybook check\`
F29 | Two updates are expected | checkContext | \`daybook check\`
F30 | Open subtasks stand in the way | checkSubtasks | \`daybook task deactivate --complete\`
F31 | Time against estimate | checkTimeTracking | \`daybook check\`
F32 | A checklist | generateChecklist | \`checklist\`
F33 | valid, errors, warnings, requirements, details | result | the same fields
F34 | A sprint’s tasks must be done | checkTasks | \`daybook check\`
F35 | A sprint wants notes | checkSummary | \`daybook check\`
F36 | A sprint’s checklist | checklist | \`checklist\`
F37 | Errors block, warnings advise | errors, warnings | exit 5 and nothing changed; warnings stand beside
F38 | What is missing is asked for | prompts | requirements in the reply
F39 | Session tools for agents | nine tools | \`session_start\`, \`session_end\`, \`session_status\`, \`sprint_activate\`, \`task_activate\`, \`task_deactivate\` and others
F40 | Any tool takes a session | session_key | \`session\`, \`session_id\` or \`session_key\`
F41 | The clock runs with activation | time tracking | time on a ticket while it is current
F42 | Time is compared with the estimate | compareEstimateToActual | \`daybook report\`
F43 | A large difference is named | suggestions | \`daybook check\`, \`daybook report\`
F44 | The session is kept over terminals | ~/.fragments/session | \`~/.daybook/session\`
F45 | A new terminal takes it up | auto-resume | the first command there
F46 | Suggestions at the start | interactive | what may be resumed and what to do next, at \`daybook start\`
F47 | A summary at the end | on exit | \`daybook end\`
F48 | A header names the session | X-Session-Key | \`X-Session-Key\`
F49 | The session is loaded into a request | middleware | the caller of each request
F50 | The active context goes into commands | middleware | \`daybook note\`, \`daybook update\` over HTTP
F51 | Sessions over HTTP | CRUD endpoints | \`/v1/session\`
F52 | What to do next is built in one place | InstructionBuilder | \`instructions\` in each reply to a change
F53 | Every command has it | instructions | every change, on each face
F54 | A text for each case | templates | start, resume, recovery, activate, deactivate, update, invalid, end
F55 | As JSON, Markdown, terminal | formats | \`--json\`, a tool’s text, \`Next\` on the terminal
F56 | Keys for people | SESSION-001 | keys, numbers and refs
F57 | The stack is JSON | JSON array | \`stack\` in \`--json\`
F58 | The active ticket stands beside the stack | active_task_id | \`current\` in each reply
F59 | Everything is logged | audit trail | \`daybook activity list\`, \`daybook activity verify\`
F60 | Errors and warnings are two things | severity | warnings never change an exit code
F61 | Status follows the work | auto status | open -> in progress at \`daybook task activate T-4\`
F62 | Nothing is asked in the middle | prompts deferred | no question where nobody can answer
F63 | Set once, inherited below | scoping | a task keeps the sprint that holds it: \`daybook task activate T-4\`
F64 | The message says all that is missing at once | smart message | \`daybook check\`
F65 | Work is taken up after a crash | recovery | \`daybook resume\`
F66 | project, sprint, task | hierarchy | project > epic > sprint > task > subtask
F67 | Durations make themselves | automatic | active, wall and ticket time
`),
}
