-- Mails are given up by their age, not by a count of attempts.
ALTER TABLE mails ADD COLUMN queued_at BIGINT NOT NULL DEFAULT 0;
UPDATE mails SET queued_at = next_attempt_at;

-- The queue alone: what was sent is in none of these.
CREATE INDEX mails_due ON mails (batch_id, next_attempt_at) WHERE state = 'queued';
CREATE INDEX mails_waiting ON mails (batch_id, queued_at) WHERE state = 'queued';
CREATE INDEX mails_leased ON mails (lease_id) WHERE state = 'sending';
CREATE INDEX mails_by_lease_end ON mails (lease_until) WHERE state = 'sending';
DROP INDEX mails_by_lease;
