-- The number before which the key was missing by which it could have been found whether the count was changed outside of the server.
ALTER TABLE audit_counts ADD COLUMN key_missing_at BIGINT;
