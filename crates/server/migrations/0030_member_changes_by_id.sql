-- Rows of member changes name their person by id: addresses may get other owners.
ALTER TABLE member_change_rows ADD COLUMN user_id TEXT;
-- Of the rows so far, those of people who were there before the comparison.
UPDATE member_change_rows SET user_id = (
    SELECT u.id FROM member_change_batches b
      JOIN users u ON u.account_id = b.account_id AND u.email_key = member_change_rows.email_key
     WHERE b.number = member_change_rows.batch_number AND u.created_at <= b.created_at)
 WHERE verdict = 'change';
DROP INDEX member_change_rows_ending;
CREATE INDEX member_change_rows_ending ON member_change_rows (batch_number, user_id) WHERE ends_admin = 1;
