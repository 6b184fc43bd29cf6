-- The tables of OpenCode 2.0 that hold conversations, with those of its columns that matter here. After an update from 1.x the
-- older tables stay beside them.
CREATE TABLE IF NOT EXISTS session_v2 (
  id text PRIMARY KEY,
  project_id text NOT NULL,
  parent_id text,
  fork_session_id text,
  slug text NOT NULL,
  directory text NOT NULL,
  title text,
  version text NOT NULL,
  time_created integer NOT NULL,
  time_updated integer NOT NULL
);
CREATE TABLE IF NOT EXISTS session_message (
  id text PRIMARY KEY,
  session_id text NOT NULL,
  type text NOT NULL,
  seq integer NOT NULL,
  time_created integer NOT NULL,
  time_updated integer NOT NULL,
  data text NOT NULL
);
