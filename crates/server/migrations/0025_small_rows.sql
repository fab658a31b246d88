-- What there is a million of takes less room. Rows refer to each other by small numbers; the ids that others know stand
-- once each, in the row that they name. SQLite makes tables anew for that; foreign keys are looked at once, at the end.

-- An account's key stands in every row, so it is its number, as text. Secrets are sealed for what it was before.
ALTER TABLE accounts ADD COLUMN uuid TEXT NOT NULL DEFAULT '';
UPDATE accounts SET uuid = id;
UPDATE accounts SET id = CAST(number AS TEXT);
UPDATE teams SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE sessions SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE one_time_links SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE sign_in_failures SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE batch_chunks SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE idempotency_keys SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE audit_events SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE recent_errors SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE ticks SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE flows SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE salesforce_connections SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE salesforce_identities SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE salesforce_sync_settings SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE salesforce_verifications SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE integrations SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE marketo_connections SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE marketo_failed_attempts SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE marketo_access SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE field_syncs SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE sync_runs SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE sync_windows SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE sync_problems SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);
UPDATE synced_people SET account_id = (SELECT a.id FROM accounts a WHERE a.uuid = account_id);

CREATE TABLE new_workspaces (
    number              INTEGER PRIMARY KEY,
    id                  TEXT NOT NULL UNIQUE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    is_default          INTEGER NOT NULL,
    -- Marketo's number of the workspace; NULL for one that is not Marketo's.
    marketo_id          BIGINT,
    UNIQUE (account_id, name_key)
);
INSERT INTO new_workspaces (number, id, account_id, name, name_key, is_default, marketo_id)
SELECT w.rowid, w.id, a.id, w.name, w.name_key, w.is_default, w.marketo_id
  FROM workspaces w JOIN accounts a ON a.uuid = w.account_id;

-- Numbers of people who are gone are not given again.
CREATE TABLE new_users (
    number              INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  TEXT NOT NULL,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    email               TEXT NOT NULL,
    email_key           TEXT NOT NULL,
    first_name          TEXT NOT NULL,
    last_name           TEXT NOT NULL,
    sort_name           TEXT NOT NULL,
    search_text         TEXT NOT NULL,
    role                TEXT NOT NULL,
    is_marketo_admin    INTEGER NOT NULL,
    is_salesforce_admin INTEGER NOT NULL,
    workspace_number    BIGINT NOT NULL REFERENCES workspaces (number),
    status              TEXT NOT NULL,
    locale              TEXT,
    password_hash       TEXT,
    -- 0 for never.
    last_sign_in_at     BIGINT NOT NULL,
    invitation_number   BIGINT,
    -- When the pending invitation stops working; NULL for members.
    invitation_expires_at BIGINT,
    version             INTEGER NOT NULL,
    created_at          BIGINT NOT NULL
);
INSERT INTO new_users (number, id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
    is_marketo_admin, is_salesforce_admin, workspace_number, status, locale, password_hash, last_sign_in_at,
    invitation_number, invitation_expires_at, version, created_at)
SELECT u.rowid, u.id, a.id, u.email, u.email_key, u.first_name, u.last_name, u.sort_name, u.search_text, u.role,
    u.is_marketo_admin, u.is_salesforce_admin, (SELECT w.rowid FROM workspaces w WHERE w.id = u.workspace_id),
    u.status, u.locale, u.password_hash, u.last_sign_in_at,
    (SELECT i.rowid FROM invitations i WHERE i.id = u.invitation_id), u.invitation_expires_at, u.version, u.created_at
  FROM users u CROSS JOIN accounts a WHERE a.uuid = u.account_id ORDER BY u.rowid;

-- The account follows from the team, so nothing looks for it here; it is never deleted.
CREATE TABLE new_team_members (
    team_id             TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_number         BIGINT NOT NULL REFERENCES users (number) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_number)
) WITHOUT ROWID;
INSERT INTO new_team_members (team_id, user_number)
SELECT m.team_id, (SELECT u.rowid FROM users u WHERE u.id = m.user_id) FROM team_members m ORDER BY 1, 2;

CREATE TABLE new_batches (
    number              INTEGER PRIMARY KEY,
    id                  TEXT NOT NULL UNIQUE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    created_by          TEXT REFERENCES users (id) ON DELETE SET NULL,
    created_by_name     TEXT NOT NULL,
    source              TEXT NOT NULL,
    file_name           TEXT,
    -- BatchOptions as JSON.
    options             TEXT NOT NULL,
    state               TEXT NOT NULL,
    is_dry_run          INTEGER NOT NULL,
    is_all_or_none      INTEGER NOT NULL,
    expected_rows       INTEGER NOT NULL,
    next_chunk          INTEGER NOT NULL,
    ready               INTEGER NOT NULL,
    member              INTEGER NOT NULL,
    invited             INTEGER NOT NULL,
    duplicate           INTEGER NOT NULL,
    over_seats          INTEGER NOT NULL,
    error               INTEGER NOT NULL,
    -- Grows whenever anything about the batch or its rows changes.
    revision            BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    sealed_at           BIGINT,
    -- When the last mail was settled; the mail worker leaves settled batches alone.
    settled_at          BIGINT,
    -- What became of it, counted as it happens.
    mails_queued        INTEGER NOT NULL DEFAULT 0,
    mails_sending       INTEGER NOT NULL DEFAULT 0,
    mails_sent          INTEGER NOT NULL DEFAULT 0,
    mails_failed        INTEGER NOT NULL DEFAULT 0,
    mails_cancelled     INTEGER NOT NULL DEFAULT 0,
    mails_unknown       INTEGER NOT NULL DEFAULT 0,
    accepted            INTEGER NOT NULL DEFAULT 0,
    revoked             INTEGER NOT NULL DEFAULT 0,
    -- Which invitations are being revoked, portion by portion: pending or unsent. NULL for none.
    revoking            TEXT,
    -- How many there were when it began, how many are dealt with, and the row after which it goes on.
    revoking_total      BIGINT NOT NULL DEFAULT 0,
    revoking_done       BIGINT NOT NULL DEFAULT 0,
    revoking_after      BIGINT NOT NULL DEFAULT -1
);
INSERT INTO new_batches (number, id, account_id, created_by, created_by_name, source, file_name, options, state,
    is_dry_run, is_all_or_none, expected_rows, next_chunk, ready, member, invited, duplicate, over_seats, error,
    revision, created_at, sealed_at, settled_at, mails_queued, mails_sending, mails_sent, mails_failed, mails_cancelled,
    mails_unknown, accepted, revoked, revoking, revoking_total, revoking_done, revoking_after)
SELECT b.rowid, b.id, a.id, b.created_by, b.created_by_name, b.source, b.file_name, b.options, b.state,
    b.is_dry_run, b.is_all_or_none, b.expected_rows, b.next_chunk, b.ready, b.member, b.invited, b.duplicate,
    b.over_seats, b.error, b.revision, b.created_at, b.sealed_at, b.settled_at, b.mails_queued, b.mails_sending,
    b.mails_sent, b.mails_failed, b.mails_cancelled, b.mails_unknown, b.accepted, b.revoked, b.revoking,
    b.revoking_total, b.revoking_done, b.revoking_after
  FROM batches b JOIN accounts a ON a.uuid = b.account_id;

-- The account of what follows is that of the batch, and never deleted: a foreign key to it would only cost an index.
CREATE TABLE new_batch_rows (
    batch_number        BIGINT NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
    row_number          INTEGER NOT NULL,
    account_id          TEXT NOT NULL,
    chunk               INTEGER NOT NULL,
    position            INTEGER NOT NULL,
    email               TEXT NOT NULL,
    -- NULL where the address is not valid.
    email_key           TEXT,
    first_name          TEXT NOT NULL,
    last_name           TEXT NOT NULL,
    verdict             TEXT NOT NULL,
    code                TEXT,
    detail              TEXT,
    invitation_number   BIGINT,
    PRIMARY KEY (batch_number, row_number)
);
INSERT INTO new_batch_rows (batch_number, row_number, account_id, chunk, position, email, email_key, first_name,
    last_name, verdict, code, detail, invitation_number)
SELECT b.number, r.row_number, b.account_id, r.chunk, r.position, r.email, r.email_key, r.first_name,
    r.last_name, r.verdict, r.code, r.detail, (SELECT i.rowid FROM invitations i WHERE i.id = r.invitation_id)
  FROM new_batches b CROSS JOIN batch_rows r WHERE r.batch_id = b.id ORDER BY b.number, r.row_number;

CREATE TABLE new_invitations (
    number              INTEGER PRIMARY KEY,
    id                  TEXT NOT NULL,
    account_id          TEXT NOT NULL,
    batch_number        BIGINT NOT NULL REFERENCES batches (number),
    row_number          INTEGER NOT NULL,
    -- NULL once revoked. Nobody has the number of a person who is gone.
    user_number         BIGINT,
    language            TEXT NOT NULL,
    -- Links carry it: raising it withdraws those sent before.
    generation          INTEGER NOT NULL,
    -- pending, accepted or revoked; expired is a matter of expires_at.
    status              TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL
);
INSERT INTO new_invitations (number, id, account_id, batch_number, row_number, user_number, language, generation,
    status, created_at, expires_at)
SELECT i.rowid, i.id, b.account_id, b.number, i.row_number, (SELECT u.rowid FROM users u WHERE u.id = i.user_id),
    i.language, i.generation, i.status, i.created_at, i.expires_at
  FROM invitations i CROSS JOIN new_batches b WHERE b.id = i.batch_id ORDER BY i.rowid;

CREATE TABLE new_mails (
    number              INTEGER PRIMARY KEY,
    -- Names the mail in its Message-ID. NULL for an invitation's, which bears the name of that.
    id                  TEXT,
    account_id          TEXT NOT NULL,
    kind                TEXT NOT NULL,
    batch_number        BIGINT REFERENCES batches (number) ON DELETE CASCADE,
    -- The row of the batch.
    row_number          INTEGER,
    invitation_number   BIGINT REFERENCES invitations (number) ON DELETE CASCADE,
    -- The recipient, where it is not the invitation's.
    user_id             TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- What the mail needs besides, as JSON.
    payload             TEXT,
    -- Part of the Message-ID: raised when the same mail is meant to arrive again.
    edition             INTEGER NOT NULL,
    state               TEXT NOT NULL,
    attempts            INTEGER NOT NULL,
    queued_at           BIGINT NOT NULL,
    next_attempt_at     BIGINT NOT NULL,
    lease_id            TEXT,
    lease_until         BIGINT,
    code                TEXT,
    detail              TEXT
);
INSERT INTO new_mails (number, id, account_id, kind, batch_number, row_number, invitation_number, user_id, payload,
    edition, state, attempts, queued_at, next_attempt_at, lease_id, lease_until, code, detail)
SELECT m.rowid, CASE WHEN m.invitation_id IS NULL THEN m.id END, a.id, m.kind,
    (SELECT b.rowid FROM batches b WHERE b.id = m.batch_id), m.row_number,
    (SELECT i.rowid FROM invitations i WHERE i.id = m.invitation_id), m.user_id, m.payload,
    m.edition, m.state, m.attempts, m.queued_at, m.next_attempt_at, m.lease_id, m.lease_until, m.code, m.detail
  FROM mails m CROSS JOIN accounts a WHERE a.uuid = m.account_id ORDER BY m.rowid;

-- With their indexes and triggers. Whoever counts goes before what is counted.
DROP TABLE mails;
DROP TABLE invitations;
DROP TABLE batch_rows;
DROP TABLE batches;
DROP TABLE team_members;
DROP TABLE users;
DROP TABLE workspaces;
ALTER TABLE new_workspaces RENAME TO workspaces;
ALTER TABLE new_users RENAME TO users;
ALTER TABLE new_team_members RENAME TO team_members;
ALTER TABLE new_batches RENAME TO batches;
ALTER TABLE new_batch_rows RENAME TO batch_rows;
ALTER TABLE new_invitations RENAME TO invitations;
ALTER TABLE new_mails RENAME TO mails;

CREATE UNIQUE INDEX users_by_id ON users (id);
CREATE UNIQUE INDEX users_by_email ON users (account_id, email_key);
-- The text that is searched is in one index, with what every order and filter of the user list compares: a search in
-- another order than by name goes through it, too.
CREATE INDEX users_by_name ON users (account_id, sort_name, number, search_text, email_key, role, status,
    invitation_expires_at, last_sign_in_at);
-- Orders, with what the filters compare.
CREATE INDEX users_by_role ON users (account_id, role, sort_name, number, status, invitation_expires_at);
CREATE INDEX users_by_status ON users (account_id, status, sort_name, number, role, invitation_expires_at);
CREATE INDEX users_by_last_sign_in ON users (account_id, last_sign_in_at, number, role, status, invitation_expires_at);
CREATE INDEX users_by_invitation ON users (invitation_number) WHERE invitation_number IS NOT NULL;
-- Open invitations by their end, for the setup guide and the seats.
CREATE INDEX users_invited ON users (account_id, invitation_expires_at) WHERE status = 'invited';
CREATE INDEX users_by_workspace ON users (workspace_number);
CREATE INDEX users_by_persona ON users (account_id, status) WHERE is_marketo_admin = 1;
CREATE INDEX team_members_by_user ON team_members (user_number);

CREATE INDEX batches_by_account ON batches (account_id, is_dry_run, id);
CREATE INDEX batches_unsettled ON batches (state, settled_at);
CREATE INDEX batches_by_creator ON batches (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX batches_revoking ON batches (account_id, id) WHERE revoking IS NOT NULL;

CREATE INDEX batch_rows_by_email ON batch_rows (batch_number, email_key);
CREATE INDEX batch_rows_refused ON batch_rows (batch_number, verdict, row_number) WHERE verdict <> 'ready';
CREATE INDEX batch_rows_without_mail ON batch_rows (batch_number, row_number) WHERE invitation_number IS NULL;

CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
CREATE INDEX invitations_by_batch ON invitations (batch_number, status, row_number);
-- The setup guide asks for what is seldom.
CREATE INDEX invitations_accepted ON invitations (account_id, user_number) WHERE status = 'accepted';
CREATE INDEX mails_failed ON mails (account_id, invitation_number) WHERE state = 'failed';

CREATE UNIQUE INDEX mails_by_invitation ON mails (invitation_number) WHERE invitation_number IS NOT NULL;
CREATE INDEX mails_by_row ON mails (batch_number, state, row_number);
-- The queue alone: what was sent is in none of these.
CREATE INDEX mails_due ON mails (batch_number, next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_waiting ON mails (batch_number, queued_at) WHERE state = 'queued';
CREATE INDEX mails_leased ON mails (lease_id) WHERE state = 'sending';
CREATE INDEX mails_by_lease_end ON mails (lease_until) WHERE state = 'sending';
CREATE INDEX mails_by_user ON mails (user_id) WHERE user_id IS NOT NULL;

CREATE TRIGGER mails_came AFTER INSERT ON mails WHEN new.batch_number IS NOT NULL BEGIN
    UPDATE batches SET
        mails_queued = mails_queued + (new.state = 'queued'),
        mails_sending = mails_sending + (new.state = 'sending'),
        mails_sent = mails_sent + (new.state = 'sent'),
        mails_failed = mails_failed + (new.state = 'failed'),
        mails_cancelled = mails_cancelled + (new.state = 'cancelled'),
        mails_unknown = mails_unknown + (new.state = 'unknown')
     WHERE number = new.batch_number;
END;
CREATE TRIGGER mails_moved AFTER UPDATE OF state ON mails
    WHEN new.batch_number IS NOT NULL AND new.state <> old.state BEGIN
    UPDATE batches SET
        mails_queued = mails_queued + (new.state = 'queued') - (old.state = 'queued'),
        mails_sending = mails_sending + (new.state = 'sending') - (old.state = 'sending'),
        mails_sent = mails_sent + (new.state = 'sent') - (old.state = 'sent'),
        mails_failed = mails_failed + (new.state = 'failed') - (old.state = 'failed'),
        mails_cancelled = mails_cancelled + (new.state = 'cancelled') - (old.state = 'cancelled'),
        mails_unknown = mails_unknown + (new.state = 'unknown') - (old.state = 'unknown')
     WHERE number = new.batch_number;
END;
CREATE TRIGGER invitations_moved AFTER UPDATE OF status ON invitations WHEN new.status <> old.status BEGIN
    UPDATE batches SET
        accepted = accepted + (new.status = 'accepted') - (old.status = 'accepted'),
        revoked = revoked + (new.status = 'revoked') - (old.status = 'revoked')
     WHERE number = new.batch_number;
END;

-- Migrations run without foreign keys: a row that refers to nothing makes this one fail, and leaves all as it was.
CREATE TABLE astray (child TEXT CHECK (child IS NULL));
INSERT INTO astray (child) SELECT "table" FROM pragma_foreign_key_check;
DROP TABLE astray;
