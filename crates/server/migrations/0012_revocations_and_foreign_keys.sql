-- Every foreign key has an index: without one, whatever is deleted reads the other table from end to end.
CREATE INDEX users_by_workspace ON users (workspace_id);
CREATE INDEX team_members_by_account ON team_members (account_id);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX one_time_links_by_account ON one_time_links (account_id);
CREATE INDEX one_time_links_by_user ON one_time_links (user_id);
CREATE INDEX batches_by_creator ON batches (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX batch_chunks_by_account ON batch_chunks (account_id);
CREATE INDEX batch_rows_by_account ON batch_rows (account_id);
CREATE INDEX mails_by_account ON mails (account_id);
CREATE INDEX mails_by_user ON mails (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX flows_by_user ON flows (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX flows_by_invitation ON flows (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX marketo_connections_by_owner ON marketo_connections (owner_id);
CREATE INDEX marketo_access_by_workspace ON marketo_access (workspace_id);
CREATE INDEX sync_windows_by_account ON sync_windows (account_id);
CREATE INDEX sync_problems_by_account ON sync_problems (account_id);

-- Which invitations of the batch are being revoked, portion by portion: pending or unsent. NULL for none.
ALTER TABLE batches ADD COLUMN revoking TEXT;
-- How many there were when it began, how many are dealt with, and the row after which it goes on.
ALTER TABLE batches ADD COLUMN revoking_total BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN revoking_done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batches ADD COLUMN revoking_after BIGINT NOT NULL DEFAULT -1;
CREATE INDEX batches_revoking ON batches (account_id, id) WHERE revoking IS NOT NULL;
-- A portion begins at a row.
DROP INDEX invitations_by_batch;
CREATE INDEX invitations_by_batch ON invitations (batch_id, status, row_number);
