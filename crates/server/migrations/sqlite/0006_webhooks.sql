-- Webhooks: where events are sent to, by what they are signed, and what is still to be sent.
CREATE TABLE webhook_endpoints (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    url                 TEXT NOT NULL,
    description         TEXT NOT NULL,
    -- The types of events, as JSON.
    types               TEXT NOT NULL,
    -- Also `deleted`: it is shown no more, and goes once its messages have gone.
    state               TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    -- Since when every attempt has failed, and how many in a row.
    failing_since       BIGINT,
    failures            BIGINT NOT NULL DEFAULT 0,
    paused_until        BIGINT NOT NULL DEFAULT 0,
    -- Invitations that ended by then were told.
    expired_until       BIGINT NOT NULL
);
CREATE INDEX webhook_endpoints_by_account ON webhook_endpoints (account_id, created_at);

CREATE TABLE webhook_secrets (
    id                  TEXT PRIMARY KEY,
    endpoint_id         TEXT NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    -- Sealed.
    secret              TEXT NOT NULL,
    made_at             BIGINT NOT NULL,
    -- When it signs no more; NULL for the present one.
    ends_at             BIGINT
);
CREATE INDEX webhook_secrets_by_endpoint ON webhook_secrets (endpoint_id, made_at);
CREATE INDEX webhook_secrets_by_end ON webhook_secrets (ends_at) WHERE ends_at IS NOT NULL;

-- Written in the transaction of the change that the event tells of.
CREATE TABLE webhook_messages (
    number              INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  TEXT NOT NULL,
    endpoint_id         TEXT NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    type                TEXT NOT NULL,
    body                TEXT NOT NULL,
    state               TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    attempts            BIGINT NOT NULL DEFAULT 0,
    -- Attempts before it was sent again by hand.
    attempts_before     BIGINT NOT NULL DEFAULT 0,
    next_attempt_at     BIGINT NOT NULL,
    gives_up_at         BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_messages_by_id ON webhook_messages (id);
CREATE INDEX webhook_messages_waiting ON webhook_messages (endpoint_id, next_attempt_at, number) WHERE state = 'waiting';
CREATE INDEX webhook_messages_by_endpoint ON webhook_messages (endpoint_id, state, number);
CREATE INDEX webhook_messages_by_age ON webhook_messages (created_at);

CREATE TABLE webhook_attempts (
    message_number      BIGINT NOT NULL REFERENCES webhook_messages (number) ON DELETE CASCADE,
    attempt             BIGINT NOT NULL,
    at                  BIGINT NOT NULL,
    took_ms             BIGINT NOT NULL,
    outcome             TEXT NOT NULL,
    status              BIGINT,
    response            TEXT,
    PRIMARY KEY (message_number, attempt)
);
