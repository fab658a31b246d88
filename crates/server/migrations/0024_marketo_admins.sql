-- Few of the people are Marketo administrators, and only those are looked for by it.
DROP INDEX users_by_persona;
CREATE INDEX users_by_persona ON users (account_id, status) WHERE is_marketo_admin = 1;
