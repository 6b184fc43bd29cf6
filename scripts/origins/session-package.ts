import { type Origin, rowsOf } from './origin.ts'

/** A Python package that kept what a tool framework did as sessions in files. */
export const SESSION_PACKAGE: Origin = {
  id: 'utils-session',
  name: 'utils/session',
  what: 'a Python package that kept a tool framework’s calls and conversations as sessions',
  letter: 'U',
  count: 51,
  rows: rowsOf(`
U1 | Sessions over all tools | overview | sessions of every agent in one list: \`daybook session list\`
U2 | Conversations: user, assistant, tool | conversation | \`daybook session messages 1\`
U3 | Purpose, tags, statistics, facts of one’s own | metadata | \`daybook session update 1 --custom-metadata team=north\`, tags, titles, notes
U4 | Exchangeable storage | backends | SQLite, memory, PostgreSQL, files
U5 | Sessions beside the tools’ own history | parallel hierarchies | agents’ files stay as they are; \`daybook restore\` writes them again
U6 | Sessions by user, status, tags | query | \`daybook session list --tag tides\`
U7 | One folder for a session | metadata.json | \`daybook export\`: the \`.sessions\` tree
U8 | Links to what was called | invocations/ | \`daybook export\`: the \`.sessions\` tree
U9 | The conversation as lines | conversation.jsonl | \`daybook export\`: the \`.sessions\` tree
U10 | A list of calls | invocations.json | \`daybook export\`: the \`.sessions\` tree
U11 | The record of a call names its session | record.jsonl | \`.history\`
U12 | A session | Session | \`daybook session show 1\`
U13 | A session’s figures: time, calls, tools, cost, tokens | SessionMetadata | \`daybook session show 1 --json\`
U14 | A message: role, text, time, tool, call | ConversationMessage | \`daybook session messages 1 --json\`
U15 | active, completed, failed, abandoned | SessionStatus | the same words; \`daybook end --status failed\`
U16 | One interface for all storage | SessionStorage | \`Store\` in \`src/stores/store.ts\`, and a suite each passes
U17 | Files | FileSystemSessionStorage | the filesystem store
U18 | Memory | MemorySessionStorage | SQLite on \`:memory:\`
U19 | A session is created | create_session | \`create_session\`, \`daybook session create\`
U20 | A session is fetched, or nothing | get_session | \`get_session\`
U21 | A call is linked to a session | link_invocation | \`link_invocation\`
U22 | A message is added | add_conversation_message | \`add_conversation_message\`
U23 | Purpose, tags and facts are changed | update_session_metadata | \`update_session_metadata\`, \`daybook session update\`
U24 | A session is completed, as failed too | complete_session | \`complete_session\`, \`daybook session complete 1 --status failed\`
U25 | Sessions are listed; filters combine | list_sessions | \`daybook session list --user ada --tag tides\`
U26 | A session is deleted for good | delete_session | \`daybook session delete 1\`
U27 | Old sessions are cleaned up | cleanup_old_sessions | \`daybook session cleanup\`
U28 | A session’s statistics | get_session_statistics | \`get_session_statistics\`, \`daybook session stats 1\`
U29 | It can be turned off | SESSION_STORAGE_ENABLED | the same variable
U30 | Where it is kept | SESSION_STORAGE_PATH | the same variable
U31 | How long it is kept | SESSION_RETENTION_DAYS | the same variable
U32 | What keeps it | SESSION_STORAGE_BACKEND | the same variable
U33 | Settings are asked for | accessors | \`daybook config\`
U34 | Tools know nothing of sessions | design | transcripts are read; nothing is asked of an agent
U35 | All calls of a session | design | \`daybook session invocations 1\`
U36 | The session of a call | design | \`daybook session invocations --invocation inv-1\`
U37 | Nothing is kept twice | design | text is in the archive alone; what a fork repeats counts and is found once
U38 | History from before works | design | what agents wrote before Daybook came is read too
U39 | Tests | 54 tests | the tests of these numbers
U40 | Examples that run | examples | \`examples/\`; every example of help and docs is run by the tests
U41 | A framework’s calls are followed | set_session_manager | \`agentTracker\`
U42 | A server links calls that carry a session | session_id | \`recordInvocations\`, \`daybook mcp record\`
U43 | A database behind it | PostgreSQL, MongoDB | PostgreSQL passes the store’s suite; MongoDB is left out
U44 | Storage elsewhere | S3, Azure | not yet: S3; Azure is left out
U45 | A session branches | planned | \`daybook session fork 1 --at ENTRY\`; forks are read, and shown with their parent
U46 | Templates | planned | \`daybook template list\`, \`daybook start --template release\`
U47 | Excerpts for a context window | planned | \`daybook context tide --budget 500\`, tool \`recall_context\`
U48 | News as they happen | planned | \`GET /v1/events\`
U49 | Analysis | planned | \`daybook usage\`: by day, model, agent; five-hour windows
U50 | Recovery by itself | planned | what was acknowledged survives a kill; \`daybook reindex\` rebuilds the rest
U51 | Export and import | planned | \`daybook export\`, \`daybook import\`
`),
}
