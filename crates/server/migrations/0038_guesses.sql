-- Wrong passwords, each for as long as it counts, by whose guess it was: an address and the network of a stranger, or a
-- known browser or a signed-in user without a network.
DROP TABLE sign_in_failures;
CREATE TABLE guesses (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES accounts (id),
    counted_for         TEXT NOT NULL,
    network             TEXT NOT NULL,
    guessed_at          BIGINT NOT NULL
);
CREATE INDEX guesses_by_address ON guesses (account_id, counted_for, network);
CREATE INDEX guesses_by_time ON guesses (guessed_at);
