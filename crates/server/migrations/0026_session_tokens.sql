-- The tokens of a page of another site, to which no browser sends the session's cookie. They are made by the key in the
-- data folder for one origin, so none of them is stored: only which of them are the current ones.
CREATE TABLE session_tokens (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    session_hash        TEXT NOT NULL REFERENCES sessions (token_hash) ON DELETE CASCADE,
    -- Grows with each refresh. Tokens of an earlier generation are used up.
    generation          INTEGER NOT NULL,
    issued_at           BIGINT NOT NULL
);
CREATE INDEX session_tokens_by_account ON session_tokens (account_id);
CREATE INDEX session_tokens_by_session ON session_tokens (session_hash);

-- The origin of the page that began a flow, to which the person returns; NULL for a client that is no page.
ALTER TABLE flows ADD COLUMN origin TEXT;
