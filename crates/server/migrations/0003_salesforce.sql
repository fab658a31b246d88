-- Ways through Salesforce's authorisation. Of what only the browser may know there is a SHA-256, and what only the
-- server may know is sealed.
CREATE TABLE flows (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    purpose             TEXT NOT NULL,
    -- SalesforceEnvironment as JSON.
    environment         TEXT NOT NULL,
    -- The app's path to come back to.
    return_to           TEXT NOT NULL,
    -- The session that began it, if there was one, and whose connection is made.
    session_hash        TEXT,
    user_id             TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- The invitation that is accepted, as its link named it.
    invitation_id       TEXT REFERENCES invitations (id) ON DELETE CASCADE,
    generation          INTEGER,
    -- Whether it is gone through in a window of its own.
    is_popup            INTEGER NOT NULL,
    -- NULL until the window opens.
    state_hash          TEXT UNIQUE,
    cookie_hash         TEXT,
    verifier            TEXT,
    -- When Salesforce sent the browser back. A flow is answered once.
    answered_at         BIGINT,
    -- FlowState as JSON.
    outcome             TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL
);
CREATE INDEX flows_by_account ON flows (account_id, purpose, expires_at);
CREATE INDEX flows_by_age ON flows (expires_at);

-- One connection per person. The tokens are sealed.
CREATE TABLE salesforce_connections (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    user_id             TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    environment         TEXT NOT NULL,
    org_id              TEXT NOT NULL,
    -- The id until the org has told its name.
    org_name            TEXT NOT NULL,
    instance_url        TEXT NOT NULL,
    username            TEXT NOT NULL,
    -- Separated by spaces.
    scopes              TEXT NOT NULL,
    access_token        TEXT NOT NULL,
    refresh_token       TEXT,
    -- How often the access token was replaced.
    refreshes           INTEGER NOT NULL,
    connected_at        BIGINT NOT NULL,
    checked_at          BIGINT NOT NULL,
    -- ConnectionFailure of the last check; NULL when all was well.
    failure             TEXT
);
CREATE INDEX salesforce_connections_by_account ON salesforce_connections (account_id, checked_at);

-- Who has signed in through Salesforce, as whom.
CREATE TABLE salesforce_identities (
    user_id             TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    org_id              TEXT NOT NULL,
    salesforce_user_id  TEXT NOT NULL,
    signed_in_at        BIGINT NOT NULL
);
CREATE INDEX salesforce_identities_by_account ON salesforce_identities (account_id, org_id);

CREATE TABLE salesforce_sync_settings (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    email_activity      TEXT NOT NULL,
    bcc_address         TEXT,
    tasks               TEXT NOT NULL,
    version             INTEGER NOT NULL
);

-- What the connected org said of the items of the check-list.
CREATE TABLE salesforce_verifications (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    item                TEXT NOT NULL,
    org_id              TEXT NOT NULL,
    is_passed           INTEGER NOT NULL,
    -- Whether it passed at any time, in this org.
    was_passed          INTEGER NOT NULL,
    -- What was found, as a list in JSON.
    found               TEXT NOT NULL,
    verified_at         BIGINT NOT NULL,
    PRIMARY KEY (account_id, item)
);
