// The layout of registry.db (registry 14.1). It is the only copy of what it holds: a file of another
// layout is refused, never made anew. Times are epoch milliseconds.

export const registryVersion = 1

export const registrySchema = `
CREATE TABLE registry (
  id      TEXT NOT NULL,
  changes INTEGER NOT NULL
);
CREATE TABLE names (
  name TEXT PRIMARY KEY,
  kind TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE packages (
  seq                    INTEGER PRIMARY KEY AUTOINCREMENT,
  name                   TEXT NOT NULL,
  kind                   TEXT NOT NULL,
  version                INTEGER NOT NULL,
  description            TEXT NOT NULL,
  tags                   TEXT NOT NULL,
  sha256                 TEXT NOT NULL,
  content_hash           TEXT NOT NULL,
  size                   INTEGER NOT NULL,
  files                  INTEGER NOT NULL,
  drawer_kind            TEXT,
  flow_definition_sha256 TEXT NOT NULL,
  requires               TEXT NOT NULL,
  requires_batteries     TEXT NOT NULL,
  publisher_key          TEXT NOT NULL,
  signature              TEXT NOT NULL,
  published_by           TEXT NOT NULL,
  published_ms           INTEGER NOT NULL,
  yanked_ms              INTEGER,
  UNIQUE (name, version)
);
CREATE INDEX packages_blob ON packages(sha256);
CREATE TABLE keys (
  id           TEXT PRIMARY KEY,
  hash         TEXT NOT NULL UNIQUE,
  role         TEXT NOT NULL,
  desks        TEXT NOT NULL,
  label        TEXT NOT NULL,
  owner_id     TEXT NOT NULL,
  created_ms   INTEGER NOT NULL,
  revoked_ms   INTEGER,
  last_used_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE enroll_tokens (
  hash       TEXT PRIMARY KEY,
  owner_id   TEXT NOT NULL,
  namespace  TEXT,
  expires_ms INTEGER NOT NULL,
  used_ms    INTEGER,
  device_id  TEXT
) WITHOUT ROWID;
CREATE TABLE devices (
  device_id    TEXT PRIMARY KEY,
  pubkey       TEXT NOT NULL,
  owner_id     TEXT NOT NULL,
  namespace    TEXT,
  host_kind    TEXT NOT NULL,
  enrolled_ms  INTEGER NOT NULL,
  revoked_ms   INTEGER,
  last_seen_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE nonces (
  hash       TEXT PRIMARY KEY,
  expires_ms INTEGER NOT NULL
);
CREATE TABLE request_nonces (
  device_id  TEXT NOT NULL,
  nonce      TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (device_id, nonce)
) WITHOUT ROWID;
CREATE INDEX request_nonces_old ON request_nonces(expires_ms);
CREATE TABLE agents (
  slug       TEXT PRIMARY KEY,
  device_id  TEXT NOT NULL,
  owner_id   TEXT NOT NULL,
  tunnel_id  TEXT NOT NULL,
  agent_id   TEXT NOT NULL,
  principal  TEXT NOT NULL,
  wake_url   TEXT NOT NULL,
  wake_token TEXT NOT NULL,
  failing    INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE wake_queue (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  slug     TEXT NOT NULL,
  package  TEXT NOT NULL,
  event    TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_ms  INTEGER NOT NULL
);
CREATE INDEX wake_queue_due ON wake_queue(next_ms);
CREATE TABLE auth_codes (
  hash       TEXT PRIMARY KEY,
  challenge  TEXT NOT NULL,
  owner_id   TEXT NOT NULL,
  desks      TEXT NOT NULL,
  label      TEXT NOT NULL,
  expires_ms INTEGER NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = ${registryVersion};
`
