-- What happened to the records of models with `realtime = true`, written with the record itself: the stream that sockets
-- and /api/changes read. AUTOINCREMENT, so that `seq` never goes back, not even when all of it is thrown away.
-- `hearth_meta` has the log's identity under `epoch`; whatever puts an older file in place of this one must remove it.
CREATE TABLE hearth_changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    model TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
    -- The record's id.
    key ANY NOT NULL,
    -- Whose the record is; no call gives it to somebody else.
    owner TEXT,
    -- The record as answers show it, before and after: what access rules and `where` decide on. Never hidden fields.
    before TEXT,
    after TEXT
) STRICT;

-- From which `seq` on a model's changes have the form that its records have now.
CREATE TABLE hearth_change_forms (
    model TEXT PRIMARY KEY NOT NULL,
    -- Of the model's columns and of the revisions that were applied.
    form TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
