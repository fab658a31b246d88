-- The Integration Information, from the first invitation on. Client secrets are sealed.
CREATE TABLE integrations (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    munchkin_account_id TEXT NOT NULL,
    client_id           TEXT NOT NULL,
    client_secret       TEXT NOT NULL,
    secret_ends_with    TEXT NOT NULL,
    updated_at          BIGINT NOT NULL,
    -- Whether one of those who were invited has accepted and so become the original user.
    is_accepted         INTEGER NOT NULL
);

-- One connection per account.
CREATE TABLE marketo_connections (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    munchkin_account_id TEXT NOT NULL,
    client_id           TEXT NOT NULL,
    client_secret       TEXT NOT NULL,
    secret_ends_with    TEXT NOT NULL,
    owner_id            TEXT NOT NULL REFERENCES users (id),
    connected_at        BIGINT NOT NULL,
    checked_at          BIGINT NOT NULL,
    -- ConnectionFailure of the last check; NULL when all was well.
    failure             TEXT
);

-- The last attempt to connect that failed.
CREATE TABLE marketo_failed_attempts (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    at                  BIGINT NOT NULL,
    failure             TEXT NOT NULL
);

-- Who may use the connection besides its owner.
CREATE TABLE marketo_access (
    user_id             TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    workspace_id        TEXT NOT NULL REFERENCES workspaces (id),
    granted_at          BIGINT NOT NULL
);
CREATE INDEX marketo_access_by_account ON marketo_access (account_id, user_id);

-- Marketo's number of the workspace; NULL for one that is not Marketo's.
ALTER TABLE workspaces ADD COLUMN marketo_id BIGINT;

-- 0 for never.
ALTER TABLE sessions ADD COLUMN password_confirmed_at BIGINT NOT NULL DEFAULT 0;
