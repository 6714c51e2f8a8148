-- Facts about this database that are not settings: its identity, the generated signing secret.
CREATE TABLE hearth_meta (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who may sign in. The key is the e-mail folded to lower case by Hearth, so that no engine's rules matter.
CREATE TABLE hearth_users (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT,
    -- Argon2id in PHC form; null for those who sign in elsewhere.
    password_hash TEXT,
    role TEXT NOT NULL DEFAULT 'user',
    email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1)),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One signed-in device: a family of refresh tokens. An ended session is deleted.
CREATE TABLE hearth_sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES hearth_users (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    -- Both in seconds since 1970: the sliding and the absolute end.
    refresh_until INTEGER NOT NULL,
    session_until INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT
) STRICT, WITHOUT ROWID;

-- For the list of a user's sessions and for ending them all.
CREATE INDEX hearth_sessions_user ON hearth_sessions (user_id, created_at);

-- Each refresh token that a session ever had, by its SHA-256; one that comes back after its use revokes the family.
CREATE TABLE hearth_refresh_tokens (
    hash TEXT PRIMARY KEY NOT NULL,
    session_id TEXT NOT NULL REFERENCES hearth_sessions (id) ON DELETE CASCADE,
    used_at TEXT
) STRICT, WITHOUT ROWID;

-- For the cascade, and for forgetting those that were used long ago.
CREATE INDEX hearth_refresh_tokens_session ON hearth_refresh_tokens (session_id, used_at);

-- From which addresses (of IPv6 the /64) an account was used of late: strangers' wrong tries do not lock these out.
CREATE TABLE hearth_known_addresses (
    user_id TEXT NOT NULL REFERENCES hearth_users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;

-- Who did what, when and from where: sign-ins, failures, refusals, changes of accounts. Never secrets, never records.
CREATE TABLE hearth_audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    user_id TEXT,
    target TEXT,
    address TEXT,
    detail TEXT CHECK (json_valid(detail))
) STRICT;

-- For `hearth audit --user` and for the retention.
CREATE INDEX hearth_audit_user ON hearth_audit (user_id, id);
CREATE INDEX hearth_audit_at ON hearth_audit (at);

-- What was answered to a POST with an Idempotency-Key, stored with the record itself, for 24 hours.
CREATE TABLE hearth_idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    location TEXT,
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;

-- For the purge.
CREATE INDEX hearth_idempotency_at ON hearth_idempotency (at);
