-- Changes of members by a file: compared with the account first, then applied by a job, and undone by it.
CREATE TABLE member_change_batches (
    number              INTEGER PRIMARY KEY,
    id                  TEXT NOT NULL UNIQUE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    -- The id of the administrator for whom the rules are judged; no longer anybody's once they are removed.
    created_by          TEXT NOT NULL,
    created_by_name     TEXT NOT NULL,
    -- Who undoes it.
    undone_by           TEXT NOT NULL DEFAULT '',
    undone_by_name      TEXT NOT NULL DEFAULT '',
    action              TEXT NOT NULL,
    file_name           TEXT,
    state               TEXT NOT NULL,
    expected_rows       INTEGER NOT NULL,
    next_chunk          INTEGER NOT NULL DEFAULT 0,
    -- Rows by verdict.
    to_change           INTEGER NOT NULL DEFAULT 0,
    unchanged           INTEGER NOT NULL DEFAULT 0,
    not_member          INTEGER NOT NULL DEFAULT 0,
    not_allowed         INTEGER NOT NULL DEFAULT 0,
    duplicate           INTEGER NOT NULL DEFAULT 0,
    over_seats          INTEGER NOT NULL DEFAULT 0,
    error               INTEGER NOT NULL DEFAULT 0,
    -- The progress of the job: the row after which it goes on, how many rows are dealt with, and how many there were.
    position            BIGINT NOT NULL DEFAULT -1,
    done                INTEGER NOT NULL DEFAULT 0,
    total               INTEGER NOT NULL DEFAULT 0,
    applied             INTEGER NOT NULL DEFAULT 0,
    restored            INTEGER NOT NULL DEFAULT 0,
    partly              INTEGER NOT NULL DEFAULT 0,
    left_alone          INTEGER NOT NULL DEFAULT 0,
    revision            BIGINT NOT NULL DEFAULT 1,
    created_at          BIGINT NOT NULL,
    applied_at          BIGINT,
    undone_at           BIGINT
);
CREATE INDEX member_change_batches_by_account ON member_change_batches (account_id, id);
CREATE INDEX member_change_batches_moving ON member_change_batches (account_id, id)
    WHERE state IN ('applying', 'undoing');

CREATE TABLE member_change_chunks (
    batch_number        BIGINT NOT NULL REFERENCES member_change_batches (number) ON DELETE CASCADE,
    chunk               INTEGER NOT NULL,
    fingerprint         TEXT NOT NULL,
    PRIMARY KEY (batch_number, chunk)
);

CREATE TABLE member_change_rows (
    batch_number        BIGINT NOT NULL REFERENCES member_change_batches (number) ON DELETE CASCADE,
    row_number          BIGINT NOT NULL,
    chunk               INTEGER NOT NULL,
    email               TEXT NOT NULL,
    -- NULL where the address is not valid.
    email_key           TEXT,
    first_name          TEXT NOT NULL,
    last_name           TEXT NOT NULL,
    verdict             TEXT NOT NULL,
    code                TEXT,
    detail              TEXT,
    -- MemberValues as JSON; empty texts where nothing changes.
    before_values       TEXT NOT NULL,
    after_values        TEXT NOT NULL,
    -- Whether it makes an administrator something else.
    ends_admin          INTEGER NOT NULL,
    is_applied          INTEGER NOT NULL DEFAULT 0,
    undo                TEXT,
    undo_code           TEXT,
    PRIMARY KEY (batch_number, row_number)
);
CREATE INDEX member_change_rows_by_email ON member_change_rows (batch_number, email_key);
CREATE INDEX member_change_rows_by_verdict ON member_change_rows (batch_number, verdict, row_number);
CREATE INDEX member_change_rows_undone ON member_change_rows (batch_number, undo, row_number) WHERE undo IS NOT NULL;
CREATE INDEX member_change_rows_ending ON member_change_rows (batch_number, email_key) WHERE ends_admin = 1;
