-- One durable run of a task. Kept narrow, because every append of events rewrites the row: what is large stands beside.
-- Times that are compared are milliseconds since 1970.
CREATE TABLE hearth_executions (
    -- UUID version 7: the order of making.
    id TEXT PRIMARY KEY NOT NULL,
    task TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('scheduled', 'queued', 'running', 'waiting', 'cancelling', 'succeeded', 'failed', 'cancelled', 'expired')),
    -- Null for runs of a schedule that nobody owns.
    user_id TEXT REFERENCES hearth_users (id) ON DELETE CASCADE,
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    start_by INTEGER,
    attempt INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    -- Of one attempt, in milliseconds.
    timeout INTEGER,
    -- One of these at a time.
    concurrency_key TEXT,
    -- Grows at every claim; what comes with an older one is refused.
    fence INTEGER NOT NULL DEFAULT 0,
    -- Who holds it: the worker's own name, and the credential by which it claimed.
    worker TEXT,
    holder TEXT,
    claim_id TEXT,
    lease_length INTEGER,
    -- Written at claim and loss; heartbeats between live in memory.
    lease_until INTEGER,
    -- When the attempt is over its `timeout`.
    deadline INTEGER,
    -- When the grace of a cancel is over.
    cancel_until INTEGER,
    last_seq INTEGER NOT NULL DEFAULT 0,
    -- Bytes of the events' data.
    size INTEGER NOT NULL DEFAULT 0,
    -- Within the fence.
    last_batch INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0,
    -- The run of which it is a retry.
    parent_id TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT
) STRICT, WITHOUT ROWID;

-- For the claim: the best one of a task.
CREATE INDEX hearth_executions_queue ON hearth_executions (task, priority DESC, run_at, id) WHERE state = 'queued';
-- For limits of concurrency, and for leases after a start.
CREATE INDEX hearth_executions_active ON hearth_executions (task) WHERE state IN ('running', 'waiting', 'cancelling');
CREATE INDEX hearth_executions_key ON hearth_executions (concurrency_key)
    WHERE concurrency_key IS NOT NULL AND state IN ('running', 'waiting', 'cancelling');
CREATE INDEX hearth_executions_holder ON hearth_executions (holder) WHERE state IN ('running', 'waiting', 'cancelling');
-- For the timekeeper: what is due, and what must have started.
CREATE INDEX hearth_executions_due ON hearth_executions (run_at) WHERE state = 'scheduled';
CREATE INDEX hearth_executions_late ON hearth_executions (start_by) WHERE start_by IS NOT NULL AND state IN ('scheduled', 'queued');
-- A claim that is repeated gets the same runs.
CREATE INDEX hearth_executions_claim ON hearth_executions (claim_id) WHERE claim_id IS NOT NULL;
-- A retry that is asked for twice is one.
CREATE UNIQUE INDEX hearth_executions_parent ON hearth_executions (parent_id) WHERE parent_id IS NOT NULL;
-- For a user's list and the cascade, for lists by state, for the retention.
CREATE INDEX hearth_executions_user ON hearth_executions (user_id, id);
CREATE INDEX hearth_executions_state ON hearth_executions (state, id);
CREATE INDEX hearth_executions_finished ON hearth_executions (finished_at) WHERE finished_at IS NOT NULL;

-- What goes in and what comes out.
CREATE TABLE hearth_execution_bodies (
    execution TEXT PRIMARY KEY NOT NULL REFERENCES hearth_executions (id) ON DELETE CASCADE,
    input TEXT NOT NULL CHECK (json_valid(input)),
    output TEXT CHECK (json_valid(output)),
    error TEXT CHECK (json_valid(error)),
    labels TEXT NOT NULL CHECK (json_valid(labels))
) STRICT, WITHOUT ROWID;

-- For `label=name:value`.
CREATE TABLE hearth_execution_labels (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    execution TEXT NOT NULL REFERENCES hearth_executions (id) ON DELETE CASCADE,
    PRIMARY KEY (name, value, execution)
) STRICT, WITHOUT ROWID;
CREATE INDEX hearth_execution_labels_execution ON hearth_execution_labels (execution);

-- The log of each run: 1, 2, 3 … without gaps.
CREATE TABLE hearth_execution_events (
    execution TEXT NOT NULL REFERENCES hearth_executions (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL CHECK (json_valid(data)),
    PRIMARY KEY (execution, seq)
) STRICT, WITHOUT ROWID;

-- What a run asked of people.
CREATE TABLE hearth_execution_inputs (
    execution TEXT NOT NULL REFERENCES hearth_executions (id) ON DELETE CASCADE,
    -- The worker's own name for it, once in a run.
    request TEXT NOT NULL,
    -- The fields' vocabulary, or null: anything.
    schema TEXT CHECK (json_valid(schema)),
    -- In milliseconds since 1970; null: it waits for ever.
    expires_until INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'timed_out')),
    data TEXT CHECK (json_valid(data)),
    PRIMARY KEY (execution, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX hearth_execution_inputs_open ON hearth_execution_inputs (expires_until) WHERE state = 'open' AND expires_until IS NOT NULL;
