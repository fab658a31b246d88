-- A second kind of API key: for a command line, which acts for the administrator who made it.
ALTER TABLE api_keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'host';
-- The id of that administrator; no longer anybody's once they are removed.
ALTER TABLE api_keys ADD COLUMN owner_id TEXT;
