-- Who sets the account up is who was invited, or chosen, first. Until then the first administrator stands in.
ALTER TABLE accounts ADD COLUMN is_original_user_chosen INTEGER NOT NULL DEFAULT 0;

-- Whoever accepted first stays.
UPDATE accounts SET is_original_user_chosen = 1
 WHERE EXISTS (SELECT 1 FROM integrations g WHERE g.account_id = accounts.id AND g.is_accepted = 1);

-- Where nobody has accepted yet it is who was invited first.
UPDATE accounts
   SET is_original_user_chosen = 1,
       original_user_id = (SELECT u.id FROM users u JOIN invitations i ON i.user_id = u.id
                            WHERE u.account_id = accounts.id AND u.is_marketo_admin = 1
                            ORDER BY i.created_at, i.id LIMIT 1)
 WHERE is_original_user_chosen = 0
   AND EXISTS (SELECT 1 FROM users u JOIN invitations i ON i.user_id = u.id
                WHERE u.account_id = accounts.id AND u.is_marketo_admin = 1);

ALTER TABLE integrations DROP COLUMN is_accepted;
