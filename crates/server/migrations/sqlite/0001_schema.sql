-- Ids are UUIDv7 text, times are Unix milliseconds, flags are 0 or 1, enums are the names of the wire contract. Every table
-- carries its account, or belongs to one that does.

-- --- Accounts, workspaces, teams and people

CREATE TABLE accounts (
    id                  TEXT PRIMARY KEY,
    name                TEXT NOT NULL,
    seat_limit          INTEGER NOT NULL,
    team_limit          INTEGER NOT NULL,
    login_management    TEXT NOT NULL,
    original_user_id    TEXT,
    created_at          BIGINT NOT NULL,
    -- For keys that are numbers and know their account.
    number              BIGINT NOT NULL DEFAULT 1,
    -- What the hashes of the account's address keys depend on: 128 random bits in hexadecimal digits, made once.
    address_seed        TEXT NOT NULL DEFAULT '',
    -- Another random number whenever somebody comes or leaves, or has another address, status or end of an invitation.
    people_version      BIGINT NOT NULL DEFAULT 0,
    -- Whether the original user was invited or chosen. Until then the first administrator stands in.
    is_original_user_chosen INTEGER NOT NULL DEFAULT 0,
    -- What secrets are sealed for. The id, which stands in every row, is short: the number as text.
    uuid                TEXT NOT NULL DEFAULT '',
    -- Who must have a second factor, since when, and how many days they have to add one.
    factors_needed_from TEXT NOT NULL DEFAULT 'nobody',
    factors_needed_since BIGINT NOT NULL DEFAULT 0,
    factor_grace_days   INTEGER NOT NULL DEFAULT 7,
    -- Grows with every change of how people sign in, and of who must have a second factor.
    settings_version    INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX accounts_by_number ON accounts (number);

CREATE TABLE workspaces (
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

-- The team Everyone has no rows in team_members: it holds every user there is.
CREATE TABLE teams (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    is_everyone         INTEGER NOT NULL,
    UNIQUE (account_id, name_key)
);

-- Members and people who are invited. One row per address: that is what keeps anybody from being invited twice. Numbers of
-- people who are gone are not given again.
CREATE TABLE users (
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
    created_at          BIGINT NOT NULL,
    -- Since when they have access, and since when they are an administrator if they are one: the rule on second factors
    -- holds from then on.
    joined_at           BIGINT NOT NULL DEFAULT 0,
    admin_since         BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX users_by_id ON users (id);
-- Each order of the user list has an index that holds what its filters and a search compare.
CREATE UNIQUE INDEX users_by_email ON users (account_id, email_key);
-- The text that is searched is in one index, with what every order and filter of the user list compares: a search in
-- another order than by name goes through it, too.
CREATE INDEX users_by_name ON users (account_id, sort_name, number, search_text, email_key, role, status,
    invitation_expires_at, last_sign_in_at);
CREATE INDEX users_by_role ON users (account_id, role, sort_name, number, status, invitation_expires_at);
CREATE INDEX users_by_status ON users (account_id, status, sort_name, number, role, invitation_expires_at);
CREATE INDEX users_by_last_sign_in ON users (account_id, last_sign_in_at, number, role, status, invitation_expires_at);
CREATE INDEX users_by_invitation ON users (invitation_number) WHERE invitation_number IS NOT NULL;
-- Open invitations by their end, for the setup guide and the seats.
CREATE INDEX users_invited ON users (account_id, invitation_expires_at) WHERE status = 'invited';
-- Administrators who are invited are few, also where many people are administrators or invited.
CREATE INDEX users_invited_as_admins ON users (account_id, status, role) WHERE status = 'invited' AND role = 'admin';
-- Every foreign key has an index: without one, whatever is deleted reads the other table from end to end.
CREATE INDEX users_by_workspace ON users (workspace_number);
-- Few of the people are Marketo administrators, and only those are looked for by it.
CREATE INDEX users_by_persona ON users (account_id, status) WHERE is_marketo_admin = 1;

-- How many people there are of each status, those who are invited by the end of their invitation (0 for members): many
-- have the same. Counted as people come, change and leave.
CREATE TABLE people_counts (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    status              TEXT NOT NULL,
    expires_at          BIGINT NOT NULL,
    people              BIGINT NOT NULL,
    PRIMARY KEY (account_id, status, expires_at)
) WITHOUT ROWID;
CREATE TRIGGER users_came AFTER INSERT ON users BEGIN
    INSERT INTO people_counts (account_id, status, expires_at, people)
    VALUES (new.account_id, new.status, iif(new.status = 'invited', COALESCE(new.invitation_expires_at, 0), 0), 1)
        ON CONFLICT (account_id, status, expires_at) DO UPDATE SET people = people + 1;
    UPDATE accounts SET people_version = random() WHERE id = new.account_id;
END;
CREATE TRIGGER users_left AFTER DELETE ON users BEGIN
    UPDATE people_counts SET people = people - 1
     WHERE account_id = old.account_id AND status = old.status
       AND expires_at = iif(old.status = 'invited', COALESCE(old.invitation_expires_at, 0), 0);
    DELETE FROM people_counts
     WHERE account_id = old.account_id AND status = old.status
       AND expires_at = iif(old.status = 'invited', COALESCE(old.invitation_expires_at, 0), 0) AND people = 0;
    UPDATE accounts SET people_version = random() WHERE id = old.account_id;
END;
CREATE TRIGGER users_moved AFTER UPDATE OF status, invitation_expires_at ON users
    WHEN new.status <> old.status OR new.invitation_expires_at IS NOT old.invitation_expires_at BEGIN
    UPDATE people_counts SET people = people - 1
     WHERE account_id = old.account_id AND status = old.status
       AND expires_at = iif(old.status = 'invited', COALESCE(old.invitation_expires_at, 0), 0);
    INSERT INTO people_counts (account_id, status, expires_at, people)
    VALUES (new.account_id, new.status, iif(new.status = 'invited', COALESCE(new.invitation_expires_at, 0), 0), 1)
        ON CONFLICT (account_id, status, expires_at) DO UPDATE SET people = people + 1;
    DELETE FROM people_counts
     WHERE account_id = old.account_id AND status = old.status
       AND expires_at = iif(old.status = 'invited', COALESCE(old.invitation_expires_at, 0), 0) AND people = 0;
    UPDATE accounts SET people_version = random() WHERE id = new.account_id;
END;
CREATE TRIGGER users_renamed AFTER UPDATE OF email_key ON users WHEN new.email_key <> old.email_key BEGIN
    UPDATE accounts SET people_version = random() WHERE id = new.account_id;
END;

-- The account follows from the team, so nothing looks for it here; it is never deleted. Teams are: they are gone at once,
-- while their rows here, which a foreign key would delete with them all at once, are deleted portion by portion.
CREATE TABLE team_members (
    team_id             TEXT NOT NULL,
    user_number         BIGINT NOT NULL REFERENCES users (number) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_number)
) WITHOUT ROWID;
CREATE INDEX team_members_by_user ON team_members (user_number);

-- Teams that were deleted, for as long as they may have rows in team_members.
CREATE TABLE deleted_teams (
    team_id             TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id)
);
CREATE INDEX deleted_teams_by_account ON deleted_teams (account_id);

-- The mappings that administrators chose for the columns of files, for the next file with the same columns: hashes of headers
-- and names of fields, no personal data.
CREATE TABLE column_mappings (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    mapping             TEXT NOT NULL,
    chosen_at           BIGINT NOT NULL,
    PRIMARY KEY (account_id, mapping)
);

-- --- Sessions and links

-- A session is known by the SHA-256 of its cookie.
CREATE TABLE sessions (
    token_hash          TEXT PRIMARY KEY,
    -- By which it is listed and ended.
    id                  TEXT NOT NULL,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at          BIGINT NOT NULL,
    last_seen_at        BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL,
    -- When its owner last proved who they are, by the sign-in at first. 0 for none: a key has opened it, for a panel, or
    -- Salesforce, without asking.
    proven_at           BIGINT NOT NULL,
    -- The cookie of before its owner's last proof, and when that gave it another: for a moment, it is known by this one, too.
    former_hash         TEXT,
    renewed_at          BIGINT NOT NULL DEFAULT 0,
    -- Whose word it was opened on: the user's own, Salesforce's, or a host's.
    opened_by           TEXT NOT NULL,
    -- Where it was opened: the browser and system as they name themselves, and the network.
    browser             TEXT NOT NULL,
    network             TEXT NOT NULL
);
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_by_former ON sessions (former_hash) WHERE former_hash IS NOT NULL;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- The code that was mailed to the owner of a session last. The code itself is derived from the id by the key in the data
-- folder.
CREATE TABLE proof_codes (
    session_hash        TEXT PRIMARY KEY REFERENCES sessions (token_hash) ON DELETE CASCADE ON UPDATE CASCADE,
    id                  TEXT NOT NULL,
    sent_at             BIGINT NOT NULL,
    -- How often a wrong one was entered.
    wrong               INTEGER NOT NULL DEFAULT 0
);

-- Passkeys as webauthn-rs writes them: the public key, the counter, and what the authenticator has said of itself.
CREATE TABLE passkeys (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- In Base64, as the authenticator names it.
    credential_id       TEXT NOT NULL,
    name                TEXT NOT NULL,
    credential          TEXT NOT NULL,
    added_at            BIGINT NOT NULL,
    -- NULL for never.
    last_used_at        BIGINT
);
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (account_id, credential_id);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

-- The authenticator app of a user. Its secret is sealed by a key that is not in the database.
CREATE TABLE authenticator_apps (
    user_id             TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    -- NULL until a code has confirmed the first one.
    secret              TEXT,
    -- One that waits for the code that confirms it, and then takes the place of the other.
    next_secret         TEXT,
    -- Since when the secret counts.
    since               BIGINT,
    -- The 30 seconds, counted from 1970, of the last code that was taken: each is taken once.
    last_step           BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX authenticator_apps_by_account ON authenticator_apps (account_id);

-- The recovery codes that were not used yet. They are 120 random bits each, hashed with the key in the data folder.
CREATE TABLE recovery_codes (
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    hash                TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
) WITHOUT ROWID;
CREATE INDEX recovery_codes_by_account ON recovery_codes (account_id);

-- Ceremonies of WebAuthn that have succeeded, for as long as they could be tried again. Nothing is stored of others.
CREATE TABLE used_ceremonies (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    expires_at          BIGINT NOT NULL
);
CREATE INDEX used_ceremonies_by_account ON used_ceremonies (account_id);
CREATE INDEX used_ceremonies_by_end ON used_ceremonies (expires_at);

-- The tokens of a page of another site, to which no browser sends the session's cookie. They are made by the key in the
-- data folder for one origin, so none of them is stored: only which of them are the current ones.
CREATE TABLE session_tokens (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    session_hash        TEXT NOT NULL REFERENCES sessions (token_hash) ON DELETE CASCADE ON UPDATE CASCADE,
    -- Of the pages that have them.
    origin              TEXT NOT NULL,
    -- Grows with each refresh. Tokens of an earlier generation are used up once one of this generation is used.
    generation          INTEGER NOT NULL,
    issued_at           BIGINT NOT NULL,
    is_used             INTEGER NOT NULL
);
CREATE INDEX session_tokens_by_account ON session_tokens (account_id);
CREATE INDEX session_tokens_by_session ON session_tokens (session_hash);

-- One-time links other than invitations. The link itself is derived from the id by the key in the data folder.
CREATE TABLE one_time_links (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    user_id             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose             TEXT NOT NULL,
    expires_at          BIGINT NOT NULL,
    used_at             BIGINT
);
CREATE INDEX one_time_links_by_account ON one_time_links (account_id);
CREATE INDEX one_time_links_by_user ON one_time_links (user_id);
CREATE INDEX one_time_links_by_end ON one_time_links (expires_at);

-- Wrong passwords, each for as long as it counts, by whose guess it was: an address and the network of a stranger, a
-- known browser, or a user and one of their sessions.
CREATE TABLE guesses (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    counted_for         TEXT NOT NULL,
    source              TEXT NOT NULL,
    guessed_at          BIGINT NOT NULL
);
CREATE INDEX guesses_by_address ON guesses (account_id, counted_for, source);
CREATE INDEX guesses_by_time ON guesses (guessed_at);

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

-- --- Batches, invitations and mails

-- Batches of rows, mostly of a file. What the rows are and what becomes of them depends on the kind.
CREATE TABLE batches (
    number              INTEGER PRIMARY KEY,
    id                  TEXT NOT NULL UNIQUE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    -- invitations or member_changes.
    kind                TEXT NOT NULL,
    -- The id of the administrator who opened it or, once changes are applied, for whom the rules are judged; no longer
    -- anybody's once they are removed.
    created_by          TEXT NOT NULL,
    created_by_name     TEXT NOT NULL,
    file_name           TEXT,
    -- What was chosen for all rows, and the rows by verdict: each a value of its kind as JSON.
    terms               TEXT NOT NULL,
    verdicts            TEXT NOT NULL,
    state               TEXT NOT NULL,
    is_dry_run          INTEGER NOT NULL,
    expected_rows       INTEGER NOT NULL,
    next_chunk          INTEGER NOT NULL DEFAULT 0,
    -- Grows whenever anything about the batch or its rows changes.
    revision            BIGINT NOT NULL DEFAULT 1,
    created_at          BIGINT NOT NULL,
    -- When its last rows came; before them, when it was opened.
    filled_at           BIGINT NOT NULL,
    -- When it was closed for further rows, or applied.
    sealed_at           BIGINT,
    -- The progress of what is done to its rows portion by portion: the row after which it goes on, how many rows are
    -- dealt with, and how many there were when it began.
    work_after          BIGINT NOT NULL DEFAULT -1,
    work_done           BIGINT NOT NULL DEFAULT 0,
    work_total          BIGINT NOT NULL DEFAULT 0,
    -- The key through which that was begun.
    work_key_id         TEXT REFERENCES api_keys (id),
    -- Why the server has cancelled it: right_lost.
    cancel_code         TEXT,

    -- Of invitations: when the last mail was settled; the mail worker leaves settled batches alone.
    settled_at          BIGINT,
    -- What became of them, counted as it happens.
    mails_queued        INTEGER NOT NULL DEFAULT 0,
    mails_sending       INTEGER NOT NULL DEFAULT 0,
    mails_sent          INTEGER NOT NULL DEFAULT 0,
    mails_failed        INTEGER NOT NULL DEFAULT 0,
    mails_cancelled     INTEGER NOT NULL DEFAULT 0,
    mails_unknown       INTEGER NOT NULL DEFAULT 0,
    accepted            INTEGER NOT NULL DEFAULT 0,
    revoked             INTEGER NOT NULL DEFAULT 0,
    -- Which are being revoked, portion by portion: pending or unsent. NULL for none.
    revoking            TEXT,
    -- Which failed mails are being queued again, portion by portion: given_up, failed or failed_or_unknown. NULL for none.
    -- And who had mails sent again last, which goes on for as long as they may do it.
    retrying            TEXT,
    retried_by          TEXT NOT NULL DEFAULT '',
    retried_by_name     TEXT NOT NULL DEFAULT '',

    -- Of changes of members: how many were changed, who undoes that, and what undoing did.
    applied             INTEGER NOT NULL DEFAULT 0,
    undone_by           TEXT NOT NULL DEFAULT '',
    undone_by_name      TEXT NOT NULL DEFAULT '',
    undone_at           BIGINT,
    restored            INTEGER NOT NULL DEFAULT 0,
    partly              INTEGER NOT NULL DEFAULT 0,
    left_alone          INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX batches_by_key ON batches (work_key_id) WHERE work_key_id IS NOT NULL;
CREATE INDEX batches_by_account ON batches (account_id, kind, is_dry_run, id);
-- Dry runs, and comparisons that were not applied: the condition is that of db/housekeeping.rs.
CREATE INDEX batches_trials ON batches (filled_at)
    WHERE is_dry_run = 1 OR kind = 'member_changes' AND (state = 'open' OR state = 'cancelled' AND applied = 0);
CREATE INDEX batches_unsettled ON batches (state, settled_at);
CREATE INDEX batches_revoking ON batches (account_id, id) WHERE revoking IS NOT NULL;
CREATE INDEX batches_retrying ON batches (account_id, id) WHERE retrying IS NOT NULL;
CREATE INDEX batches_moving ON batches (account_id, id) WHERE state IN ('applying', 'undoing');

CREATE TABLE batch_chunks (
    batch_number        BIGINT NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
    chunk               INTEGER NOT NULL,
    fingerprint         TEXT NOT NULL,
    PRIMARY KEY (batch_number, chunk)
);

CREATE TABLE batch_rows (
    batch_number        BIGINT NOT NULL REFERENCES batches (number) ON DELETE CASCADE,
    row_number          INTEGER NOT NULL,
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
CREATE INDEX batch_rows_by_email ON batch_rows (batch_number, email_key);
CREATE INDEX batch_rows_not_ready ON batch_rows (batch_number, verdict, row_number) WHERE verdict <> 'ready';
CREATE INDEX batch_rows_without_mail ON batch_rows (batch_number, row_number) WHERE invitation_number IS NULL;

-- What a row of a batch changes; other rows have none.
CREATE TABLE member_changes (
    batch_number        BIGINT NOT NULL,
    row_number          INTEGER NOT NULL,
    -- The person, as addresses may get other owners.
    user_id             TEXT NOT NULL,
    -- MemberValues as JSON.
    before_values       TEXT NOT NULL,
    after_values        TEXT NOT NULL,
    -- Whether it makes an administrator something else.
    ends_admin          INTEGER NOT NULL,
    is_applied          INTEGER NOT NULL DEFAULT 0,
    undo                TEXT,
    undo_code           TEXT,
    PRIMARY KEY (batch_number, row_number),
    FOREIGN KEY (batch_number, row_number) REFERENCES batch_rows (batch_number, row_number) ON DELETE CASCADE
);
CREATE INDEX member_changes_undone ON member_changes (batch_number, undo, row_number) WHERE undo IS NOT NULL;
-- Whether a batch, or undoing it, makes administrators. The conditions are those of db/batches/member_changes.rs.
CREATE INDEX member_changes_to_admin ON member_changes (batch_number) WHERE after_values LIKE '%"role":"admin"%';
CREATE INDEX member_changes_from_admin ON member_changes (batch_number) WHERE before_values LIKE '%"role":"admin"%';
CREATE INDEX member_changes_ending ON member_changes (batch_number, user_id) WHERE ends_admin = 1;

-- The account of what follows is that of the batch, and never deleted: a foreign key to it would only cost an index.
CREATE TABLE invitations (
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
CREATE UNIQUE INDEX invitations_by_id ON invitations (id);
CREATE INDEX invitations_by_batch ON invitations (batch_number, status, row_number);
-- The setup guide asks for what is seldom.
CREATE INDEX invitations_accepted ON invitations (account_id, user_number) WHERE status = 'accepted';
-- The invitations of a person.
CREATE INDEX invitations_by_user ON invitations (user_number) WHERE user_number IS NOT NULL;
CREATE TRIGGER invitations_moved AFTER UPDATE OF status ON invitations WHEN new.status <> old.status BEGIN
    UPDATE batches SET
        accepted = accepted + (new.status = 'accepted') - (old.status = 'accepted'),
        revoked = revoked + (new.status = 'revoked') - (old.status = 'revoked')
     WHERE number = new.batch_number;
END;

-- Outgoing mail. Written in the transaction of what it tells; no row holds a link.
CREATE TABLE mails (
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
    -- Whether the mail server may have the message since the lease began.
    is_handed_over      INTEGER NOT NULL DEFAULT 0,
    code                TEXT,
    detail              TEXT
);
CREATE INDEX mails_failed ON mails (account_id, invitation_number) WHERE state = 'failed';
CREATE UNIQUE INDEX mails_by_invitation ON mails (invitation_number) WHERE invitation_number IS NOT NULL;
CREATE INDEX mails_by_row ON mails (batch_number, state, row_number);
-- The queue alone: what was sent is in none of these.
CREATE INDEX mails_due ON mails (batch_number, next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_waiting ON mails (batch_number, queued_at) WHERE state = 'queued';
CREATE INDEX mails_leased ON mails (lease_id) WHERE state = 'sending';
CREATE INDEX mails_by_lease_end ON mails (lease_until) WHERE state = 'sending';
CREATE INDEX mails_personal ON mails (next_attempt_at) WHERE batch_number IS NULL;
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

-- --- Salesforce

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
    -- Whether it is gone through in a window of its own, and whether Salesforce was made to ask for the password.
    is_popup            INTEGER NOT NULL,
    asks_who            INTEGER NOT NULL DEFAULT 0,
    -- NULL until the window opens.
    state_hash          TEXT UNIQUE,
    cookie_hash         TEXT,
    verifier            TEXT,
    -- The tokens by which the browser is known, sealed: their cookie does not come back from another site.
    known_by            TEXT,
    -- When Salesforce sent the browser back. A flow is answered once.
    answered_at         BIGINT,
    -- FlowState as JSON.
    outcome             TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    expires_at          BIGINT NOT NULL,
    -- The origin of the page that began it, to which the person returns; NULL for a client that is no page.
    origin              TEXT
);
CREATE INDEX flows_by_account ON flows (account_id, purpose, expires_at);
CREATE INDEX flows_by_age ON flows (expires_at);
CREATE INDEX flows_by_session ON flows (session_hash) WHERE session_hash IS NOT NULL;
CREATE INDEX flows_by_user ON flows (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX flows_by_invitation ON flows (invitation_id) WHERE invitation_id IS NOT NULL;

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

-- Who has signed in through Salesforce, as whom. From then on the ids decide, as an address may be given to somebody else.
CREATE TABLE salesforce_identities (
    user_id             TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    org_id              TEXT NOT NULL,
    salesforce_user_id  TEXT NOT NULL,
    -- Where: SalesforceEnvironment as JSON.
    environment         TEXT NOT NULL,
    signed_in_at        BIGINT NOT NULL
);
CREATE UNIQUE INDEX salesforce_identities_by_account ON salesforce_identities (account_id, org_id, salesforce_user_id);

-- The orgs that active administrators are connected to or signed in from: the account's.
CREATE VIEW orgs_of_administrators AS
    SELECT DISTINCT u.account_id, known.org_id FROM users u
      JOIN (SELECT user_id, org_id FROM salesforce_connections
            UNION SELECT user_id, org_id FROM salesforce_identities) known ON known.user_id = u.id
     WHERE u.role = 'admin' AND u.status = 'active';
-- The same as it was before somebody left: they stay the account's while there are none of active administrators, so that no
-- other org is let in by that.
CREATE TABLE salesforce_orgs (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    org_id              TEXT NOT NULL,
    PRIMARY KEY (account_id, org_id)
);
CREATE TRIGGER salesforce_orgs_of_changed BEFORE UPDATE OF role, status ON users
    WHEN old.role = 'admin' AND old.status = 'active' AND (new.role <> 'admin' OR new.status <> 'active') BEGIN
    DELETE FROM salesforce_orgs WHERE account_id = old.account_id
       AND EXISTS (SELECT 1 FROM orgs_of_administrators o WHERE o.account_id = old.account_id);
    INSERT INTO salesforce_orgs (account_id, org_id)
        SELECT account_id, org_id FROM orgs_of_administrators WHERE account_id = old.account_id;
END;
CREATE TRIGGER salesforce_orgs_of_removed BEFORE DELETE ON users WHEN old.role = 'admin' AND old.status = 'active' BEGIN
    DELETE FROM salesforce_orgs WHERE account_id = old.account_id
       AND EXISTS (SELECT 1 FROM orgs_of_administrators o WHERE o.account_id = old.account_id);
    INSERT INTO salesforce_orgs (account_id, org_id)
        SELECT account_id, org_id FROM orgs_of_administrators WHERE account_id = old.account_id;
END;
CREATE TRIGGER salesforce_orgs_of_disconnected BEFORE DELETE ON salesforce_connections BEGIN
    DELETE FROM salesforce_orgs WHERE account_id = old.account_id
       AND EXISTS (SELECT 1 FROM orgs_of_administrators o WHERE o.account_id = old.account_id);
    INSERT INTO salesforce_orgs (account_id, org_id)
        SELECT account_id, org_id FROM orgs_of_administrators WHERE account_id = old.account_id;
END;

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

-- --- Marketo

-- The Integration Information, from the first invitation on. Client secrets are sealed.
CREATE TABLE integrations (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    munchkin_account_id TEXT NOT NULL,
    client_id           TEXT NOT NULL,
    client_secret       TEXT NOT NULL,
    secret_ends_with    TEXT NOT NULL,
    updated_at          BIGINT NOT NULL
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
CREATE INDEX marketo_connections_by_owner ON marketo_connections (owner_id);

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
CREATE INDEX marketo_access_by_workspace ON marketo_access (workspace_id);

-- --- Action Field Sync: who starts it, how far it is, and the people it brings

-- The schedule of an account. No row before the first look at it.
CREATE TABLE field_syncs (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    polling_minutes     INTEGER NOT NULL,
    -- How many people there are, counted along with them.
    people              BIGINT NOT NULL,
    -- Where Marketo's changes and deletions go on; NULL until the first run over everybody is complete.
    changes_token       TEXT,
    deletions_token     TEXT,
    merges_token        TEXT,
    -- Up to when they are known to be complete.
    complete_until      BIGINT,
    -- PersonFields as JSON that the instance did not have when it was last asked.
    missing_fields      TEXT,
    -- When changes were last asked for.
    polled_at           BIGINT,
    -- The Munchkin Account ID of the instance that the people come from. The ids and tokens of another one mean others.
    munchkin_account_id TEXT,
    -- Grows with every change of the schedule by a person.
    settings_version    INTEGER NOT NULL DEFAULT 1
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
    removed             BIGINT NOT NULL,
    -- Who started it, beside their name of then.
    starter_id          TEXT REFERENCES users (id) ON DELETE SET NULL,
    -- The failure that it waits to pass, until when, and how many there were in a row.
    waits_for           TEXT,
    waits_until         BIGINT,
    waits               INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sync_runs_by_account ON sync_runs (account_id, id);
CREATE INDEX sync_runs_by_state ON sync_runs (account_id, state);
-- Full runs among the many that the schedule starts.
CREATE INDEX sync_runs_full ON sync_runs (account_id, id) WHERE kind = 'full';
CREATE INDEX sync_runs_by_starter ON sync_runs (starter_id) WHERE starter_id IS NOT NULL;

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
CREATE INDEX sync_windows_by_account ON sync_windows (account_id);

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
CREATE INDEX sync_problems_by_account ON sync_problems (account_id);

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
    salesforce_contact_id TEXT,
    salesforce_lead_id  TEXT,
    salesforce_account_id TEXT,
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
CREATE INDEX synced_people_by_outcome ON synced_people (account_id, outcome, marketo_id, search_text);
CREATE TRIGGER synced_people_came AFTER INSERT ON synced_people BEGIN
    INSERT INTO synced_people_search (rowid, search_text)
    SELECT a.number * 1099511627776 + new.marketo_id, new.search_text || '  '
      FROM accounts a WHERE a.id = new.account_id;
END;
CREATE TRIGGER synced_people_changed AFTER UPDATE OF search_text ON synced_people
    WHEN new.search_text <> old.search_text BEGIN
    DELETE FROM synced_people_search
     WHERE rowid = (SELECT a.number * 1099511627776 + old.marketo_id FROM accounts a WHERE a.id = old.account_id);
    INSERT INTO synced_people_search (rowid, search_text)
    SELECT a.number * 1099511627776 + new.marketo_id, new.search_text || '  '
      FROM accounts a WHERE a.id = new.account_id;
END;
CREATE TRIGGER synced_people_left AFTER DELETE ON synced_people BEGIN
    DELETE FROM synced_people_search
     WHERE rowid = (SELECT a.number * 1099511627776 + old.marketo_id FROM accounts a WHERE a.id = old.account_id);
END;

-- A person's row in it is the account's number, and forty bits for Marketo's number of the person.
CREATE VIRTUAL TABLE synced_people_search USING fts5
    (search_text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');

CREATE VIRTUAL TABLE synced_people_search_terms USING fts5vocab (synced_people_search, row);

-- --- API keys and panels

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
    -- The highest role that is given through it.
    grants              TEXT NOT NULL,
    -- For whom it opens panels: a value as JSON.
    opens_for           TEXT NOT NULL,
    created_by          TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    last_used_at        BIGINT,
    revoked_at          BIGINT,
    -- For a host, or for a command line, which acts for the administrator who made it.
    kind                TEXT NOT NULL DEFAULT 'host',
    -- The id of that administrator; no longer anybody's once they are removed.
    owner_id            TEXT,
    -- Who made it, beside their name of then.
    creator_id          TEXT REFERENCES users (id) ON DELETE SET NULL,
    -- When it stops working, and when its maker was told so.
    ends_at             BIGINT NOT NULL,
    end_told_at         BIGINT
);
CREATE INDEX api_keys_by_account ON api_keys (account_id, created_at);
CREATE UNIQUE INDEX api_keys_by_name ON api_keys (account_id, name_key) WHERE revoked_at IS NULL;
CREATE INDEX api_keys_by_end ON api_keys (ends_at) WHERE revoked_at IS NULL AND end_told_at IS NULL;
CREATE INDEX api_keys_by_creator ON api_keys (creator_id) WHERE creator_id IS NOT NULL;

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

-- --- What happened, and what is ticked

-- What people did to the account. Rows are never changed.
CREATE TABLE audit_events (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    at                  BIGINT NOT NULL,
    -- person, key or server.
    actor_kind          TEXT NOT NULL,
    -- The name or address as it was then: the person may be gone. Empty for the server itself.
    actor               TEXT NOT NULL,
    action              TEXT NOT NULL,
    subject             TEXT NOT NULL,
    search_text         TEXT NOT NULL,
    request_id          TEXT NOT NULL,
    -- Where an event stands in the log: its time, and twenty bits for its number among those of the same millisecond.
    place               BIGINT NOT NULL DEFAULT 0,
    -- Beside the names of then: who did it, and the one other person, if it is one, whom it was done to.
    actor_id            TEXT,
    person_id           TEXT,
    -- The key through which a person did it, or that did it itself.
    key_id              TEXT REFERENCES api_keys (id)
);
CREATE UNIQUE INDEX audit_events_by_place ON audit_events (place);
CREATE INDEX audit_events_by_key ON audit_events (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX audit_events_by_account ON audit_events (account_id, place);
CREATE INDEX audit_events_by_action ON audit_events (account_id, action, place, search_text);
-- With what the other filters and a search compare.
CREATE INDEX audit_events_by_actor ON audit_events (account_id, actor_id, place, action, search_text)
    WHERE actor_id IS NOT NULL;
CREATE INDEX audit_events_by_person ON audit_events (account_id, person_id, place, actor_id, action, search_text)
    WHERE person_id IS NOT NULL;
-- Nothing that goes through the database changes what is written down.
CREATE TRIGGER audit_events_stay BEFORE UPDATE ON audit_events BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_events_remain BEFORE DELETE ON audit_events BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
-- A row that takes the place of another one removes it without a word.
CREATE TRIGGER audit_events_once BEFORE INSERT ON audit_events
    WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = new.id)
      OR EXISTS (SELECT 1 FROM audit_events WHERE place = new.place) BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_events_came AFTER INSERT ON audit_events BEGIN
    INSERT INTO audit_search (rowid, search_text) VALUES (new.place, new.search_text || '  ');
END;

-- SQLite's own, by which db/long_list.rs searches: every three characters that follow one another, and in which rows.
-- The two spaces let the last characters of a text begin such three, too.
CREATE VIRTUAL TABLE audit_search USING fts5
    (search_text, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1');

CREATE VIRTUAL TABLE audit_search_terms USING fts5vocab (audit_search, row);

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
    -- Who ticked it, beside their name of then.
    ticker_id           TEXT REFERENCES users (id) ON DELETE SET NULL,
    PRIMARY KEY (account_id, item)
);
CREATE INDEX ticks_by_ticker ON ticks (ticker_id) WHERE ticker_id IS NOT NULL;
