-- When each task with a schedule runs next. What is scheduled stands in config.toml; here stands how far it has come, and
-- whether somebody paused it. Times are milliseconds since 1970.
CREATE TABLE hearth_schedules (
    task TEXT PRIMARY KEY NOT NULL,
    -- For which line of cron, in which zone, `next_at` was reckoned.
    schedule TEXT NOT NULL,
    timezone TEXT NOT NULL,
    -- Moves on in the transaction that makes the run: no time runs twice, none is lost.
    next_at INTEGER,
    -- The time that ran last, and the run.
    last_at INTEGER,
    last_execution TEXT,
    paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Files of a run. The content lies in the data folder, under `file`.
CREATE TABLE hearth_artifacts (
    execution TEXT NOT NULL REFERENCES hearth_executions (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (execution, name)
) STRICT, WITHOUT ROWID;
