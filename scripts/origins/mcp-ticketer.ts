import { type Origin, rowsOf } from './origin.ts'

/** A ticket server that tied each tool call to the ticket it is for. */
export const MCP_TICKETER: Origin = {
  id: 'mcp-ticketer',
  name: 'mcp-ticketer',
  what: 'a ticket server that knew which ticket a work session is for',
  letter: 'M',
  count: 49,
  rows: rowsOf(`
M1 | The state of a session: id, ticket, opted out, last activity | SessionState | \`daybook info\`, \`get_session_info\`
M2 | The state is written as plain JSON | to_dict() | \`.daybook/session.json\`
M3 | It is read back, with fields missing | from_dict() | the pointer file is read on the next call
M4 | It can be told whether it has expired | is_expired() | \`expires_at\` of \`get_session_info\`
M5 | Activity is marked | touch() | every call of a session marks it
M6 | A session is loaded, or made where there is none | load_session() | \`daybook info\`
M7 | A session is kept over processes | save_session() | the store and \`.daybook/session.json\`
M8 | A session is put away | clear_session() | deleting \`.daybook/session.json\`, or \`daybook end\`
M9 | The current ticket is asked for | get_current_ticket() | \`daybook attach --status\`
M10 | The current ticket is set, which ends an opt-out | set_current_ticket() | \`daybook attach T-1\`
M11 | No ticket is wanted | opt_out_ticket() | \`daybook attach --none\`
M12 | The first call that needs a session makes one | automatic | the first call that changes something
M13 | A session expires after 30 minutes without activity | 30 minutes | \`idle_minutes\`, 30
M14 | Every call renews it | touch on load | every call, reading ones too
M15 | Each session has its own id; an expired one is replaced | UUID | UUIDv7, and a key
M16 | Opting out and association end with the session | per session | per session
M17 | State: associated | Associated | attached
M18 | State: opted out | Opted out | opted out
M19 | State: nobody said | No association | undecided
M20 | A ticket is attached; the id is required | attach_ticket(action="set") | \`attach_ticket\`, \`daybook attach T-1\`
M21 | The association is removed | attach_ticket(action="clear") | \`attach_ticket\`, \`daybook attach --clear\`
M22 | This work is for no ticket | attach_ticket(action="none") | \`attach_ticket\`, \`daybook attach --none\`
M23 | The association is reported | attach_ticket(action="status") | \`attach_ticket\`, \`daybook attach --status\`
M24 | The reply has success, message, ticket, session, opt-out | reply of attach_ticket | the same fields, and more
M25 | Guidance comes with the state | guidance | \`guidance\` while undecided
M26 | The session is described, with its timeout | get_session_info() | \`get_session_info\`, \`daybook info\`
M27 | A parent given with a new ticket wins | ticket_create(parent_epic) | \`ticket_create\`
M28 | After an opt-out a ticket is created without parent | opted out | \`ticket_create\`
M29 | The attached ticket becomes the parent | session ticket | \`ticket_create\`: the deepest frame that may hold it
M30 | While undecided no ticket is created, and the reply asks | requires_ticket_association | \`ticket_create\`, the same fields
M31 | A ticket needs a title and nothing else | ticket_create(title) | \`ticket_create\`, \`daybook ticket create\`
M32 | A small JSON file in the project | .mcp-ticketer/session.json | \`.daybook/session.json\`
M33 | It holds id, ticket, opt-out, last activity | keys of the file | the same keys; \`opted_out\`
M34 | A damaged file breaks nothing | new session | set aside as \`session.json.damaged\`
M35 | Deleting the file resets | delete it | the same, for a session made by a first call
M36 | Timestamps keep themselves | last_activity | \`last_activity\`, UTC
M37 | Nothing to configure; tools register themselves | server | \`daybook mcp\`
M38 | A page: how it works, practice, troubleshooting | docs | [how to come from it](origins/mcp-ticketer.md)
M39 | Tests of each part of it | 14 tests | the tests of these numbers
M40 | What worked before works without it | additive | history is read with no session started
M41 | Several tickets at once | planned | a stack of frames: \`daybook context show\`
M42 | Trackers apart from each other | planned | \`tracker\` of \`attach_ticket\`
M43 | A history of associations | planned | \`daybook context history\`, \`daybook activity list\`
M44 | The timeout can be set | planned | \`idle_minutes\` in [configuration](configuration.md)
M45 | Sessions follow a project that moves | planned | \`daybook project move\`
M46 | Practice: associate at the start | advice | \`daybook start --ticket T-1\`
M47 | Practice: ask for the state | advice | \`daybook status\`
M48 | Practice: opt out knowingly | advice | \`daybook attach --none\`, told apart from nobody said
M49 | Practice: go from one ticket to the next | advice | \`daybook attach T-2\`, each with its own time
`),
}
