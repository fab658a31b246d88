-- What auditors ask of the audit log: where an event came from, what it changed, a number without gaps, and a code by which a
-- change outside of the server shows.
ALTER TABLE audit_events ADD COLUMN address TEXT;
-- Fields with what they were and what they are, as JSON.
ALTER TABLE audit_events ADD COLUMN changes TEXT;
ALTER TABLE audit_events ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
-- The name of a key and an HMAC of the whole row under it; NULL until the server has made it for what was written before.
ALTER TABLE audit_events ADD COLUMN mac TEXT;
-- 1 once a pseudonym stands in the place of a person.
ALTER TABLE audit_events ADD COLUMN is_erased BIGINT NOT NULL DEFAULT 0;

DROP TRIGGER audit_events_stay;
DROP TRIGGER audit_events_once;
UPDATE audit_events SET number = numbered.number
  FROM (SELECT place, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY place) AS number FROM audit_events) AS numbered
 WHERE numbered.place = audit_events.place;
CREATE UNIQUE INDEX audit_events_by_number ON audit_events (account_id, number);

-- The last number that was given, and the last of those that were written without a code.
CREATE TABLE audit_counts (
    account_id          TEXT PRIMARY KEY REFERENCES accounts (id),
    last_number         BIGINT NOT NULL,
    uncoded_to          BIGINT NOT NULL,
    -- The number before which this row was found changed outside of the server.
    broken_at           BIGINT,
    mac                 TEXT
);
INSERT INTO audit_counts (account_id, last_number, uncoded_to)
SELECT a.id, COALESCE((SELECT MAX(e.number) FROM audit_events e WHERE e.account_id = a.id), 0),
       COALESCE((SELECT MAX(e.number) FROM audit_events e WHERE e.account_id = a.id), 0) FROM accounts a;

-- Which events were deleted for their age.
CREATE TABLE audit_removals (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    first_number        BIGINT NOT NULL,
    last_number         BIGINT NOT NULL,
    mac                 TEXT NOT NULL,
    PRIMARY KEY (account_id, first_number)
);

CREATE TRIGGER audit_events_stay BEFORE UPDATE ON audit_events
    WHEN NOT (
        (EXISTS (SELECT 1 FROM audit_doors WHERE purpose = 'erasure')
         OR (EXISTS (SELECT 1 FROM audit_doors WHERE purpose = 'codes')
             AND new.actor = old.actor AND new.subject = old.subject AND new.search_text = old.search_text
             AND new.address IS old.address AND new.changes IS old.changes AND new.is_erased = old.is_erased))
        AND (new.id, new.account_id, new.at, new.actor_kind, new.action, new.request_id, new.place, new.number)
            = (old.id, old.account_id, old.at, old.actor_kind, old.action, old.request_id, old.place, old.number)
        AND new.actor_id IS old.actor_id AND new.person_id IS old.person_id AND new.key_id IS old.key_id) BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_events_once BEFORE INSERT ON audit_events
    WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = new.id)
      OR EXISTS (SELECT 1 FROM audit_events WHERE place = new.place)
      OR EXISTS (SELECT 1 FROM audit_events WHERE account_id = new.account_id AND number = new.number) BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
