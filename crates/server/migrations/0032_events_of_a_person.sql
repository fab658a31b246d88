-- Events of the audit log name their people by id, beside the names of then: who did it, and the one other person, if it is
-- one, whom it was done to.
ALTER TABLE audit_events ADD COLUMN actor_id TEXT;
ALTER TABLE audit_events ADD COLUMN person_id TEXT;
-- Of the events so far: the user whose address stands for a name, and the user with the address that a subject begins with,
-- if they were there at the time. A name alone is no proof: its owner may have been removed, and a namesake come. Of a batch,
-- it was done to one person if its subject says so.
UPDATE audit_events SET
    actor_id = (SELECT u.id FROM users u
                 WHERE u.account_id = audit_events.account_id AND u.created_at <= audit_events.at
                   AND u.email_key = lower(audit_events.actor)),
    person_id = CASE WHEN action NOT IN ('users_invited', 'invitations_revoked', 'invitation_resent')
            OR instr(subject, ' (') = 0 OR subject LIKE '% (1)' THEN
        (SELECT u.id FROM users u
          WHERE u.account_id = audit_events.account_id AND u.created_at <= audit_events.at
            AND u.email_key = lower(CASE instr(subject, ' (') WHEN 0 THEN subject
                                    ELSE substr(subject, 1, instr(subject, ' (') - 1) END)) END;
UPDATE audit_events SET person_id = NULL WHERE person_id = actor_id;
-- With what the other filters and a search compare.
CREATE INDEX audit_events_by_actor ON audit_events (account_id, actor_id, place, action, search_text)
    WHERE actor_id IS NOT NULL;
CREATE INDEX audit_events_by_person ON audit_events (account_id, person_id, place, actor_id, action, search_text)
    WHERE person_id IS NOT NULL;
-- The invitations of a person.
CREATE INDEX invitations_by_user ON invitations (user_number) WHERE user_number IS NOT NULL;
