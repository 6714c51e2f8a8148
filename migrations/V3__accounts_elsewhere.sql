-- An account of another issuer may have no e-mail address: both of its columns become nullable. SQLite can only do that
-- by a rebuild; references to the table are by name and stay.
CREATE TABLE hearth_users_new (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT,
    -- Folded to lower case by Hearth, so that no engine's rules matter.
    email_key TEXT UNIQUE,
    name TEXT,
    -- Argon2id in PHC form; null for those who sign in elsewhere.
    password_hash TEXT,
    role TEXT NOT NULL DEFAULT 'user',
    email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1)),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO hearth_users_new (id, email, email_key, name, password_hash, role, email_verified, disabled, created_at, updated_at)
    SELECT id, email, email_key, name, password_hash, role, email_verified, disabled, created_at, updated_at FROM hearth_users;
DROP TABLE hearth_users;
ALTER TABLE hearth_users_new RENAME TO hearth_users;

-- Who a user is elsewhere: the subject of a foreign issuer's tokens, or of a provider's sign-in.
CREATE TABLE hearth_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES hearth_users (id) ON DELETE CASCADE,
    -- The name in `[[auth.providers]]`; null for one that only tokens tell of.
    provider TEXT,
    -- As it was said there, for the list.
    email TEXT,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- For a user's list, and for the cascade.
CREATE INDEX hearth_identities_user ON hearth_identities (user_id);

-- Names elsewhere whose users were deleted here, and when: a token that is older does not bring them back. In seconds
-- since 1970.
CREATE TABLE hearth_departures (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- Signed messages of an issuer that were taken already, by their ids: none works twice. Kept as long as their times pass.
CREATE TABLE hearth_deliveries (
    issuer TEXT NOT NULL,
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (issuer, id)
) STRICT, WITHOUT ROWID;

-- For the purge.
CREATE INDEX hearth_deliveries_at ON hearth_deliveries (at);

-- Keys of programs. The key itself is kept as its SHA-256; the prefix lets a person tell one from another.
CREATE TABLE hearth_api_keys (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES hearth_users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    -- A list of texts: `read`, `write:items`, `worker` …
    scopes TEXT NOT NULL CHECK (json_valid(scopes)),
    -- In seconds since 1970; null: until it is deleted.
    expires_until INTEGER,
    created_at TEXT NOT NULL,
    -- To the minute, so that reading with a key does not write each time.
    last_used_at TEXT,
    last_address TEXT
) STRICT, WITHOUT ROWID;

-- For a user's list, and for the cascade.
CREATE INDEX hearth_api_keys_user ON hearth_api_keys (user_id, created_at);

-- What a user proves beside the password: `totp` today, `passkey` in time.
CREATE TABLE hearth_second_factors (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES hearth_users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT,
    -- What checks the proof: the shared secret of `totp`, the public key and its counter of `passkey`.
    data TEXT NOT NULL,
    -- Of `totp` the time step of the last code that was taken: none is taken twice.
    last_step INTEGER,
    -- Null until a first code has shown that the user has it.
    confirmed_at TEXT,
    created_at TEXT NOT NULL,
    last_used_at TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX hearth_second_factors_user ON hearth_second_factors (user_id, kind);

-- For who has lost the second factor; each works once, and is deleted with it.
CREATE TABLE hearth_recovery_codes (
    user_id TEXT NOT NULL REFERENCES hearth_users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

-- Links that were mailed, by the SHA-256 of their tokens: they work once, and not for long.
CREATE TABLE hearth_links (
    hash TEXT PRIMARY KEY NOT NULL,
    -- `verify_email`, `reset_password`, `change_email`
    purpose TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES hearth_users (id) ON DELETE CASCADE,
    -- The address that it proves.
    email TEXT NOT NULL,
    -- In seconds since 1970.
    expires_until INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- For replacing a user's older links, and for the cascade.
CREATE INDEX hearth_links_user ON hearth_links (user_id, purpose);
CREATE INDEX hearth_links_end ON hearth_links (expires_until);
