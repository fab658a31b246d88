-- What fails at present, so that administrators are told once when it fails, and once when it works again.
CREATE TABLE troubles (
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    watched             TEXT NOT NULL,
    since               BIGINT NOT NULL,
    -- When the administrators were told; NULL until it has failed for a while.
    told_at             BIGINT,
    PRIMARY KEY (account_id, watched)
);
