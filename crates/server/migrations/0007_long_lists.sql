-- Lists that grow long: whatever page, search or filter of them is asked for, few rows are looked at.

-- Each order of the user list has an index that holds what its filters and a search compare.
CREATE INDEX users_by_email ON users (account_id, email_key, id, search_text, role, status, invitation_expires_at);
DROP INDEX users_by_role;
CREATE INDEX users_by_role ON users
    (account_id, role, sort_name, id, search_text, status, invitation_expires_at);
DROP INDEX users_by_last_sign_in;
CREATE INDEX users_by_last_sign_in ON users
    (account_id, last_sign_in_at, id, search_text, role, status, invitation_expires_at);
DROP INDEX users_by_status_and_name;
CREATE INDEX users_by_status_and_name ON users
    (account_id, status, sort_name, id, search_text, role, invitation_expires_at);

-- For keys that are numbers and know their account.
ALTER TABLE accounts ADD COLUMN number BIGINT NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX accounts_by_number ON accounts (number);

-- Where an event stands in the log: its time, and twenty bits for its number among those of the same millisecond.
ALTER TABLE audit_events ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
UPDATE audit_events SET place = placed.place
  FROM (SELECT id, at * 1048576 + ROW_NUMBER() OVER (PARTITION BY at ORDER BY id) - 1 AS place
          FROM audit_events) AS placed
 WHERE placed.id = audit_events.id;
CREATE UNIQUE INDEX audit_events_by_place ON audit_events (place);
DROP INDEX audit_events_by_account;
CREATE INDEX audit_events_by_account ON audit_events (account_id, place);
DROP INDEX audit_events_by_action;
CREATE INDEX audit_events_by_action ON audit_events (account_id, action, place, search_text);

-- SQLite's own, by which db/long_list.rs searches: every three characters that follow one another, and in which rows.
-- The two spaces let the last characters of a text begin such three, too.
CREATE VIRTUAL TABLE audit_search USING fts5
    (search_text, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1');
CREATE VIRTUAL TABLE audit_search_terms USING fts5vocab (audit_search, row);
INSERT INTO audit_search (rowid, search_text) SELECT place, search_text || '  ' FROM audit_events;
CREATE TRIGGER audit_events_came AFTER INSERT ON audit_events BEGIN
    INSERT INTO audit_search (rowid, search_text) VALUES (new.place, new.search_text || '  ');
END;

-- A person's row in it is the account's number, and forty bits for Marketo's number of the person.
CREATE VIRTUAL TABLE synced_people_search USING fts5
    (search_text, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');
CREATE VIRTUAL TABLE synced_people_search_terms USING fts5vocab (synced_people_search, row);
INSERT INTO synced_people_search (rowid, search_text)
SELECT a.number * 1099511627776 + p.marketo_id, p.search_text || '  '
  FROM synced_people p JOIN accounts a ON a.id = p.account_id;
CREATE TRIGGER synced_people_came AFTER INSERT ON synced_people BEGIN
    INSERT INTO synced_people_search (rowid, search_text)
    SELECT a.number * 1099511627776 + new.marketo_id, new.search_text || '  '
      FROM accounts a WHERE a.id = new.account_id;
END;
CREATE TRIGGER synced_people_changed AFTER UPDATE OF search_text ON synced_people
    WHEN new.search_text <> old.search_text BEGIN
    DELETE FROM synced_people_search
     WHERE rowid = (SELECT a.number * 1099511627776 + old.marketo_id FROM accounts a WHERE a.id = old.account_id);
    INSERT INTO synced_people_search (rowid, search_text)
    SELECT a.number * 1099511627776 + new.marketo_id, new.search_text || '  '
      FROM accounts a WHERE a.id = new.account_id;
END;
CREATE TRIGGER synced_people_left AFTER DELETE ON synced_people BEGIN
    DELETE FROM synced_people_search
     WHERE rowid = (SELECT a.number * 1099511627776 + old.marketo_id FROM accounts a WHERE a.id = old.account_id);
END;
-- Nothing compares every text any longer.
DROP INDEX synced_people_by_search;
