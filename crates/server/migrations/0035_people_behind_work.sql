-- Who made a key and who started a run, beside their names of then: their names lead to their pages.
ALTER TABLE api_keys ADD COLUMN creator_id TEXT REFERENCES users (id) ON DELETE SET NULL;
UPDATE api_keys SET creator_id = owner_id WHERE owner_id IN (SELECT id FROM users);
CREATE INDEX api_keys_by_creator ON api_keys (creator_id) WHERE creator_id IS NOT NULL;
ALTER TABLE sync_runs ADD COLUMN starter_id TEXT REFERENCES users (id) ON DELETE SET NULL;
CREATE INDEX sync_runs_by_starter ON sync_runs (starter_id) WHERE starter_id IS NOT NULL;
