-- What the hashes of the account's address keys depend on: 128 random bits in hexadecimal digits, made once.
ALTER TABLE accounts ADD COLUMN address_seed TEXT NOT NULL DEFAULT '';
-- SQLite's own: no other database has accounts from before.
UPDATE accounts SET address_seed = lower(hex(randomblob(16)));
