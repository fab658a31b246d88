-- The mappings that administrators chose for the columns of files, for the next file with the same columns: hashes of headers
-- and names of fields, no personal data.
CREATE TABLE column_mappings (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    mapping             TEXT NOT NULL,
    chosen_at           BIGINT NOT NULL,
    PRIMARY KEY (account_id, mapping)
);
