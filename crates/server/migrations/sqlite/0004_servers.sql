-- The servers that use the database, for as long as they live. What one of them holds, a mail on its way or the jobs, is its
-- own until its row is gone. In a file there is one.
CREATE TABLE servers (
    id                  TEXT PRIMARY KEY,
    started_at          INTEGER NOT NULL,
    -- Grows while it lives.
    beat                INTEGER NOT NULL DEFAULT 0,
    -- 1 for the one that does the jobs.
    is_lead             INTEGER NOT NULL DEFAULT 0,
    -- The state of the mail server as the lead has met it, as JSON.
    mail                TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX servers_lead ON servers (is_lead) WHERE is_lead = 1;

-- The server that sends the mail.
ALTER TABLE mails ADD COLUMN leased_by TEXT;

-- Which keys servers use that share the database, by a hash of the first: those of tokens, and those of secrets at rest.
CREATE TABLE keys_in_use (
    kind                TEXT PRIMARY KEY,
    mark                TEXT NOT NULL
) WITHOUT ROWID;
