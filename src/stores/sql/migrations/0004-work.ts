import type { Migration } from '../migration.ts'

/**
 * What the work was for: tickets, context stacks and how long each held, who calls on behalf of which session, handoffs.
 * Sessions gain what a started one has beside an imported one.
 *
 * `held_by_id`, `parent_id` and the like are row ids; a `stack` is JSON of frames, outermost first.
 */
export const work: Migration = {
  version: 4,
  name: 'work',
  statements: ({ serial, integer, keyed }) => [
    ...[
      'user_id TEXT',
      'agent_name TEXT',
      'client_name TEXT',
      "custom_metadata TEXT NOT NULL DEFAULT '{}'",
      'presence TEXT',
      `implicit ${integer} NOT NULL DEFAULT 0`,
      `opted_out ${integer} NOT NULL DEFAULT 0`,
      "stack TEXT NOT NULL DEFAULT '[]'",
      `ticket_id ${integer}`,
      'paused_at TEXT',
      'resumed_at TEXT',
      'summary_markdown TEXT',
      'compact_markdown TEXT',
      // When it was started on purpose or a call came last; both null for history that was only read.
      `opened_ms ${integer}`,
      `called_ms ${integer}`,
    ].map((column) => `ALTER TABLE session ADD COLUMN ${column}`),
    `CREATE INDEX session_called ON session (workspace_id, called_ms) WHERE called_ms IS NOT NULL`,
    `CREATE INDEX session_ticket_now ON session (ticket_id) WHERE ticket_id IS NOT NULL`,

    `CREATE TABLE tracker (
      id ${serial}, workspace_id ${integer} NOT NULL, uid TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
      name_folded TEXT NOT NULL, created_at TEXT NOT NULL)`,
    `CREATE UNIQUE INDEX tracker_uid ON tracker (workspace_id, uid)`,
    `CREATE UNIQUE INDEX tracker_name ON tracker (workspace_id, name_folded)`,
    `CREATE TABLE ticket_counter (
      workspace_id ${integer} NOT NULL, tracker_id ${integer} NOT NULL, prefix TEXT NOT NULL, next_number ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, tracker_id, prefix))${keyed}`,

    `CREATE TABLE ticket (
      id ${serial}, workspace_id ${integer} NOT NULL, uid TEXT NOT NULL, tracker_id ${integer} NOT NULL, ref TEXT NOT NULL,
      ref_folded TEXT NOT NULL, kind TEXT NOT NULL, parent_id ${integer}, project_id ${integer}, title TEXT, description TEXT,
      status TEXT NOT NULL, priority TEXT NOT NULL, estimate_minutes ${integer}, summary TEXT, tags TEXT NOT NULL,
      assignee TEXT, delegation TEXT NOT NULL, url TEXT, held_by_id ${integer}, held_since TEXT,
      created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL, closed_at TEXT, closed_by TEXT)`,
    `CREATE UNIQUE INDEX ticket_uid ON ticket (workspace_id, uid)`,
    `CREATE UNIQUE INDEX ticket_ref ON ticket (workspace_id, tracker_id, ref_folded)`,
    `CREATE INDEX ticket_parent ON ticket (parent_id) WHERE parent_id IS NOT NULL`,
    `CREATE INDEX ticket_held ON ticket (held_by_id) WHERE held_by_id IS NOT NULL`,
    `CREATE INDEX ticket_updated ON ticket (workspace_id, updated_at, uid)`,

    `CREATE TABLE ticket_relation (
      workspace_id ${integer} NOT NULL, from_id ${integer} NOT NULL, kind TEXT NOT NULL, to_id ${integer} NOT NULL,
      at TEXT NOT NULL, by_whom TEXT NOT NULL, PRIMARY KEY (workspace_id, from_id, kind, to_id))${keyed}`,
    `CREATE INDEX ticket_relation_to ON ticket_relation (to_id)`,
    `CREATE TABLE ticket_note (
      id ${serial}, workspace_id ${integer} NOT NULL, ticket_id ${integer} NOT NULL, session_id ${integer}, kind TEXT NOT NULL,
      text TEXT NOT NULL, at TEXT NOT NULL, by_whom TEXT NOT NULL)`,
    `CREATE INDEX ticket_note_ticket ON ticket_note (ticket_id, id)`,
    `CREATE INDEX ticket_note_session ON ticket_note (session_id) WHERE session_id IS NOT NULL`,

    `CREATE TABLE session_ticket (
      workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, ticket_id ${integer} NOT NULL, action TEXT NOT NULL,
      at TEXT NOT NULL, by_whom TEXT NOT NULL, PRIMARY KEY (workspace_id, session_id, ticket_id, action))${keyed}`,
    `CREATE INDEX session_ticket_ticket ON session_ticket (ticket_id)`,

    // From when to when a stack held. `transcript_id` is set where it held for one subagent alone; the call that began it
    // (`call_hash`) is looked up in the transcripts when somebody asks, for they may be read later. `from_ms` 0: from the beginning.
    `CREATE TABLE frame_interval (
      id ${serial}, workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, transcript_id ${integer},
      from_ms ${integer} NOT NULL, to_ms ${integer}, call_id TEXT, call_hash ${integer}, from_record ${integer},
      stack TEXT NOT NULL, ticket_id ${integer}, opted_out ${integer} NOT NULL, change TEXT NOT NULL, source TEXT NOT NULL,
      by_whom TEXT NOT NULL, why TEXT)`,
    `CREATE INDEX frame_interval_session ON frame_interval (session_id, id)`,
    `CREATE INDEX frame_interval_ticket ON frame_interval (ticket_id) WHERE ticket_id IS NOT NULL`,

    // Work of a person that no transcript tells of. Open (`end_ms` null): it goes on for a while after `last_ms`.
    `CREATE TABLE person_interval (
      id ${serial}, workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, start_ms ${integer} NOT NULL,
      last_ms ${integer} NOT NULL, end_ms ${integer})`,
    `CREATE INDEX person_interval_session ON person_interval (session_id, id)`,

    `CREATE TABLE session_data (
      workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
      updated_at TEXT NOT NULL, PRIMARY KEY (workspace_id, session_id, name))${keyed}`,

    // Which session a connection, a terminal, a process or an agent's own session stands for.
    `CREATE TABLE binding (
      workspace_id ${integer} NOT NULL, machine_id ${integer} NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
      session_id ${integer} NOT NULL, at_ms ${integer} NOT NULL, PRIMARY KEY (workspace_id, machine_id, kind, value))${keyed}`,
    `CREATE INDEX binding_session ON binding (session_id)`,

    `CREATE TABLE handoff (
      id ${serial}, workspace_id ${integer} NOT NULL, uid TEXT NOT NULL, session_id ${integer} NOT NULL, project_id ${integer},
      ticket_id ${integer}, version ${integer} NOT NULL, payload TEXT NOT NULL, markdown TEXT NOT NULL, sha256 TEXT NOT NULL,
      state TEXT NOT NULL, offered_at TEXT NOT NULL, offered_by TEXT NOT NULL, shown_at TEXT, shown_to_id ${integer},
      accepted_at TEXT, accepted_by TEXT, accepted_by_id ${integer}, superseded_at TEXT, superseded_by_id ${integer},
      expired_at TEXT)`,
    `CREATE UNIQUE INDEX handoff_uid ON handoff (workspace_id, uid)`,
    `CREATE INDEX handoff_session ON handoff (session_id)`,
    `CREATE INDEX handoff_state ON handoff (workspace_id, state, offered_at)`,

    `CREATE TABLE suggestion_decision (
      workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, ref_folded TEXT NOT NULL, decision TEXT NOT NULL,
      at TEXT NOT NULL, by_whom TEXT NOT NULL, why TEXT, PRIMARY KEY (workspace_id, session_id, ref_folded))${keyed}`,
  ],
}
