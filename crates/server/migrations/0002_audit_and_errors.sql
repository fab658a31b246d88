-- What people did to the account. Rows are never changed.
CREATE TABLE audit_events (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    at                  BIGINT NOT NULL,
    -- The name or address as it was then: the person may be gone. Empty for the server itself.
    actor               TEXT NOT NULL,
    action              TEXT NOT NULL,
    subject             TEXT NOT NULL,
    search_text         TEXT NOT NULL,
    request_id          TEXT NOT NULL
);
CREATE INDEX audit_events_by_account ON audit_events (account_id, id);
CREATE INDEX audit_events_by_action ON audit_events (account_id, action, id);

-- Failures of other services that the account met lately.
CREATE TABLE recent_errors (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    at                  BIGINT NOT NULL,
    service             TEXT NOT NULL,
    code                TEXT NOT NULL,
    during              TEXT NOT NULL,
    request_id          TEXT NOT NULL
);
CREATE INDEX recent_errors_by_account ON recent_errors (account_id, id);

-- Prerequisites and items of the check-list that somebody ticked.
CREATE TABLE ticks (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    item                TEXT NOT NULL,
    ticked_by           TEXT NOT NULL,
    ticked_at           BIGINT NOT NULL,
    PRIMARY KEY (account_id, item)
);
