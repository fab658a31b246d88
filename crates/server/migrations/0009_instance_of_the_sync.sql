-- The Munchkin Account ID of the instance that the people come from. The ids and tokens of another one mean others.
ALTER TABLE field_syncs ADD COLUMN munchkin_account_id TEXT;
UPDATE field_syncs SET munchkin_account_id =
    (SELECT c.munchkin_account_id FROM marketo_connections c WHERE c.account_id = field_syncs.account_id);
