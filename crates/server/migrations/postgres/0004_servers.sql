-- The servers that use the database, for as long as they live. What one of them holds, a mail on its way or the jobs, is its
-- own until its row is gone.
CREATE TABLE servers (
    id                  TEXT COLLATE "C" PRIMARY KEY,
    started_at          BIGINT NOT NULL,
    -- Grows while it lives.
    beat                BIGINT NOT NULL DEFAULT 0,
    -- 1 for the one that does the jobs.
    is_lead             BIGINT NOT NULL DEFAULT 0,
    -- The state of the mail server as the lead has met it, as JSON.
    mail                TEXT COLLATE "C"
);
CREATE UNIQUE INDEX servers_lead ON servers (is_lead) WHERE is_lead = 1;

-- The server that sends the mail.
ALTER TABLE mails ADD COLUMN leased_by TEXT COLLATE "C";

-- Which keys servers use that share the database, by a hash of the first: those of tokens, and those of secrets at rest.
CREATE TABLE keys_in_use (
    kind                TEXT COLLATE "C" PRIMARY KEY,
    mark                TEXT COLLATE "C" NOT NULL
);

-- What is stored tells the servers of itself once it is committed: of a batch, and of work for the jobs.
CREATE FUNCTION tell_servers(told JSON) RETURNS VOID LANGUAGE sql AS
    $$ SELECT pg_notify('msi', json_build_object('from', current_setting('msi.server', TRUE), 'told', told)::TEXT) $$;

CREATE FUNCTION tell_of_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_servers(json_build_object('batch', NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER batches_tell AFTER INSERT OR UPDATE ON batches FOR EACH ROW EXECUTE FUNCTION tell_of_batch();

CREATE FUNCTION tell_of_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_servers('"work"');
    RETURN NULL;
END $$;
CREATE TRIGGER mails_tell AFTER INSERT ON mails FOR EACH STATEMENT EXECUTE FUNCTION tell_of_work();
CREATE TRIGGER deleted_teams_tell AFTER INSERT ON deleted_teams FOR EACH STATEMENT EXECUTE FUNCTION tell_of_work();
CREATE TRIGGER sync_runs_tell AFTER INSERT OR UPDATE OF state ON sync_runs FOR EACH STATEMENT
    EXECUTE FUNCTION tell_of_work();
-- A right to what was begun may be lost.
CREATE TRIGGER users_tell AFTER UPDATE OF role, status OR DELETE ON users FOR EACH STATEMENT
    EXECUTE FUNCTION tell_of_work();
