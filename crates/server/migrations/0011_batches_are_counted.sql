-- A page of a batch's rows is read from an index that has them in their order, whatever the filter.
ALTER TABLE mails ADD COLUMN row_number INTEGER;
UPDATE mails SET row_number = (SELECT i.row_number FROM invitations i WHERE i.id = mails.invitation_id)
 WHERE invitation_id IS NOT NULL;
DROP INDEX mails_by_batch;
CREATE INDEX mails_by_row ON mails (batch_id, state, row_number);
CREATE INDEX batch_rows_refused ON batch_rows (batch_id, verdict, row_number) WHERE verdict <> 'ready';
CREATE INDEX batch_rows_without_mail ON batch_rows (batch_id, row_number) WHERE invitation_id IS NULL;

-- What became of a batch is counted as it happens, not when somebody looks.
ALTER TABLE batches ADD COLUMN mails_queued INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN mails_sending INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN mails_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN mails_failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN mails_cancelled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN mails_unknown INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0;
UPDATE batches SET
    mails_queued = (SELECT COUNT(*) FROM mails m WHERE m.batch_id = batches.id AND m.state = 'queued'),
    mails_sending = (SELECT COUNT(*) FROM mails m WHERE m.batch_id = batches.id AND m.state = 'sending'),
    mails_sent = (SELECT COUNT(*) FROM mails m WHERE m.batch_id = batches.id AND m.state = 'sent'),
    mails_failed = (SELECT COUNT(*) FROM mails m WHERE m.batch_id = batches.id AND m.state = 'failed'),
    mails_cancelled = (SELECT COUNT(*) FROM mails m WHERE m.batch_id = batches.id AND m.state = 'cancelled'),
    mails_unknown = (SELECT COUNT(*) FROM mails m WHERE m.batch_id = batches.id AND m.state = 'unknown'),
    accepted = (SELECT COUNT(*) FROM invitations i WHERE i.batch_id = batches.id AND i.status = 'accepted'),
    revoked = (SELECT COUNT(*) FROM invitations i WHERE i.batch_id = batches.id AND i.status = 'revoked');

CREATE TRIGGER mails_came AFTER INSERT ON mails WHEN new.batch_id IS NOT NULL BEGIN
    UPDATE batches SET
        mails_queued = mails_queued + (new.state = 'queued'),
        mails_sending = mails_sending + (new.state = 'sending'),
        mails_sent = mails_sent + (new.state = 'sent'),
        mails_failed = mails_failed + (new.state = 'failed'),
        mails_cancelled = mails_cancelled + (new.state = 'cancelled'),
        mails_unknown = mails_unknown + (new.state = 'unknown')
     WHERE id = new.batch_id;
END;
CREATE TRIGGER mails_moved AFTER UPDATE OF state ON mails
    WHEN new.batch_id IS NOT NULL AND new.state <> old.state BEGIN
    UPDATE batches SET
        mails_queued = mails_queued + (new.state = 'queued') - (old.state = 'queued'),
        mails_sending = mails_sending + (new.state = 'sending') - (old.state = 'sending'),
        mails_sent = mails_sent + (new.state = 'sent') - (old.state = 'sent'),
        mails_failed = mails_failed + (new.state = 'failed') - (old.state = 'failed'),
        mails_cancelled = mails_cancelled + (new.state = 'cancelled') - (old.state = 'cancelled'),
        mails_unknown = mails_unknown + (new.state = 'unknown') - (old.state = 'unknown')
     WHERE id = new.batch_id;
END;
CREATE TRIGGER invitations_moved AFTER UPDATE OF status ON invitations WHEN new.status <> old.status BEGIN
    UPDATE batches SET
        accepted = accepted + (new.status = 'accepted') - (old.status = 'accepted'),
        revoked = revoked + (new.status = 'revoked') - (old.status = 'revoked')
     WHERE id = new.batch_id;
END;
