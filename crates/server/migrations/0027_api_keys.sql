-- The keys of hosts that embed the panel. Of a key there is only a SHA-256: it is random, and long enough not to be found.
CREATE TABLE api_keys (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    -- Its first characters.
    prefix              TEXT NOT NULL,
    secret_hash         TEXT NOT NULL UNIQUE,
    -- Lists as JSON.
    origins             TEXT NOT NULL,
    flows               TEXT NOT NULL,
    role                TEXT NOT NULL,
    created_by          TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    last_used_at        BIGINT,
    revoked_at          BIGINT
);
CREATE INDEX api_keys_by_account ON api_keys (account_id, created_at);
CREATE UNIQUE INDEX api_keys_by_name ON api_keys (account_id, name_key) WHERE revoked_at IS NULL;

-- Sessions of panels: rows of `sessions` that no cookie opens, with what they are limited to.
CREATE TABLE panel_sessions (
    session_hash        TEXT PRIMARY KEY REFERENCES sessions (token_hash) ON DELETE CASCADE,
    api_key_id          TEXT NOT NULL REFERENCES api_keys (id),
    origin              TEXT NOT NULL,
    flow                TEXT NOT NULL,
    issued_at           BIGINT NOT NULL
);
CREATE INDEX panel_sessions_by_key ON panel_sessions (api_key_id);

-- When the audit log last said that a key opens sessions for a person.
CREATE TABLE api_key_uses (
    api_key_id          TEXT NOT NULL REFERENCES api_keys (id),
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    origin              TEXT NOT NULL,
    flow                TEXT NOT NULL,
    noted_at            BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, user_id, origin, flow)
);
CREATE INDEX api_key_uses_by_user ON api_key_uses (user_id);
CREATE INDEX api_key_uses_by_age ON api_key_uses (noted_at);
