import type { Migration } from '../migration.ts'

/**
 * The first schema. Whole numbers wherever possible: `*_ms` is Unix milliseconds, `*_id` a row of another table, enums
 * are indexes into the arrays of `domain/`. Ids that callers see are in `uid` columns.
 *
 * `workspace_id` is on every row and first in every unique index. Two keys are chosen by the caller and order their
 * table: an entry's (`at_ms * 2048 + slot`), which its plan and its invocation share.
 */
export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  statements: ({ serial, chosenKey, chosenKeyConstraint, integer, bytes, keyed }) => [
    `CREATE TABLE workspace (
      id ${serial}, uid TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL)`,

    `CREATE TABLE machine (
      id ${serial}, workspace_id ${integer} NOT NULL, uid TEXT NOT NULL, name TEXT NOT NULL, created_at TEXT NOT NULL)`,
    `CREATE UNIQUE INDEX machine_uid ON machine (workspace_id, uid)`,

    `CREATE TABLE project (
      id ${serial}, workspace_id ${integer} NOT NULL, uid TEXT NOT NULL, name TEXT NOT NULL,
      identity_kind TEXT NOT NULL, identity TEXT NOT NULL, ignored_at TEXT, created_at TEXT NOT NULL)`,
    `CREATE UNIQUE INDEX project_uid ON project (workspace_id, uid)`,
    `CREATE UNIQUE INDEX project_identity ON project (workspace_id, identity_kind, identity)`,

    `CREATE TABLE project_root (
      workspace_id ${integer} NOT NULL, machine_id ${integer} NOT NULL, root TEXT NOT NULL, project_id ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, machine_id, root))${keyed}`,
    `CREATE INDEX project_root_project ON project_root (project_id)`,

    `CREATE TABLE session (
      id ${serial}, workspace_id ${integer} NOT NULL, uid TEXT NOT NULL, key_number ${integer}, ref TEXT NOT NULL,
      agent TEXT NOT NULL, external_id TEXT NOT NULL, machine_id ${integer} NOT NULL, project_id ${integer},
      title TEXT, title_source ${integer}, purpose TEXT, kind TEXT NOT NULL, channel TEXT NOT NULL, tags TEXT NOT NULL,
      status TEXT NOT NULL, archived_at TEXT, handoff_ready ${integer} NOT NULL DEFAULT 0, pruned_at TEXT,
      parent_id ${integer}, parent_external_id TEXT, relation TEXT, git_branch TEXT, cwd TEXT, agent_version TEXT,
      started_ms ${integer} NOT NULL, last_ms ${integer} NOT NULL, ended_at TEXT, created_at TEXT NOT NULL,
      entry_count ${integer} NOT NULL DEFAULT 0, message_count ${integer} NOT NULL DEFAULT 0,
      invocation_count ${integer} NOT NULL DEFAULT 0, failed_count ${integer} NOT NULL DEFAULT 0,
      subagent_count ${integer} NOT NULL DEFAULT 0, tool_ms ${integer} NOT NULL DEFAULT 0,
      active_ms ${integer} NOT NULL DEFAULT 0)`,
    `CREATE UNIQUE INDEX session_uid ON session (workspace_id, uid)`,
    `CREATE UNIQUE INDEX session_external ON session (workspace_id, agent, external_id)`,
    `CREATE UNIQUE INDEX session_ref ON session (workspace_id, ref)`,
    `CREATE UNIQUE INDEX session_key ON session (workspace_id, key_number) WHERE key_number IS NOT NULL`,
    `CREATE INDEX session_started ON session (workspace_id, started_ms, uid)`,
    `CREATE INDEX session_last ON session (workspace_id, last_ms, uid)`,
    `CREATE INDEX session_parent ON session (workspace_id, agent, parent_external_id) WHERE parent_external_id IS NOT NULL`,

    `CREATE TABLE session_alias (
      workspace_id ${integer} NOT NULL, alias TEXT NOT NULL, session_id ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, alias))${keyed}`,

    `CREATE TABLE session_counter (
      workspace_id ${integer} NOT NULL, next_number ${integer} NOT NULL, PRIMARY KEY (workspace_id))${keyed}`,

    // `first_ms` covers every entry, `own_ms` those that are not inherited. `born_ms` is when the file was made, `opened_ms`
    // when it began, as a line says that copies never take along. `read_bytes` is the cursor's offset. `pending`
    // is JSON of what a reading that is not done yet has brought so far.
    `CREATE TABLE transcript (
      id ${serial}, workspace_id ${integer} NOT NULL, machine_id ${integer} NOT NULL, session_id ${integer},
      agent TEXT NOT NULL, ref_prefix TEXT NOT NULL, kind ${integer} NOT NULL, external_id TEXT NOT NULL,
      session_external_id TEXT, path TEXT NOT NULL, parent_call_id TEXT, title TEXT, title_source ${integer},
      device ${integer} NOT NULL, inode ${integer} NOT NULL, size_bytes ${integer} NOT NULL, modified_ms DOUBLE PRECISION NOT NULL,
      read_bytes ${integer} NOT NULL DEFAULT 0, base_record ${integer} NOT NULL DEFAULT 0,
      next_record ${integer} NOT NULL DEFAULT 0, next_line ${integer} NOT NULL DEFAULT 0,
      first_hash ${integer}, last_record_hash ${integer}, first_ms ${integer}, last_ms ${integer}, own_ms ${integer},
      born_ms ${integer}, opened_ms ${integer},
      entry_count ${integer} NOT NULL DEFAULT 0, message_count ${integer} NOT NULL DEFAULT 0,
      invocation_count ${integer} NOT NULL DEFAULT 0, failed_count ${integer} NOT NULL DEFAULT 0,
      tool_ms ${integer} NOT NULL DEFAULT 0, gone_at TEXT, pending TEXT)`,
    `CREATE UNIQUE INDEX transcript_path ON transcript (workspace_id, machine_id, agent, path)`,
    `CREATE INDEX transcript_session ON transcript (session_id)`,
    // How far each transcript goes, without the rest of its row: every search asks what the index lacks.
    `CREATE INDEX transcript_reach ON transcript (workspace_id, id, next_record, entry_count, last_ms)`,
    `CREATE INDEX transcript_external ON transcript (workspace_id, agent, external_id)`,
    `CREATE INDEX transcript_first ON transcript (workspace_id, first_hash) WHERE first_hash IS NOT NULL`,
    `CREATE INDEX transcript_last_record ON transcript (workspace_id, last_record_hash) WHERE last_record_hash IS NOT NULL`,

    // Apart from its transcript: a scan reads every transcript row and no cursor.
    `CREATE TABLE reading (
      workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, cursor TEXT NOT NULL,
      PRIMARY KEY (workspace_id, transcript_id))${keyed}`,

    // `part` is -1 for a frame of whole records.
    `CREATE TABLE frame (
      id ${serial}, workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, first_record ${integer} NOT NULL,
      part ${integer} NOT NULL, record_count ${integer} NOT NULL, source_offset ${integer} NOT NULL,
      source_bytes ${integer} NOT NULL, raw_bytes ${integer} NOT NULL, stored_bytes ${integer} NOT NULL,
      data ${bytes} NOT NULL)`,
    `CREATE UNIQUE INDEX frame_place ON frame (workspace_id, transcript_id, first_record, part)`,

    `CREATE TABLE blob (
      id ${serial}, workspace_id ${integer} NOT NULL, hash TEXT NOT NULL, size_bytes ${integer} NOT NULL,
      stored_bytes ${integer} NOT NULL, data ${bytes} NOT NULL)`,
    `CREATE UNIQUE INDEX blob_hash ON blob (workspace_id, hash)`,

    // Where a blob was cut out of a frame's raw bytes.
    `CREATE TABLE frame_blob (
      workspace_id ${integer} NOT NULL, frame_id ${integer} NOT NULL, at_byte ${integer} NOT NULL, blob_id ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, frame_id, at_byte))${keyed}`,
    `CREATE INDEX frame_blob_blob ON frame_blob (blob_id)`,

    `CREATE TABLE attachment (
      workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, relative_path TEXT NOT NULL,
      blob_id ${integer} NOT NULL, size_bytes ${integer} NOT NULL, device_inode TEXT NOT NULL, modified_ms DOUBLE PRECISION NOT NULL,
      PRIMARY KEY (workspace_id, transcript_id, relative_path))${keyed}`,
    `CREATE INDEX attachment_blob ON attachment (blob_id)`,

    // Words that rows repeat: tools, servers, models, branches, tiers, dates.
    `CREATE TABLE name (id ${serial}, workspace_id ${integer} NOT NULL, text TEXT NOT NULL)`,
    `CREATE UNIQUE INDEX name_text ON name (workspace_id, text)`,
    `CREATE TABLE path (id ${serial}, workspace_id ${integer} NOT NULL, text TEXT NOT NULL)`,
    `CREATE UNIQUE INDEX path_text ON path (workspace_id, text)`,

    // id = (at_ms + shift) * 2048 + slot; `shift` is 0 unless its millisecond was full.
    `CREATE TABLE entry (
      id ${chosenKey}, workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, record ${integer} NOT NULL,
      block ${integer} NOT NULL, shift ${integer} NOT NULL, type ${integer} NOT NULL, role ${integer} NOT NULL,
      flags ${integer} NOT NULL, hash ${integer} NOT NULL, tool_id ${integer}${chosenKeyConstraint})`,
    `CREATE INDEX entry_place ON entry (transcript_id, record, block)`,

    // Milliseconds where probing from slot 0 to the first free one is not enough to find an entry: they ran over into
    // later ones (`through_ms` is the last), or a deletion left a hole.
    `CREATE TABLE entry_irregular (
      workspace_id ${integer} NOT NULL, at_ms ${integer} NOT NULL, through_ms ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, at_ms))${keyed}`,

    `CREATE TABLE plan (
      id ${chosenKey}, workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL,
      items TEXT NOT NULL${chosenKeyConstraint})`,
    `CREATE INDEX plan_transcript ON plan (transcript_id)`,

    // id is that of the call's entry.
    `CREATE TABLE invocation (
      id ${chosenKey}, workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, call_hash ${integer} NOT NULL,
      tool_id ${integer} NOT NULL, server_id ${integer}, kind ${integer} NOT NULL, outcome ${integer} NOT NULL,
      inherited ${integer} NOT NULL, exit_code ${integer}, duration_ms ${integer}, result_record ${integer},
      subject TEXT NOT NULL${chosenKeyConstraint})`,
    `CREATE INDEX invocation_call ON invocation (transcript_id, call_hash)`,

    `CREATE TABLE file_change (
      id ${serial}, workspace_id ${integer} NOT NULL, path_id ${integer} NOT NULL, entry_id ${integer} NOT NULL,
      transcript_id ${integer} NOT NULL, at_ms ${integer} NOT NULL, kind ${integer} NOT NULL, inherited ${integer} NOT NULL,
      lines_added ${integer}, lines_removed ${integer})`,
    `CREATE UNIQUE INDEX file_change_path ON file_change (workspace_id, path_id, entry_id)`,
    `CREATE INDEX file_change_transcript ON file_change (transcript_id)`,

    `CREATE TABLE commit_seen (
      id ${serial}, workspace_id ${integer} NOT NULL, entry_id ${integer} NOT NULL, hash TEXT NOT NULL,
      transcript_id ${integer} NOT NULL, at_ms ${integer} NOT NULL, inherited ${integer} NOT NULL, subject TEXT NOT NULL,
      branch_id ${integer})`,
    `CREATE UNIQUE INDEX commit_seen_entry ON commit_seen (workspace_id, entry_id, hash)`,
    `CREATE INDEX commit_seen_transcript ON commit_seen (transcript_id)`,

    // One row a transcript and response; `inherited` is 0 on the one that counts.
    `CREATE TABLE usage (
      id ${serial}, workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, record ${integer} NOT NULL,
      line ${integer} NOT NULL, at_ms ${integer} NOT NULL, model_id ${integer} NOT NULL, response_hash ${integer} NOT NULL,
      request_hash ${integer}, tier_id ${integer}, input_tokens ${integer} NOT NULL, output_tokens ${integer} NOT NULL,
      cache_read_tokens ${integer} NOT NULL, cache_write_tokens ${integer} NOT NULL, cache_write_1h_tokens ${integer} NOT NULL,
      reasoning_tokens ${integer} NOT NULL, cost_microdollars ${integer}, cost_source ${integer} NOT NULL,
      price_date_id ${integer}, inherited ${integer} NOT NULL, sidechain ${integer} NOT NULL, lines ${integer} NOT NULL,
      response_id TEXT NOT NULL, request_id TEXT)`,
    `CREATE INDEX usage_response ON usage (workspace_id, response_hash)`,
    `CREATE INDEX usage_transcript ON usage (transcript_id, record)`,
    `CREATE INDEX usage_time ON usage (workspace_id, at_ms)`,

    // Sums of the counted usage rows by session, model and quarter of an hour (`at_ms / 900000`), kept in the same
    // transaction as the rows: days begin on a quarter in every time zone there is.
    `CREATE TABLE usage_quarter (
      workspace_id ${integer} NOT NULL, session_id ${integer} NOT NULL, quarter ${integer} NOT NULL, model_id ${integer} NOT NULL,
      responses ${integer} NOT NULL, input_tokens ${integer} NOT NULL, output_tokens ${integer} NOT NULL,
      cache_read_tokens ${integer} NOT NULL, cache_write_tokens ${integer} NOT NULL, cache_write_1h_tokens ${integer} NOT NULL,
      reasoning_tokens ${integer} NOT NULL, cost_microdollars ${integer} NOT NULL, unpriced_tokens ${integer} NOT NULL,
      unpriced_responses ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, session_id, quarter, model_id))${keyed}`,
    `CREATE INDEX usage_quarter_time ON usage_quarter (workspace_id, quarter)`,

    // `growing`: 0 ended, 1 still growing, 2 from an earlier reading of a source that is being read again.
    `CREATE TABLE active_interval (
      workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, start_ms ${integer} NOT NULL,
      end_ms ${integer} NOT NULL, growing ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, transcript_id, start_ms))${keyed}`,

    // Two transcripts that hold the same records, and when each first went its own way (null: not yet).
    `CREATE TABLE shared_history (
      workspace_id ${integer} NOT NULL, first_id ${integer} NOT NULL, second_id ${integer} NOT NULL,
      first_own_ms ${integer}, second_own_ms ${integer}, unsettled ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, first_id, second_id))${keyed}`,
    `CREATE INDEX shared_history_second ON shared_history (second_id)`,

    // A title that names the last record of a conversation kept elsewhere, perhaps not read yet.
    `CREATE TABLE pending_title (
      workspace_id ${integer} NOT NULL, agent TEXT NOT NULL, record_hash ${integer} NOT NULL, title TEXT NOT NULL,
      PRIMARY KEY (workspace_id, agent, record_hash))${keyed}`,

    // Which call of a session started a subagent: told by the parent's transcript, which may be read before the subagent's.
    `CREATE TABLE subagent_call (
      workspace_id ${integer} NOT NULL, agent TEXT NOT NULL, session_external_id TEXT NOT NULL, external_id TEXT NOT NULL,
      call_id TEXT NOT NULL, PRIMARY KEY (workspace_id, agent, session_external_id, external_id))${keyed}`,

    // `line` is 0 where the whole file is meant.
    `CREATE TABLE problem (
      id ${serial}, workspace_id ${integer} NOT NULL, agent TEXT NOT NULL, path TEXT NOT NULL, line ${integer} NOT NULL,
      reason TEXT NOT NULL, at TEXT NOT NULL, transcript_id ${integer})`,
    `CREATE UNIQUE INDEX problem_place ON problem (workspace_id, agent, path, line, reason)`,
    `CREATE INDEX problem_transcript ON problem (transcript_id) WHERE transcript_id IS NOT NULL`,

    `CREATE TABLE unknown_record (
      workspace_id ${integer} NOT NULL, transcript_id ${integer} NOT NULL, name TEXT NOT NULL, count ${integer} NOT NULL,
      PRIMARY KEY (workspace_id, transcript_id, name))${keyed}`,

    // The head of each chain: appending locks and moves it.
    `CREATE TABLE activity_chain (
      id ${serial}, workspace_id ${integer} NOT NULL, name TEXT NOT NULL, sequence ${integer} NOT NULL, hash TEXT NOT NULL)`,
    `CREATE UNIQUE INDEX activity_chain_name ON activity_chain (workspace_id, name)`,
    `CREATE TABLE activity (
      id ${serial}, workspace_id ${integer} NOT NULL, chain_id ${integer} NOT NULL, sequence ${integer} NOT NULL,
      session_uid TEXT, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
      payload TEXT, salt TEXT, payload_hash TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL, erased_at TEXT)`,
    `CREATE UNIQUE INDEX activity_sequence ON activity (workspace_id, chain_id, sequence)`,
    `CREATE INDEX activity_session ON activity (session_uid) WHERE session_uid IS NOT NULL`,

    `CREATE TABLE tombstone (
      workspace_id ${integer} NOT NULL, agent TEXT NOT NULL, external_id TEXT NOT NULL, deleted_at TEXT NOT NULL,
      deleted_by TEXT NOT NULL, reason TEXT, PRIMARY KEY (workspace_id, agent, external_id))${keyed}`,
  ],
}
