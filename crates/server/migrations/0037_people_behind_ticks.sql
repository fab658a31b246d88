-- Who ticked something, beside their name of then: it leads to their page.
ALTER TABLE ticks ADD COLUMN ticker_id TEXT REFERENCES users (id) ON DELETE SET NULL;
CREATE INDEX ticks_by_ticker ON ticks (ticker_id) WHERE ticker_id IS NOT NULL;
-- The last event of ticking an item is that of its tick, since ticking it again is no event.
UPDATE ticks SET ticker_id =
    (SELECT u.id FROM audit_events e LEFT JOIN users u ON u.id = e.actor_id
      WHERE e.account_id = ticks.account_id AND e.action = 'checklist_ticked' AND e.subject = ticks.item
      ORDER BY e.place DESC LIMIT 1);
