-- The ledger of the user's revisions, in the form in which refinery reads and writes it.
CREATE TABLE hearth_revisions (
    version int8 PRIMARY KEY,
    name VARCHAR(255),
    applied_on VARCHAR(255),
    checksum VARCHAR(255)
);

-- What refinery's ledger has no place for. Both texts as they were applied: an edited or lost file can still be shown,
-- put back and undone.
CREATE TABLE hearth_revision_details (
    version INTEGER PRIMARY KEY,
    up TEXT NOT NULL,
    -- Null where there was no down file.
    down TEXT,
    -- Of the down text, as refinery makes it for the up text.
    down_checksum TEXT,
    milliseconds INTEGER NOT NULL,
    -- Rows that were written on the way.
    written INTEGER NOT NULL,
    -- The version of the binary that did it.
    hearth TEXT NOT NULL
) STRICT;
