-- What auditors ask of the audit log: where an event came from, what it changed, a number without gaps, and a code by which a
-- change outside of the server shows.
ALTER TABLE audit_events ADD COLUMN address TEXT COLLATE "C";
-- Fields with what they were and what they are, as JSON.
ALTER TABLE audit_events ADD COLUMN changes TEXT COLLATE "C";
ALTER TABLE audit_events ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
-- The name of a key and an HMAC of the whole row under it; NULL until the server has made it for what was written before.
ALTER TABLE audit_events ADD COLUMN mac TEXT COLLATE "C";
-- 1 once a pseudonym stands in the place of a person.
ALTER TABLE audit_events ADD COLUMN is_erased BIGINT NOT NULL DEFAULT 0;

DROP TRIGGER audit_events_stay ON audit_events;
UPDATE audit_events SET number = numbered.number
  FROM (SELECT place, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY place) AS number FROM audit_events) AS numbered
 WHERE numbered.place = audit_events.place;
CREATE UNIQUE INDEX audit_events_by_number ON audit_events (account_id, number);

-- The last number that was given, and the last of those that were written without a code.
CREATE TABLE audit_counts (
    account_id          TEXT COLLATE "C" PRIMARY KEY REFERENCES accounts (id),
    last_number         BIGINT NOT NULL,
    uncoded_to          BIGINT NOT NULL,
    -- The number before which this row was found changed outside of the server.
    broken_at           BIGINT,
    mac                 TEXT COLLATE "C"
);
INSERT INTO audit_counts (account_id, last_number, uncoded_to)
SELECT a.id, COALESCE((SELECT MAX(e.number) FROM audit_events e WHERE e.account_id = a.id), 0),
       COALESCE((SELECT MAX(e.number) FROM audit_events e WHERE e.account_id = a.id), 0) FROM accounts a;

-- Which events were deleted for their age.
CREATE TABLE audit_removals (
    account_id          TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    first_number        BIGINT NOT NULL,
    last_number         BIGINT NOT NULL,
    mac                 TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, first_number)
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM audit_doors WHERE purpose = 'retention' AND before_place > old.place) THEN
            RETURN old;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF (EXISTS (SELECT 1 FROM audit_doors WHERE purpose = 'erasure')
            OR (EXISTS (SELECT 1 FROM audit_doors WHERE purpose = 'codes')
                AND (new.actor, new.subject, new.search_text, new.address, new.changes, new.is_erased)
                    IS NOT DISTINCT FROM
                    (old.actor, old.subject, old.search_text, old.address, old.changes, old.is_erased)))
            AND (new.id, new.account_id, new.at, new.actor_kind, new.action, new.request_id, new.place, new.number,
                 new.actor_id, new.person_id, new.key_id)
                IS NOT DISTINCT FROM
                (old.id, old.account_id, old.at, old.actor_kind, old.action, old.request_id, old.place, old.number,
                 old.actor_id, old.person_id, old.key_id) THEN
            RETURN new;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only added to';
END $$;
CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
