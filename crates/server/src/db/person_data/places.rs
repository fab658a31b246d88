//! Where the database says something of people. A test compares this with the schema: every column of text is here, or said to
//! say nothing of anybody.

/// A table with what it says of people.
pub(super) struct Place {
    pub(super) table: &'static str,
    /// Finds the rows about a person. `{ids}` are the user's ids, `{numbers}` the user's numbers, `{keys}` the address as it is
    /// compared and what else stands for the person in a count, `{spellings}` what is written where an address stands.
    pub(super) about: Option<&'static str>,
    /// What becomes of the rows about a person.
    pub(super) fate: Fate,
    /// Columns with the name of then, after the id of the user whose name it is.
    pub(super) names: &'static [(&'static str, &'static str)],
    /// Columns whose text may name anybody.
    pub(super) texts: &'static [&'static str],
    /// Other columns that a person is shown. No secret is among them.
    pub(super) shown: &'static [&'static str],
}

/// What becomes of the rows about a person who is erased.
pub(super) enum Fate {
    /// They go with the user's own row.
    GoWithUser,
    /// They are deleted.
    Go,
    /// They stay, but for these columns; `{pseudonym}` stands for the pseudonym.
    Are(&'static str),
    /// They stay: they name the person by an id that says nothing once the user is gone.
    Stay,
}

use Fate::{Are, Go, GoWithUser, Stay};

/// A table that names nobody but the user to whom each row belongs.
const fn of_user(table: &'static str, shown: &'static [&'static str]) -> Place {
    Place { table, about: Some("user_id IN {ids}"), fate: GoWithUser, names: &[], texts: &[], shown }
}

/// Texts that are all about the person whom they name, and are emptied: the sample in the preview of a sync.
pub(super) const DESCRIBING: &[(&str, &str)] = &[("sync_runs", "fields")];

/// Mails before the rows by which they are found.
pub(super) const PLACES: &[Place] = &[
    Place {
        table: "users",
        about: Some("id IN {ids}"),
        fate: GoWithUser,
        names: &[],
        texts: &[],
        shown: &[
            "id", "email", "first_name", "last_name", "role", "is_marketo_admin", "is_salesforce_admin", "status",
            "locale", "time_zone", "last_sign_in_at", "invitation_expires_at", "created_at", "joined_at", "admin_since", "accepted_at",
        ],
    },
    Place {
        table: "team_members",
        about: Some("user_number IN {numbers}"),
        fate: GoWithUser,
        names: &[],
        texts: &[],
        shown: &["team_id"],
    },
    of_user("sessions", &["created_at", "last_seen_at", "expires_at", "opened_by", "browser", "network"]),
    of_user("passkeys", &["name", "added_at", "last_used_at"]),
    of_user("authenticator_apps", &["since"]),
    of_user("recovery_codes", &["user_id"]),
    of_user("one_time_links", &["purpose", "expires_at", "used_at"]),
    of_user("salesforce_identities", &["org_id", "salesforce_user_id", "environment", "signed_in_at"]),
    of_user("marketo_access", &["workspace_id", "granted_at"]),
    of_user("api_key_uses", &["api_key_id", "origin", "flow", "noted_at"]),
    Place {
        texts: &["return_to", "outcome"],
        ..of_user("flows", &["purpose", "environment", "created_at", "expires_at", "origin"])
    },
    Place {
        texts: &["username"],
        ..of_user(
            "salesforce_connections",
            &["environment", "org_id", "org_name", "instance_url", "scopes", "connected_at", "checked_at", "failure"],
        )
    },
    Place {
        table: "guesses",
        about: Some("counted_for IN {keys}"),
        fate: Go,
        names: &[],
        texts: &[],
        shown: &["source", "guessed_at"],
    },
    Place {
        fate: Go,
        texts: &["body", "location"],
        ..of_user("idempotency_keys", &["route", "created_at"])
    },
    Place {
        table: "batches",
        about: Some("created_by IN {ids} OR retried_by IN {ids} OR undone_by IN {ids}"),
        fate: Stay,
        names: &[
            ("created_by", "created_by_name"),
            ("retried_by", "retried_by_name"),
            ("undone_by", "undone_by_name"),
        ],
        texts: &["created_by_name", "retried_by_name", "undone_by_name", "file_name", "terms"],
        shown: &["id", "kind", "state", "created_at"],
    },
    Place {
        table: "mails",
        about: Some(
            "user_id IN {ids} OR invitation_number IN (SELECT i.number FROM invitations i WHERE i.user_number IN {numbers})
             OR invitation_number IN (SELECT r.invitation_number FROM batch_rows r WHERE r.email_key IN {keys})",
        ),
        fate: Are("detail = NULL"),
        names: &[],
        texts: &["payload", "detail"],
        shown: &["kind", "state", "attempts", "queued_at", "code"],
    },
    Place {
        table: "invitations",
        about: Some(
            "user_number IN {numbers}
             OR number IN (SELECT r.invitation_number FROM batch_rows r WHERE r.email_key IN {keys})",
        ),
        fate: Stay,
        names: &[],
        texts: &[],
        shown: &["id", "language", "status", "created_at", "expires_at"],
    },
    Place {
        table: "member_changes",
        about: Some("user_id IN {ids}"),
        fate: Stay,
        names: &[],
        texts: &[],
        shown: &["before_values", "after_values", "is_applied", "undo"],
    },
    Place {
        table: "batch_rows",
        about: Some("email_key IN {keys} OR email IN {spellings}"),
        fate: Are("email = {pseudonym}, email_key = NULL, first_name = '', last_name = '', detail = NULL"),
        names: &[],
        texts: &["detail"],
        shown: &["row_number", "email", "first_name", "last_name", "verdict", "code"],
    },
    Place {
        table: "synced_people",
        about: Some("email IN {spellings}"),
        fate: Go,
        names: &[],
        texts: &[],
        shown: &[
            "marketo_id", "first_name", "last_name", "email", "company", "title", "phone_number", "linkedin_url", "source",
            "salesforce_contact_id", "salesforce_lead_id", "salesforce_account_id", "salesforce_opportunity_id",
            "outcome", "synced_at",
        ],
    },
    Place {
        table: "sync_problems",
        about: Some("email IN {spellings}"),
        fate: Are("email = NULL"),
        names: &[],
        texts: &[],
        shown: &["marketo_id", "email", "code"],
    },
    Place {
        table: "sync_runs",
        about: Some("starter_id IN {ids}"),
        fate: Stay,
        names: &[("starter_id", "started_by")],
        texts: &["started_by", "fields"],
        shown: &["id", "kind", "state", "started_at", "ended_at"],
    },
    Place {
        table: "salesforce_verifications",
        about: None,
        fate: Stay,
        names: &[],
        texts: &["found"],
        shown: &["item", "verified_at"],
    },
    Place {
        table: "webhook_endpoints",
        about: None,
        fate: Stay,
        names: &[],
        texts: &["description"],
        shown: &["state", "created_at"],
    },
    Place {
        table: "webhook_messages",
        about: None,
        fate: Stay,
        names: &[],
        texts: &["body"],
        shown: &["type", "state", "created_at"],
    },
    Place {
        table: "webhook_attempts",
        about: None,
        fate: Stay,
        names: &[],
        texts: &["response"],
        shown: &["at", "outcome"],
    },
    Place {
        table: "api_keys",
        about: Some("creator_id IN {ids} OR owner_id IN {ids}"),
        fate: Stay,
        names: &[("creator_id", "created_by")],
        texts: &["created_by"],
        shown: &["name", "kind", "created_at", "last_used_at", "revoked_at", "ends_at"],
    },
    Place {
        table: "ticks",
        about: Some("ticker_id IN {ids}"),
        fate: Stay,
        names: &[("ticker_id", "ticked_by")],
        texts: &["ticked_by"],
        shown: &["item", "ticked_at"],
    },
];

/// Texts that name people and are not shown: answers of the API, which may hold what is shown once. Table and column.
pub(super) const HIDDEN: (&str, &str) = ("idempotency_keys", "body");

/// The audit log, whose columns are changed together, and not by [`PLACES`].
pub(super) const EVENTS: Place = Place {
    table: "audit_events",
    about: Some("actor_id IN {ids} OR person_id IN {ids}"),
    fate: Stay,
    names: &[("actor_id", "actor")],
    texts: &["actor", "subject", "changes"],
    shown: &[
        "number",
        "at",
        "actor_kind",
        "action",
        "request_id",
        // The others' are theirs.
        "CASE WHEN actor_id IN {ids} THEN address END AS address",
    ],
};

/// Tables that say nothing of people, and those whose rows go with what belongs to a user: a session, a batch.
#[cfg(test)]
const OF_NOBODY: &[&str] = &[
    "accounts",
    "workspaces",
    "teams",
    "people_counts",
    "deleted_teams",
    "column_mappings",
    "proof_codes",
    "used_ceremonies",
    "session_tokens",
    "batch_chunks",
    "salesforce_orgs",
    "salesforce_sync_settings",
    "integrations",
    "marketo_connections",
    "marketo_failed_attempts",
    "field_syncs",
    "sync_windows",
    "panel_sessions",
    "recent_errors",
    "retention_counts",
    "troubles",
    "audit_doors",
    "audit_counts",
    "audit_removals",
    "servers",
    "keys_in_use",
    "webhook_secrets",
];

/// Columns of the other tables that hold ids, hashes, names of the contract, or what is sealed, or that are written anew with
/// those that are changed.
#[cfg(test)]
const IMPERSONAL: &[&str] = &[
    "account_id",
    "user_id",
    "email_key",
    "sort_name",
    "search_text",
    "password_hash",
    "token_hash",
    "id",
    "former_hash",
    "credential_id",
    "credential",
    "secret",
    "next_secret",
    "hash",
    "api_key_id",
    "workspace_id",
    "session_hash",
    "invitation_id",
    "state_hash",
    "cookie_hash",
    "verifier",
    "known_by",
    "access_token",
    "refresh_token",
    "counted_for",
    "idempotency_key",
    "fingerprint",
    "created_by",
    "retried_by",
    "undone_by",
    "verdicts",
    "types",
    // Of webhooks, whose addresses are listed and not changed.
    "url",
    "cancel_code",
    "work_key_id",
    "revoking",
    "retrying",
    "lease_id",
    "leased_by",
    "pass_id",
    "failure",
    "changes_token",
    "starter_id",
    "waits_for",
    "org_id",
    "name_key",
    "prefix",
    "secret_hash",
    "origins",
    "flows",
    "role",
    "grants",
    "opens_for",
    "owner_id",
    "creator_id",
    "ticker_id",
    "actor_id",
    "person_id",
    "key_id",
    "mac",
    "undo_code",
    "team_id",
    "endpoint_id",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::db::test::database;
    use crate::db::{Driver, statement};

    #[tokio::test]
    async fn r25_every_column_of_text_is_known_to_say_something_of_people_or_nothing() {
        let (db, _, _folder) = database().await;
        let columns = match &db.driver {
            Driver::Sqlite(_) => {
                "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                  WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE '%\\_search\\_%' ESCAPE '\\'
                    AND t.name NOT IN ('_sqlx_migrations', 'sqlite_sequence') AND c.type = 'TEXT'"
            }
            Driver::Postgres(_) => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
                  WHERE table_schema = 'public' AND data_type = 'text' AND table_name <> 'orgs_of_administrators'
                    AND table_name <> '_sqlx_migrations'"
            }
        };
        let columns: Vec<(String, String)> =
            statement(columns).all(&mut db.read().await.unwrap()).await.unwrap();
        assert!(columns.len() > 150, "{columns:?}");
        let mut unknown = BTreeSet::new();
        for (table, column) in &columns {
            let place = PLACES.iter().chain([&EVENTS]).find(|place| place.table == table);
            let is_known = place.map_or(OF_NOBODY.contains(&table.as_str()), |place| {
                let names = place.names.iter().map(|(_, name)| name);
                let is_known = |known: &&str| known.rsplit(' ').next() == Some(column);
                names.chain(place.texts).chain(place.shown).any(is_known)
                    || IMPERSONAL.contains(&column.as_str())
            });
            if !is_known {
                unknown.insert(format!("{table}.{column}"));
            }
        }
        assert_eq!(unknown, BTreeSet::new());
    }
}
