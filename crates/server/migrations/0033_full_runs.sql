-- Full runs among the many that the schedule starts.
CREATE INDEX sync_runs_full ON sync_runs (account_id, id) WHERE kind = 'full';
