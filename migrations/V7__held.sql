-- What is held has a holder, and nothing else has: SQLite sees that at once, while a list of states is made into a table of
-- its own for each row that changes.
DROP INDEX hearth_executions_active;
DROP INDEX hearth_executions_key;
DROP INDEX hearth_executions_holder;
CREATE INDEX hearth_executions_held ON hearth_executions (task) WHERE holder IS NOT NULL;
CREATE INDEX hearth_executions_held_key ON hearth_executions (concurrency_key) WHERE concurrency_key IS NOT NULL AND holder IS NOT NULL;
