-- The setup guide stands on every screen: what it asks must not look at everybody.
CREATE INDEX invitations_by_status ON invitations (account_id, status, user_id);
CREATE INDEX users_by_persona ON users (account_id, is_marketo_admin, status);
