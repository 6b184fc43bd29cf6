import { type Origin, rowsOf } from './origin.ts'

/** A daemon that kept the sessions of three agents and handed work over between them. */
export const GOBBY: Origin = {
  id: 'gobby',
  name: 'Gobby',
  what: 'a daemon that kept agents’ sessions and handed work from one to the next',
  letter: 'G',
  count: 47,
  rows: rowsOf(`
G1 | Sessions are stored | session storage | the [store](store.md)
G2 | Sessions are found, listed and changed in one place | LocalSessionManager | the catalogue of [operations](operations.md)
G3 | A command line | gobby session | \`daybook session\`
G4 | Messages are stored | session_messages | entries: \`daybook session messages 1\`
G5 | Tools read messages | message tools | \`get_session_messages\`, \`search_messages\`
G6 | Transcripts are analysed | TranscriptAnalyzer | files, plans, commits, calls of \`daybook session show 1\`
G7 | A handoff is made from a transcript | extract_handoff_context | \`daybook session handoff\`
G8 | A session lives through states | lifecycle | active, paused, ended; \`daybook pause\`, \`daybook resume\`
G9 | Messages are followed and broadcast | WebSocket | \`/v1/ws\`
G10 | Sessions are listed by project, status, source | gobby session list | \`daybook session list --project tidewatch --source claude --limit 5\`
G11 | One session is shown | gobby session show | \`daybook session show 1\`
G12 | Messages are paged, by role | gobby session messages | \`daybook session messages 1 --role user --offset 1\`
G13 | Messages are searched | gobby session search | \`daybook session search tide --session 1\`
G14 | A session is deleted, after a question | gobby session delete | \`daybook session delete 1\`
G15 | Sessions are counted | gobby session stats | \`daybook session stats\`
G16 | A handoff from the command line | gobby session handoff | \`daybook session handoff\`
G17 | Tools of another server through one call | call_tool(server) | \`call_tool\` with \`daybook-sessions\`, \`daybook-tasks\`
G18 | Messages with their count | get_session_messages | \`get_session_messages\`
G19 | Search over all sessions | search_messages | \`search_messages\`
G20 | A session with its documented fields | get_session | \`get_session\`
G21 | The session the caller is in, or null | get_current_session | \`get_current_session\`
G22 | Sessions, filtered, with their count | list_sessions | \`list_sessions\`
G23 | Status words: active, paused, expired, archived, handoff_ready | status | the same words in every filter
G24 | Source words: claude, gemini, codex | source | the same words, beside \`agent\`
G25 | Counts by status and source | session_stats | \`session_stats\`
G26 | A handoff is made, with notes | create_handoff | \`create_handoff\`
G27 | The handoff has the active task | extraction | Active Ticket
G28 | The handoff has the todo list | extraction | Plan
G29 | The handoff has the files modified | extraction | Files Being Modified
G30 | The handoff has commits and git’s state | extraction | Commits This Session, Uncommitted Changes
G31 | The handoff has the first goal | extraction | Original Goal
G32 | The handoff has what was done last | extraction | Recent Activity
G33 | A handoff is read | get_handoff_context | \`get_handoff_context\`
G34 | Commits of a session | get_session_commits | \`get_session_commits\`, \`daybook session commits 1\`
G35 | Tickets of a session and sessions of a ticket | get_session_tasks, get_task_sessions | the same tools
G36 | Four faces over one store | CLI, MCP, HTTP, hooks | CLI, tools, HTTP and hooks over one catalogue
G37 | How far a transcript was read is kept | session_message_state | reading goes on where it stopped
G38 | One reader of git’s log | git-log helper | \`src/git/commits.ts\`
G39 | The registry gets its store handed in | injection | tools work over the context they are given
G40 | A handoff is injected at a session’s start | on_session_start | the start hook
G41 | A session knows the one before it | parent_session_id | parent and relation of \`daybook session show 1\`
G42 | Chains of sessions without a person | later phase | \`daybook continue 3 --with codex --chain --max 5\`: only when asked
G43 | Odd transcripts break nothing: empty todos, malformed blocks | tests | the sources’ own tests
G44 | Tests of the tools | tests | the tests of these numbers
G45 | A handoff from end to end | test | \`create_handoff\`, then \`accept_handoff\`
G46 | Four fifths of the code run in tests | coverage | \`npm test\` measures it and fails below
G47 | Guidance for agents | CLAUDE.md | [tools for agents](mcp.md)
`),
}
