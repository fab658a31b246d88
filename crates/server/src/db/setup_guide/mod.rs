//! The facts that the setup guide's states depend on, read from the tables.

pub(crate) mod facts;

use std::collections::HashMap;
use std::time::Duration;

use api_types::{
    AuditAction, ChecklistItemId, FlowPurpose, FlowState, PersonName, PrerequisiteId, SetupStepId, StepState,
    UserId, display_name,
};
use sqlx::FromRow;

use facts::{Facts, Invited, Item, Marketo, MarketoConnection, Salesforce, Sync};

use super::ticks::Tick;
use super::{AccountId, Conn, DbResult, audit, composed, statement, text};
use crate::platform::clock::Millis;

/// How much longer than planned changes may wait to be fetched: a run may take its time, and a server may be restarted.
const POLL_GRACE: Duration = Duration::from_secs(15 * 60);

/// Everything that the guide shows.
pub(crate) struct Guide {
    pub(crate) facts: Facts,
    pub(crate) ticks: HashMap<String, Tick>,
    /// When people of Marketo were last seen to be in Salesforce too.
    pub(crate) seen_in_salesforce: Option<Millis>,
}

/// A person whom the guide names.
#[derive(FromRow)]
struct PersonRow {
    id: UserId,
    first_name: String,
    last_name: String,
    email: String,
}

impl PersonRow {
    fn named(self) -> PersonName {
        let name = display_name(&self.first_name, &self.last_name, &self.email);
        PersonName { name, id: Some(self.id) }
    }
}

/// A person who did something, and when.
#[derive(FromRow)]
struct DoerRow {
    #[sqlx(flatten)]
    person: PersonRow,
    at: i64,
}

/// Who brought a step to its state, if a person did, and when.
type Doer = (Option<PersonName>, Millis);

impl DoerRow {
    fn doer(self) -> Doer {
        (Some(self.person.named()), Millis(self.at))
    }
}

/// Reads the guide. `connecting` says whether an attempt to connect to Marketo is under way.
pub(crate) async fn read(
    conn: &mut Conn,
    account_id: &AccountId,
    connecting: bool,
    now: Millis,
) -> DbResult<Guide> {
    let ticks = super::ticks::all(conn, account_id).await?;
    let (package, configuration) = checklist(conn, account_id, &ticks).await?;
    let facts = Facts {
        marketo_admins: marketo_admins(conn, account_id, now).await?,
        salesforce: salesforce(conn, account_id, now).await?,
        marketo: Marketo { connection: marketo_connection(conn, account_id).await?, connecting },
        sync: sync(conn, account_id, now).await?,
        users: users(conn, account_id, now).await?,
        package,
        configuration,
        met: Vec::new(),
    };
    let seen_in_salesforce = seen_in_salesforce(conn, account_id).await?;
    let is_met = |id: &PrerequisiteId| {
        ticks.contains_key(id.as_str())
            || (*id == PrerequisiteId::MarketoSalesforceSync && seen_in_salesforce.is_some())
    };
    let facts = Facts { met: PrerequisiteId::ALL.into_iter().filter(is_met).collect(), ..facts };
    Ok(Guide { facts, ticks, seen_in_salesforce })
}

/// Marketo admins who were invited, once there is an original user.
async fn marketo_admins(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<Invited> {
    let Some(original) = super::users::original_user(conn, account_id).await? else {
        return Ok(Invited::default());
    };
    let invited = invited(conn, account_id, now, MARKETO_ADMINS).await?;
    // An original user who was a member already has no invitation.
    Ok(Invited { active: invited.active || original.is_active_admin()?, ..invited })
}

/// People who were invited to work, and not to set the account up.
async fn users(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<Invited> {
    invited(conn, account_id, now, USERS).await
}

const MARKETO_ADMINS: &str = "u.is_marketo_admin = 1";
/// All people but those with a persona, and the original user.
const USERS: &str = "NOT (u.role = 'admin' AND (u.is_marketo_admin = 1 OR u.is_salesforce_admin = 1))
    AND u.id <> (SELECT COALESCE(a.original_user_id, '') FROM accounts a WHERE a.id = u.account_id)";

/// The people that a step in progress waits for: some by name, and how many more.
pub(crate) async fn waits_for(
    conn: &mut Conn,
    account_id: &AccountId,
    step: SetupStepId,
    now: Millis,
) -> DbResult<(Vec<PersonName>, u64)> {
    let who = match step {
        SetupStepId::SetUpAccount => MARKETO_ADMINS,
        SetupStepId::InviteUsers => USERS,
        SetupStepId::ConnectSalesforce => return at_salesforce(conn, account_id, now).await,
        SetupStepId::StartSync => return at_the_sync(conn, account_id).await,
        _ => return Ok((Vec::new(), 0)),
    };
    let sql = format!(
        "SELECT u.id, u.first_name, u.last_name, u.email FROM users u
          WHERE u.account_id = $1 AND u.status = 'invited' AND u.invitation_expires_at > $2 AND {who}
          ORDER BY u.id LIMIT {NAMES}"
    );
    let some = composed(sql);
    let some: Vec<PersonRow> = some.bind(account_id).bind(now.0).all(&mut *conn).await?;
    let sql = format!(
        "SELECT COUNT(*) FROM users u
          WHERE u.account_id = $1 AND u.status = 'invited' AND u.invitation_expires_at > $2 AND {who}"
    );
    let all = composed(sql);
    let (all,): (i64,) = all.bind(account_id).bind(now.0).one(conn).await?;
    let people: Vec<PersonName> = some.into_iter().map(PersonRow::named).collect();
    let more = u64::try_from(all).unwrap_or(0).saturating_sub(people.len() as u64);
    Ok((people, more))
}

/// How many people a step names.
const NAMES: u8 = 3;

/// Administrators with an open Salesforce authorisation.
async fn at_salesforce(
    conn: &mut Conn,
    account_id: &AccountId,
    now: Millis,
) -> DbResult<(Vec<PersonName>, u64)> {
    let open = serde_json::to_string(&FlowState::Open).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let people: Vec<PersonRow> = statement(
        "SELECT DISTINCT u.id, u.first_name, u.last_name, u.email FROM flows f JOIN users u ON u.id = f.user_id
          WHERE f.account_id = $1 AND f.purpose = $2 AND f.outcome = $3 AND f.expires_at > $4 AND u.role = 'admin'
          LIMIT 3",
    )
    .bind(account_id)
    .bind(text(FlowPurpose::Connect)?)
    .bind(open)
    .bind(now.0)
    .all(conn)
    .await?;
    Ok((people.into_iter().map(PersonRow::named).collect(), 0))
}

/// Who started the run under way.
async fn at_the_sync(conn: &mut Conn, account_id: &AccountId) -> DbResult<(Vec<PersonName>, u64)> {
    let run: Option<(Option<String>, Option<UserId>)> = statement(
        "SELECT started_by, starter_id FROM sync_runs
          WHERE account_id = $1 AND kind <> 'preview' AND state IN ('preparing', 'running', 'paused')
          ORDER BY id DESC LIMIT 1",
    )
    .bind(account_id)
    .optional(conn)
    .await?;
    let starter = run.and_then(|(name, id)| Some(PersonName { name: name?, id }));
    Ok((starter.into_iter().collect(), 0))
}

/// The invitations of people for whom `who` holds, a condition on `u`.
async fn invited(conn: &mut Conn, account_id: &AccountId, now: Millis, who: &str) -> DbResult<Invited> {
    let sql = composed(outcomes(who));
    let (active, pending, lost): (bool, bool, bool) = sql.bind(account_id).bind(now.0).one(conn).await?;
    Ok(Invited { active, pending, lost })
}

fn outcomes(who: &str) -> String {
    format!(
        "SELECT
           EXISTS (SELECT 1 FROM users u
                    WHERE u.account_id = $1 AND u.accepted_at IS NOT NULL AND u.status = 'active' AND {who}),
           EXISTS (SELECT 1 FROM users u
                    WHERE u.account_id = $1 AND u.status = 'invited' AND u.invitation_expires_at > $2 AND {who}),
           EXISTS (SELECT 1 FROM users u
                    WHERE u.account_id = $1 AND u.status = 'invited' AND u.invitation_expires_at <= $2 AND {who})
        OR EXISTS (SELECT 1 FROM mails m JOIN users u ON u.invitation_number = m.invitation_number
                    WHERE m.account_id = $1 AND m.state = 'failed' AND u.status = 'invited' AND {who})"
    )
}

async fn salesforce(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<Salesforce> {
    let open = serde_json::to_string(&FlowState::Open).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let (healthy, broken, flow_open): (bool, bool, bool) = statement(
        "SELECT
           EXISTS (SELECT 1 FROM salesforce_connections c JOIN users u ON u.id = c.user_id
                    WHERE c.account_id = $1 AND c.failure IS NULL AND u.role = 'admin' AND u.status = 'active'),
           EXISTS (SELECT 1 FROM salesforce_connections c JOIN users u ON u.id = c.user_id
                    WHERE c.account_id = $1 AND c.failure IS NOT NULL AND u.role = 'admin' AND u.status = 'active'),
           EXISTS (SELECT 1 FROM flows f JOIN users u ON u.id = f.user_id
                    WHERE f.account_id = $1 AND f.purpose = $2 AND f.outcome = $3 AND f.expires_at > $4
                      AND u.role = 'admin')",
    )
    .bind(account_id)
    .bind(text(FlowPurpose::Connect)?)
    .bind(open)
    .bind(now.0)
    .one(conn)
    .await?;
    Ok(Salesforce { healthy, broken, flow_open })
}

async fn marketo_connection(conn: &mut Conn, account_id: &AccountId) -> DbResult<MarketoConnection> {
    let row: Option<(bool,)> = statement(
        "SELECT c.failure IS NULL AND u.role = 'admin' AND u.status = 'active'
           FROM marketo_connections c JOIN users u ON u.id = c.owner_id WHERE c.account_id = $1",
    )
    .bind(account_id)
    .optional(&mut *conn)
    .await?;
    let (refused,): (bool,) =
        statement("SELECT EXISTS (SELECT 1 FROM marketo_failed_attempts WHERE account_id = $1)")
            .bind(account_id)
            .one(conn)
            .await?;
    Ok(match row {
        Some((true,)) => MarketoConnection::Healthy,
        Some((false,)) => MarketoConnection::Broken,
        None if refused => MarketoConnection::Refused,
        None => MarketoConnection::None,
    })
}

async fn sync(conn: &mut Conn, account_id: &AccountId, now: Millis) -> DbResult<Sync> {
    let (running, paused): (bool, bool) = statement(
        "SELECT
           EXISTS (SELECT 1 FROM sync_runs WHERE account_id = $1 AND kind <> 'preview'
                    AND state IN ('preparing', 'running')),
           EXISTS (SELECT 1 FROM sync_runs WHERE account_id = $1 AND kind <> 'preview' AND state = 'paused')",
    )
    .bind(account_id)
    .one(&mut *conn)
    .await?;
    let last: Option<(bool, bool, i64)> = statement(
        "SELECT state = 'failed', kind = 'incremental', COALESCE(ended_at, started_at) FROM sync_runs
          WHERE account_id = $1 AND kind <> 'preview' ORDER BY id DESC LIMIT 1",
    )
    .bind(account_id)
    .optional(&mut *conn)
    .await?;
    // Changes have no token to start from until a full run was complete.
    let schedule: Option<(i64, Option<i64>)> = statement(
        "SELECT polling_minutes, polled_at FROM field_syncs WHERE account_id = $1 AND changes_token IS NOT NULL",
    )
    .bind(account_id)
    .optional(conn)
    .await?;
    let polled = schedule.and_then(|(_, polled)| polled);
    let last_read = polled.max(last.map(|(.., at)| at)).map_or(Millis::ZERO, Millis);
    // A poll without changes leaves no run: a later poll shows that the cause of the last failure has passed.
    let failed = last.is_some_and(|(failed, is_poll, at)| failed && !(is_poll && polled > Some(at)));
    let patience = schedule.map(|(minutes, _)| Duration::from_secs(u64::from(super::count(minutes)) * 60));
    Ok(Sync {
        running,
        paused,
        incremental: schedule.is_some(),
        failed,
        overdue: patience.is_some_and(|patience| last_read.plus(patience).plus(POLL_GRACE) < now),
    })
}

/// The items of steps 6 and 7. The result from the org takes precedence over a tick.
async fn checklist(
    conn: &mut Conn,
    account_id: &AccountId,
    ticks: &HashMap<String, Tick>,
) -> DbResult<(Vec<Item>, Vec<Item>)> {
    let rows: Vec<(String, bool, bool)> = statement(
        "SELECT item, is_passed = 1, was_passed = 1 FROM salesforce_verifications WHERE account_id = $1",
    )
    .bind(account_id)
    .all(conn)
    .await?;
    let verified: HashMap<String, (bool, bool)> =
        rows.into_iter().map(|(item, is, was)| (item, (is, was))).collect();
    let item = |id: ChecklistItemId| {
        let (done, regressed) = match verified.get(id.as_str()) {
            Some(&(is_passed, was_passed)) => (is_passed, was_passed && !is_passed),
            None => (ticks.contains_key(id.as_str()), false),
        };
        Item { required: id.required(), done, regressed }
    };
    let of = |step: SetupStepId| {
        ChecklistItemId::ALL.iter().filter(|id| id.step() == step).map(|&id| item(id)).collect()
    };
    Ok((of(SetupStepId::InstallPackage), of(SetupStepId::ConfigureActions)))
}

/// When a sync, or a preview's count, last met people of Marketo who are in Salesforce too.
async fn seen_in_salesforce(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<Millis>> {
    let (at,): (Option<i64>,) = statement(
        "SELECT MAX(COALESCE(ended_at, started_at)) FROM sync_runs
          WHERE account_id = $1 AND created + updated + unchanged + no_salesforce_owner > 0",
    )
    .bind(account_id)
    .one(conn)
    .await?;
    Ok(at.map(Millis))
}

/// Who brought a step to its state, and when; nothing if it was not begun.
pub(crate) async fn doer(
    conn: &mut Conn,
    account_id: &AccountId,
    guide: &Guide,
    step: SetupStepId,
) -> DbResult<Option<Doer>> {
    let actions: &[AuditAction] = match step {
        SetupStepId::SetUpAccount => &[AuditAction::IntegrationActivated],
        SetupStepId::ConnectSalesforce => return last_at_salesforce(conn, account_id).await,
        SetupStepId::ConnectMarketo => &[AuditAction::MarketoConnected, AuditAction::MarketoConnectFailed],
        SetupStepId::StartSync => &[AuditAction::SyncStarted],
        SetupStepId::InviteUsers => &[AuditAction::UsersInvited],
        SetupStepId::InstallPackage | SetupStepId::ConfigureActions => {
            return last_of_checklist(conn, account_id, guide, step).await;
        }
    };
    let event = audit::latest(conn, account_id, actions).await?;
    // An invitation is only sent; it completes the step once it is accepted.
    let accepted = match (guide.facts.state(step), step) {
        (StepState::Done, SetupStepId::SetUpAccount) => {
            let sent = event.as_ref().map(|(_, at)| *at);
            original_activated(conn, account_id).await?.filter(|(_, at)| Some(*at) > sent)
        }
        (StepState::Done, SetupStepId::InviteUsers) => first_inviter(conn, account_id).await?,
        _ => None,
    };
    Ok(accepted.or(event))
}

/// When the original user accepted their invitation.
async fn original_activated(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<Doer>> {
    let row: Option<DoerRow> = statement(
        "SELECT u.id, u.first_name, u.last_name, u.email, e.at
           FROM accounts a JOIN users u ON u.id = a.original_user_id
           JOIN audit_events e ON e.account_id = a.id AND e.actor_id = u.id AND e.action = $2
          WHERE a.id = $1 AND u.status = 'active' ORDER BY e.place DESC LIMIT 1",
    )
    .bind(account_id)
    .bind(AuditAction::UserActivated.as_str())
    .optional(conn)
    .await?;
    Ok(row.map(DoerRow::doer))
}

/// Who invited the first of the active users who accepted, and when that was.
async fn first_inviter(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<Doer>> {
    let row: Option<(Option<UserId>, String, i64)> = composed(first_activation())
        .bind(account_id)
        .bind(AuditAction::UserActivated.as_str())
        .optional(conn)
        .await?;
    Ok(row.map(|(id, name, at)| (Some(PersonName { name, id }), Millis(at))))
}

fn first_activation() -> String {
    format!(
        "SELECT inviter.id, b.created_by_name, first.at
           FROM (SELECT u.number, e.at FROM audit_events e JOIN users u ON u.id = e.actor_id
                  WHERE e.account_id = $1 AND e.action = $2 AND u.status = 'active' AND {USERS}
                  ORDER BY e.place LIMIT 1) first
           JOIN invitations i ON i.user_number = first.number AND i.status = 'accepted'
           JOIN batches b ON b.number = i.batch_number
           LEFT JOIN users inviter ON inviter.id = b.created_by
          LIMIT 1"
    )
}

/// The administrator who connected to Salesforce last; connections of other users do not count.
async fn last_at_salesforce(conn: &mut Conn, account_id: &AccountId) -> DbResult<Option<Doer>> {
    let last: Option<DoerRow> = statement(
        "SELECT u.id, u.first_name, u.last_name, u.email, c.connected_at AS at
           FROM salesforce_connections c JOIN users u ON u.id = c.user_id
          WHERE c.account_id = $1 AND u.role = 'admin' AND u.status = 'active'
          ORDER BY c.failure IS NOT NULL, c.connected_at DESC LIMIT 1",
    )
    .bind(account_id)
    .optional(conn)
    .await?;
    Ok(last.map(DoerRow::doer))
}

async fn last_of_checklist(
    conn: &mut Conn,
    account_id: &AccountId,
    guide: &Guide,
    step: SetupStepId,
) -> DbResult<Option<Doer>> {
    let items = || ChecklistItemId::ALL.iter().filter(|id| id.step() == step);
    let ticked = items()
        .filter_map(|id| guide.ticks.get(id.as_str()))
        .max_by_key(|tick| tick.at)
        .map(|tick| (Some(tick.by.clone()), tick.at));
    let rows: Vec<(String, i64)> =
        statement("SELECT item, verified_at FROM salesforce_verifications WHERE account_id = $1")
            .bind(account_id)
            .all(conn)
            .await?;
    let of_step = |item: &str| items().any(|id| id.as_str() == item);
    let verified = rows
        .into_iter()
        .filter(|(item, _)| of_step(item))
        .map(|(_, at)| (None, Millis(at)))
        .max_by_key(|(_, at)| *at);
    Ok([ticked, verified].into_iter().flatten().max_by_key(|(_, at)| *at))
}

#[cfg(test)]
mod tests {
    use api_types::StepState::{self, Done, InProgress, NeedsAttention, NotStarted};

    use super::*;
    use crate::db::{Builder, Db};
    use crate::platform::place::Place;

    const NOW: Millis = Millis(1_000_000_000);

    fn account_id() -> AccountId {
        AccountId("a".to_owned())
    }

    /// An account with its first administrator.
    async fn account() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Place::in_folder(folder.path()), None).await.unwrap();
        run(
            &db,
            "INSERT INTO accounts (id, name, seat_limit, team_limit, login_management, original_user_id, created_at)
             VALUES ('a', 'Acme', 10, 10, 'all_login_methods', 'first', 0)",
        )
        .await;
        run(&db, "INSERT INTO workspaces (number, id, account_id, name, name_key, is_default) VALUES (1, 'w', 'a', 'D', 'd', 1)")
            .await;
        user(&db, "first", "active", 1).await;
        run(
            &db,
            "INSERT INTO batches (number, id, account_id, kind, created_by, created_by_name, terms, verdicts, state,
                    is_dry_run, expected_rows, created_at, filled_at, sealed_at)
             VALUES (1, 'b', 'a', 'invitations', '', '', '{}', '{}', 'sealed', 0, 1, 0, 0, 0)",
        )
        .await;
        (folder, db)
    }

    async fn run(db: &Db, sql: &'static str) {
        let mut tx = db.write().await.unwrap();
        statement(sql).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn user(db: &Db, id: &str, status: &str, marketo_admin: i64) {
        let mut tx = db.write().await.unwrap();
        statement(
            "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
                    is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
             VALUES ($1, 'a', $1, $1, '', '', '', '', 'admin', $2, 0, 1, $3, 0, 1, 0)",
        )
        .bind(id)
        .bind(marketo_admin)
        .bind(status)
        .execute(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// A person with a pending invitation, which has the person's id and number.
    async fn invite(db: &Db, id: &str, marketo_admin: i64, expires_at: i64) {
        user(db, id, "invited", marketo_admin).await;
        let mut tx = db.write().await.unwrap();
        statement(
            "INSERT INTO invitations SELECT number, id, 'a', 1, 1, number, 'en', 0, 'pending', 0, $2 FROM users WHERE id = $1",
        )
            .bind(id)
            .bind(expires_at)
            .execute(&mut tx)
            .await
            .unwrap();
        statement("UPDATE users SET invitation_number = number, invitation_expires_at = $2 WHERE id = $1")
            .bind(id)
            .bind(expires_at)
            .execute(&mut tx)
            .await
            .unwrap();
        statement(
            "INSERT INTO mails (account_id, kind, batch_number, invitation_number, edition, state, attempts, queued_at,
                    next_attempt_at)
             SELECT 'a', 'invitation', 1, number, 1, 'sent', 1, 0, 0 FROM users WHERE id = $1",
        )
        .bind(id)
        .execute(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    async fn states(db: &Db) -> [StepState; 7] {
        let guide = read(&mut db.read().await.unwrap(), &account_id(), false, NOW).await.unwrap();
        SetupStepId::ALL.map(|step| guide.facts.state(step))
    }

    async fn state(db: &Db, step: SetupStepId) -> StepState {
        states(db).await[usize::from(step.number()) - 1]
    }

    #[tokio::test]
    async fn p7_marketo_administrators_are_found_among_the_few_that_there_are() {
        let (_folder, db) = account().await;
        let waiting = Builder::new(format!(
            "SELECT u.email FROM users u WHERE u.account_id = 'a' AND u.status = 'invited' AND {MARKETO_ADMINS}"
        ));
        let steps = crate::db::test::plan(&mut db.read().await.unwrap(), &waiting).await;
        assert!(steps.iter().all(|step| step.contains("users_by_persona")), "{steps:?}");
    }

    #[tokio::test]
    async fn p7_the_first_who_accepted_is_found_among_many_events() {
        let (_folder, db) = account().await;
        let steps =
            crate::db::test::plan(&mut db.read().await.unwrap(), &Builder::new(first_activation())).await;
        assert!(steps.iter().any(|step| step.contains("e USING INDEX audit_events_by_action")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
    }

    #[tokio::test]
    async fn p7_invitations_and_failed_mails_are_found_among_the_few_that_there_are() {
        let (_folder, db) = account().await;
        let steps =
            crate::db::test::plan(&mut db.read().await.unwrap(), &Builder::new(outcomes(USERS))).await;
        for index in [
            "u USING INDEX users_accepted (account_id=? AND status=?)",
            "m USING COVERING INDEX mails_failed",
            "u USING INDEX users_invited (account_id=? AND invitation_expires_at<?)",
        ] {
            assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
        }
    }

    #[tokio::test]
    async fn an_account_that_was_just_made_has_begun_nothing() {
        let (_folder, db) = account().await;
        assert_eq!(states(&db).await, [NotStarted; 7]);
    }

    #[tokio::test]
    async fn steps_1_and_5_are_told_apart_by_who_was_invited() {
        let (_folder, db) = account().await;
        run(&db, "INSERT INTO integrations VALUES ('a', 'M', 'c', 's', 'abcd', 0)").await;
        invite(&db, "mia", 1, NOW.0 + 1).await;
        run(&db, "UPDATE accounts SET original_user_id = 'mia', is_original_user_chosen = 1").await;
        let of_both = async || [states(&db).await[0], states(&db).await[4]];
        assert_eq!(of_both().await, [InProgress, NotStarted]);
        run(&db, "UPDATE mails SET state = 'failed'").await;
        assert_eq!(of_both().await, [NeedsAttention, NotStarted]);
        run(&db, "UPDATE mails SET state = 'sent'").await;
        run(&db, "UPDATE users SET invitation_expires_at = 1 WHERE id = 'mia'").await;
        assert_eq!(of_both().await, [NeedsAttention, NotStarted]);
        run(
            &db,
            "UPDATE users SET status = 'active', invitation_number = NULL, invitation_expires_at = NULL",
        )
        .await;
        run(&db, "UPDATE users SET accepted_at = 1 WHERE id = 'mia'").await;
        assert_eq!(of_both().await, [Done, NotStarted], "the original user is nobody new");

        invite(&db, "sal", 0, NOW.0 + 1).await;
        run(&db, "UPDATE users SET is_salesforce_admin = 1 WHERE id = 'sal'").await;
        run(&db, "UPDATE users SET status = 'active', invitation_number = NULL WHERE id = 'sal'").await;
        run(&db, "UPDATE users SET accepted_at = 1 WHERE id = 'sal'").await;
        assert_eq!(of_both().await, [Done, NotStarted], "whoever sets up Salesforce is no user yet");

        invite(&db, "ana", 0, NOW.0 + 1).await;
        assert_eq!(of_both().await, [Done, InProgress]);
        invite(&db, "bob", 0, NOW.0).await;
        assert_eq!(of_both().await, [Done, NeedsAttention]);
        run(&db, "UPDATE users SET accepted_at = 1 WHERE id = 'ana'").await;
        run(&db, "UPDATE users SET status = 'active', invitation_number = NULL WHERE id = 'ana'").await;
        assert_eq!(of_both().await, [Done, Done]);
    }

    #[tokio::test]
    async fn step_2_is_done_by_any_administrators_healthy_connection() {
        let (_folder, db) = account().await;
        let step = async || state(&db, SetupStepId::ConnectSalesforce).await;
        run(
            &db,
            r#"INSERT INTO flows (id, account_id, purpose, environment, return_to, user_id, is_popup, outcome, created_at,
               expires_at) VALUES ('f', 'a', 'connect', '""', '/', 'first', 1, '"open"', 0, 1000000001)"#,
        )
        .await;
        assert_eq!(step().await, InProgress);
        run(&db, "UPDATE flows SET expires_at = 1").await;
        assert_eq!(step().await, NotStarted, "a flow that ran out is none");
        run(
            &db,
            "INSERT INTO salesforce_connections VALUES ('c', 'a', 'first', '', 'o', 'o', '', '', '', '', NULL, 0, 0, 0,
             'expired_access')",
        )
        .await;
        assert_eq!(step().await, NeedsAttention);
        user(&db, "ana", "active", 0).await;
        run(
            &db,
            "INSERT INTO salesforce_connections VALUES ('d', 'a', 'ana', '', 'o', 'o', '', '', '', '', NULL, 0, 0, 0, NULL)",
        )
        .await;
        assert_eq!(step().await, Done);
        run(&db, "UPDATE users SET role = 'user' WHERE id = 'ana'").await;
        assert_eq!(step().await, NeedsAttention, "only administrators' connections count");
    }

    #[tokio::test]
    async fn step_3_is_the_accounts_connection_and_its_owner() {
        let (_folder, db) = account().await;
        let step = async || state(&db, SetupStepId::ConnectMarketo).await;
        run(&db, "INSERT INTO marketo_failed_attempts VALUES ('a', 0, 'credentials_rejected')").await;
        assert_eq!(step().await, NeedsAttention);
        run(&db, "INSERT INTO marketo_connections VALUES ('a', 'M', 'c', 's', 'abcd', 'first', 0, 0, NULL)")
            .await;
        assert_eq!(step().await, Done);
        run(&db, "UPDATE marketo_connections SET failure = 'credentials_rejected'").await;
        assert_eq!(step().await, NeedsAttention);
        run(&db, "UPDATE marketo_connections SET failure = NULL").await;
        run(&db, "UPDATE users SET status = 'deactivated'").await;
        assert_eq!(step().await, NeedsAttention);
    }

    #[tokio::test]
    async fn step_4_is_the_runs_and_the_schedule() {
        let (_folder, db) = account().await;
        let step = async || state(&db, SetupStepId::StartSync).await;
        run(
            &db,
            "INSERT INTO sync_runs VALUES ('1', 'a', 'full', 'running', NULL, 'p', NULL, NULL, NULL, NULL, 999999999,
             NULL, NULL, 1, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, 0)",
        )
        .await;
        assert_eq!(step().await, InProgress);
        run(&db, "UPDATE sync_runs SET state = 'paused'").await;
        assert_eq!(step().await, InProgress);
        run(&db, "UPDATE sync_runs SET state = 'failed', ended_at = 999999999").await;
        assert_eq!(step().await, NeedsAttention);
        run(&db, "UPDATE sync_runs SET state = 'completed'").await;
        run(
            &db,
            "INSERT INTO field_syncs VALUES ('a', 5, 1, 'token', 'token', 'token', NULL, NULL, NULL, 'M', 1)",
        )
        .await;
        assert_eq!(step().await, Done);
        run(&db, "UPDATE sync_runs SET ended_at = 1").await;
        assert_eq!(step().await, NeedsAttention, "nothing was fetched for long");
        run(&db, "UPDATE field_syncs SET polled_at = 999999999").await;
        assert_eq!(step().await, Done);
        let guide = read(&mut db.read().await.unwrap(), &account_id(), false, NOW).await.unwrap();
        assert_eq!(guide.seen_in_salesforce, Some(Millis(1)), "people of Marketo are in Salesforce too");
    }

    #[tokio::test]
    async fn a_poll_that_failed_needs_attention_until_one_succeeds() {
        let (_folder, db) = account().await;
        let step = async || state(&db, SetupStepId::StartSync).await;
        run(&db, "INSERT INTO field_syncs VALUES ('a', 5, 1, 'token', 'token', 'token', NULL, NULL, 999999000, 'M', 1)").await;
        run(
            &db,
            "INSERT INTO sync_runs VALUES ('1', 'a', 'incremental', 'failed', 'unreachable', 'p', NULL, NULL, NULL,
             NULL, 999999000, 999999000, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, 0)",
        )
        .await;
        assert_eq!(step().await, NeedsAttention);
        // It found nothing, so there is no run of it.
        run(&db, "UPDATE field_syncs SET polled_at = 999999999").await;
        assert_eq!(step().await, Done);
        run(&db, "UPDATE sync_runs SET kind = 'full'").await;
        assert_eq!(step().await, NeedsAttention, "polls do not read everybody");
    }

    #[tokio::test]
    async fn steps_6_and_7_are_what_was_verified_or_ticked() {
        let (_folder, db) = account().await;
        let of_both = async || [states(&db).await[5], states(&db).await[6]];
        let mut tx = db.write().await.unwrap();
        for id in ChecklistItemId::ALL.iter().filter(|id| id.required() && !id.verifiable()) {
            let by = PersonName { name: "Ana".to_owned(), id: None };
            let tick = Tick { by, at: NOW };
            assert!(crate::db::ticks::set(&mut tx, &account_id(), id.as_str(), &tick).await.unwrap());
        }
        tx.commit().await.unwrap();
        assert_eq!(of_both().await, [InProgress, InProgress]);
        let mut tx = db.write().await.unwrap();
        for id in ChecklistItemId::ALL.iter().filter(|id| id.required() && id.verifiable()) {
            statement("INSERT INTO salesforce_verifications VALUES ('a', $1, 'o', 1, 1, '[]', 2000000000)")
                .bind(id.as_str())
                .execute(&mut tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(of_both().await, [Done, Done]);
        run(&db, "UPDATE salesforce_verifications SET is_passed = 0 WHERE item = 'install_package'").await;
        assert_eq!(of_both().await, [NeedsAttention, Done]);

        let mut conn = db.read().await.unwrap();
        let guide = read(&mut conn, &account_id(), false, NOW).await.unwrap();
        let doer = doer(&mut conn, &account_id(), &guide, SetupStepId::InstallPackage).await.unwrap();
        assert_eq!(doer, Some((None, Millis(2_000_000_000))), "the org said so last");
    }
}
