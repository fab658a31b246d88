-- Action Field Sync: who starts it, how far it is, and the people it brings.

-- The schedule of an account. No row before the first look at it.
CREATE TABLE field_syncs (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    polling_minutes     INTEGER NOT NULL,
    -- How many people there are, counted along with them.
    people              BIGINT NOT NULL,
    -- Where Marketo's changes and deletions go on; NULL until the first run over everybody is complete.
    changes_token       TEXT,
    deletions_token     TEXT,
    -- When changes were last asked for.
    polled_at           BIGINT
);

-- Runs over everybody, polls that found something, and counts for a preview.
CREATE TABLE sync_runs (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    kind                TEXT NOT NULL,
    state               TEXT NOT NULL,
    -- Why it failed.
    failure             TEXT,
    -- One reading of everybody: a run that goes on where a failed one stopped shares its pass.
    pass_id             TEXT NOT NULL,
    -- Where changes begin that the pass may have missed.
    changes_token       TEXT,
    -- When the oldest person was made, as far as that is known.
    oldest_at           BIGINT,
    -- SyncFields as JSON, for a preview.
    fields              TEXT,
    started_by          TEXT,
    started_at          BIGINT NOT NULL,
    ended_at            BIGINT,
    expected            BIGINT,
    created             BIGINT NOT NULL,
    updated             BIGINT NOT NULL,
    unchanged           BIGINT NOT NULL,
    not_in_salesforce   BIGINT NOT NULL,
    no_salesforce_owner BIGINT NOT NULL,
    no_email            BIGINT NOT NULL,
    over_limit          BIGINT NOT NULL,
    failed              BIGINT NOT NULL,
    removed             BIGINT NOT NULL
);
CREATE INDEX sync_runs_by_account ON sync_runs (account_id, id);
CREATE INDEX sync_runs_by_state ON sync_runs (account_id, state);

-- The time in which a pass looks for people, in pieces that one export can hold, the latest first.
CREATE TABLE sync_windows (
    pass_id             TEXT NOT NULL,
    position            INTEGER NOT NULL,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    -- Both ends belong to it.
    starts_at           BIGINT NOT NULL,
    ends_at             BIGINT NOT NULL,
    export_id           TEXT,
    -- How many people the export holds, once that is known.
    records             BIGINT,
    -- How many of them are dealt with.
    records_done        BIGINT NOT NULL,
    is_done             INTEGER NOT NULL,
    -- What became of them.
    created             BIGINT NOT NULL,
    updated             BIGINT NOT NULL,
    unchanged           BIGINT NOT NULL,
    not_in_salesforce   BIGINT NOT NULL,
    no_salesforce_owner BIGINT NOT NULL,
    no_email            BIGINT NOT NULL,
    over_limit          BIGINT NOT NULL,
    failed              BIGINT NOT NULL,
    PRIMARY KEY (pass_id, position)
);

-- People who could not be brought over.
CREATE TABLE sync_problems (
    pass_id             TEXT NOT NULL,
    position            INTEGER NOT NULL,
    record              BIGINT NOT NULL,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    marketo_id          BIGINT NOT NULL,
    email               TEXT,
    code                TEXT NOT NULL,
    PRIMARY KEY (pass_id, position, record)
);

-- The people of the sales account.
CREATE TABLE synced_people (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    marketo_id          BIGINT NOT NULL,
    first_name          TEXT NOT NULL,
    last_name           TEXT NOT NULL,
    email               TEXT NOT NULL,
    company             TEXT NOT NULL,
    title               TEXT NOT NULL,
    phone_number        TEXT NOT NULL,
    linkedin_url        TEXT NOT NULL,
    source              TEXT NOT NULL,
    salesforce_contact_id     TEXT,
    salesforce_lead_id        TEXT,
    salesforce_account_id     TEXT,
    salesforce_opportunity_id TEXT,
    search_text         TEXT NOT NULL,
    -- Hash of the values, by which a change is seen.
    fingerprint         BIGINT NOT NULL,
    outcome             TEXT NOT NULL,
    -- The pass that last met the person.
    pass_id             TEXT NOT NULL,
    synced_at           BIGINT NOT NULL,
    PRIMARY KEY (account_id, marketo_id)
);
-- Holds what a search looks at, so that it need not look at everybody's other values.
CREATE INDEX synced_people_by_search ON synced_people (account_id, marketo_id, search_text);
CREATE INDEX synced_people_by_outcome ON synced_people (account_id, outcome, marketo_id, search_text);
