-- Portable between SQLite and PostgreSQL: ids are UUIDv7 text, times are Unix milliseconds, flags are 0 or 1,
-- enums are the names of the wire contract. Every table carries its account.

CREATE TABLE accounts (
    id                  TEXT PRIMARY KEY,
    name                TEXT NOT NULL,
    seat_limit          INTEGER NOT NULL,
    team_limit          INTEGER NOT NULL,
    login_management    TEXT NOT NULL,
    original_user_id    TEXT,
    created_at          BIGINT NOT NULL
);

CREATE TABLE workspaces (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    is_default          INTEGER NOT NULL,
    UNIQUE (account_id, name_key)
);

-- The team Everyone has no rows in team_members: it holds every user there is.
CREATE TABLE teams (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    is_everyone         INTEGER NOT NULL,
    UNIQUE (account_id, name_key)
);

-- Members and people who are invited. One row per address: that is what keeps anybody from being invited twice.
CREATE TABLE users (
    id                  TEXT PRIMARY KEY,
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
    workspace_id        TEXT NOT NULL REFERENCES workspaces (id),
    status              TEXT NOT NULL,
    locale              TEXT,
    password_hash       TEXT,
    -- 0 for never.
    last_sign_in_at     BIGINT NOT NULL,
    invitation_id       TEXT,
    -- When the pending invitation stops working; NULL for members.
    invitation_expires_at BIGINT,
    version             INTEGER NOT NULL,
    created_at          BIGINT NOT NULL,
    UNIQUE (account_id, email_key)
);
CREATE INDEX users_by_status ON users (account_id, status, invitation_expires_at);
-- Covers the filters of the user list, so that a search need not look at every row.
CREATE INDEX users_by_name ON users
    (account_id, sort_name, id, search_text, role, status, invitation_expires_at);
CREATE INDEX users_by_role ON users (account_id, role, sort_name, id);
CREATE INDEX users_by_last_sign_in ON users (account_id, last_sign_in_at, id);
CREATE INDEX users_by_status_and_name ON users (account_id, status, sort_name, id, invitation_expires_at);
CREATE INDEX users_by_invitation ON users (invitation_id);

CREATE TABLE team_members (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    team_id             TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_by_user ON team_members (user_id);

-- A session is known by the SHA-256 of its cookie.
CREATE TABLE sessions (
    token_hash          TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at          BIGINT NOT NULL,
    last_seen_at        BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- One-time links other than invitations. The link itself is derived from the id by the key in the data folder.
CREATE TABLE one_time_links (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose             TEXT NOT NULL,
    expires_at          BIGINT NOT NULL,
    used_at             BIGINT
);

-- Failed sign-ins by address, whether or not anybody has it: the answer must not tell.
CREATE TABLE sign_in_failures (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    email_key           TEXT NOT NULL,
    failures            INTEGER NOT NULL,
    locked_until        BIGINT,
    updated_at          BIGINT NOT NULL,
    PRIMARY KEY (account_id, email_key)
);

CREATE TABLE batches (
    id                  TEXT PRIMARY KEY,
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
    settled_at          BIGINT
);
CREATE INDEX batches_by_account ON batches (account_id, is_dry_run, id);
CREATE INDEX batches_unsettled ON batches (state, settled_at);

CREATE TABLE batch_chunks (
    batch_id            TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    chunk               INTEGER NOT NULL,
    fingerprint         TEXT NOT NULL,
    PRIMARY KEY (batch_id, chunk)
);

CREATE TABLE batch_rows (
    batch_id            TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    row_number          INTEGER NOT NULL,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
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
    invitation_id       TEXT,
    PRIMARY KEY (batch_id, row_number)
);
CREATE INDEX batch_rows_by_email ON batch_rows (batch_id, email_key);

CREATE TABLE invitations (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    batch_id            TEXT NOT NULL REFERENCES batches (id),
    row_number          INTEGER NOT NULL,
    -- NULL once the person is gone.
    user_id             TEXT,
    language            TEXT NOT NULL,
    -- Links carry it: raising it withdraws those sent before.
    generation          INTEGER NOT NULL,
    -- pending, accepted or revoked; expired is a matter of expires_at.
    status              TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL
);
CREATE INDEX invitations_by_batch ON invitations (batch_id, status);

-- Outgoing mail. Written in the transaction of what it tells; no row holds a link.
CREATE TABLE mails (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    kind                TEXT NOT NULL,
    batch_id            TEXT REFERENCES batches (id) ON DELETE CASCADE,
    invitation_id       TEXT UNIQUE REFERENCES invitations (id) ON DELETE CASCADE,
    -- The recipient, where it is not the invitation's.
    user_id             TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- What the mail needs besides, as JSON.
    payload             TEXT,
    -- Part of the Message-ID: raised when the same mail is meant to arrive again.
    edition             INTEGER NOT NULL,
    state               TEXT NOT NULL,
    attempts            INTEGER NOT NULL,
    next_attempt_at     BIGINT NOT NULL,
    lease_id            TEXT,
    lease_until         BIGINT,
    code                TEXT,
    detail              TEXT
);
CREATE INDEX mails_by_batch ON mails (batch_id, state, next_attempt_at, id);
CREATE INDEX mails_by_lease ON mails (state, lease_until);

CREATE TABLE idempotency_keys (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    user_id             TEXT NOT NULL,
    route               TEXT NOT NULL,
    idempotency_key     TEXT NOT NULL,
    fingerprint         TEXT NOT NULL,
    status              INTEGER NOT NULL,
    location            TEXT,
    body                TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id, route, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
