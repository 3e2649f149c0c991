// The layout of inbox.db. Unlike the index it is the only copy of what it holds: a file of another
// layout is refused, never made anew.

export const inboxVersion = 1

export const inboxSchema = `
CREATE TABLE deliveries (
  id              TEXT PRIMARY KEY,
  lane            TEXT NOT NULL,
  kind            TEXT NOT NULL,
  target          TEXT NOT NULL,
  source          TEXT NOT NULL,
  path            TEXT NOT NULL,
  method          TEXT NOT NULL,
  query           TEXT NOT NULL,
  headers         TEXT NOT NULL,
  plan            TEXT NOT NULL,
  body_bytes      INTEGER NOT NULL,
  provider        TEXT,
  dedupe_key      TEXT,
  received_ms     INTEGER NOT NULL,
  client          TEXT,
  status          TEXT NOT NULL,
  attempt         INTEGER NOT NULL,
  max_attempts    INTEGER NOT NULL,
  rerun           INTEGER NOT NULL,
  interrupted     INTEGER NOT NULL,
  next_attempt_ms INTEGER NOT NULL,
  owner           TEXT,
  fence           INTEGER NOT NULL,
  heartbeat_ms    INTEGER,
  run_id          TEXT,
  error_code      TEXT,
  error_message   TEXT,
  finished_ms     INTEGER,
  replay_of       TEXT
) WITHOUT ROWID;
CREATE INDEX deliveries_waiting ON deliveries(lane, next_attempt_ms, id) WHERE status = 'accepted';
CREATE INDEX deliveries_running ON deliveries(lane) WHERE status = 'running';
CREATE INDEX deliveries_finished ON deliveries(finished_ms) WHERE finished_ms IS NOT NULL;
CREATE INDEX deliveries_run ON deliveries(run_id) WHERE run_id IS NOT NULL;
CREATE UNIQUE INDEX deliveries_same ON deliveries(lane, dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE TABLE bodies (
  id   TEXT PRIMARY KEY,
  body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE lanes (
  lane    TEXT PRIMARY KEY,
  last_ms INTEGER NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = ${inboxVersion};
`

/** A row as it is stored. */
export interface Row {
  id: string
  lane: string
  kind: 'button' | 'drawer'
  target: string
  source: string
  path: string
  method: string
  query: string
  headers: string
  plan: string
  body_bytes: number
  provider: string | null
  dedupe_key: string | null
  received_ms: number
  client: string | null
  status: string
  attempt: number
  max_attempts: number
  rerun: number
  interrupted: number
  next_attempt_ms: number
  owner: string | null
  fence: number
  heartbeat_ms: number | null
  run_id: string | null
  error_code: string | null
  error_message: string | null
  finished_ms: number | null
  replay_of: string | null
}
