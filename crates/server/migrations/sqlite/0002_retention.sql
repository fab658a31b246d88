-- How long data is kept, and the erasure of one person.

-- When a member accepted their invitation, which is deleted with its batch; NULL for whoever came without one.
ALTER TABLE users ADD COLUMN accepted_at BIGINT;
UPDATE users SET accepted_at = joined_at
 WHERE number IN (SELECT user_number FROM invitations WHERE status = 'accepted');
CREATE INDEX users_accepted ON users (account_id, status) WHERE accepted_at IS NOT NULL;
DROP INDEX invitations_accepted;

-- What is old, the oldest first. A batch that is being deleted, portion by portion, is of the kind expired, and so in no list.
CREATE INDEX batches_by_age ON batches (filled_at) WHERE kind <> 'expired';
CREATE INDEX batches_expired ON batches (number) WHERE kind = 'expired';
CREATE INDEX sync_runs_by_end ON sync_runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sync_runs_by_pass ON sync_runs (pass_id);

-- How many rows of a table were deleted for their age on a day, counted from 1970, until the audit log says so.
CREATE TABLE retention_counts (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    table_name          TEXT NOT NULL,
    day                 BIGINT NOT NULL,
    deleted             BIGINT NOT NULL,
    PRIMARY KEY (account_id, table_name, day)
);

-- For as long as a transaction lasts, a row lets it do what the audit log refuses: delete the events before a place, or take a
-- person out of what events say. No other transaction ever sees one.
CREATE TABLE audit_doors (
    purpose             TEXT PRIMARY KEY,
    before_place        BIGINT NOT NULL
);
DROP TRIGGER audit_events_stay;
DROP TRIGGER audit_events_remain;
CREATE TRIGGER audit_events_stay BEFORE UPDATE ON audit_events
    WHEN NOT EXISTS (SELECT 1 FROM audit_doors WHERE purpose = 'erasure')
      OR (new.id, new.account_id, new.at, new.actor_kind, new.action, new.request_id, new.place)
         <> (old.id, old.account_id, old.at, old.actor_kind, old.action, old.request_id, old.place)
      OR new.actor_id IS NOT old.actor_id OR new.person_id IS NOT old.person_id OR new.key_id IS NOT old.key_id BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_events_remain BEFORE DELETE ON audit_events
    WHEN NOT EXISTS (SELECT 1 FROM audit_doors WHERE purpose = 'retention' AND before_place > old.place) BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_events_changed AFTER UPDATE OF search_text ON audit_events BEGIN
    INSERT INTO audit_search (audit_search, rowid, search_text) VALUES ('delete', old.place, old.search_text || '  ');
    INSERT INTO audit_search (rowid, search_text) VALUES (new.place, new.search_text || '  ');
END;
CREATE TRIGGER audit_events_left AFTER DELETE ON audit_events BEGIN
    INSERT INTO audit_search (audit_search, rowid, search_text) VALUES ('delete', old.place, old.search_text || '  ');
END;
