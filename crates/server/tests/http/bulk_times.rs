//! R20, printed: how long bulk acts on 100,000 rows take, and how long others wait meanwhile who change something. Times
//! depend on the machine, so nothing here fails for being slow.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use api_types::{
    Batch, BatchId, MemberAction, NewMemberChange, NewRow, SyncRunState, Team, TeamId, limits, paths,
};
use serde_json::json;

use crate::bulk_acts::{people, strangers};
use crate::field_sync;
use crate::harness::{Client, Server, csv, pause};
use crate::long_lists::{database, many_people};
use crate::member_changes::to_teams;
use crate::performance::report;
use crate::post_office::{Manner, PostOffice};

const ROWS: u32 = 100_000;

/// An administrator who renames a team again and again.
pub(crate) struct Others {
    admin: Client,
    team: TeamId,
}

/// How long an act took, and each of the other changes meanwhile.
pub(crate) struct Waits {
    took: Duration,
    waits: Vec<Duration>,
}

impl Waits {
    /// How many other changes there were.
    pub(crate) fn count(&self) -> usize {
        self.waits.len()
    }
}

impl Others {
    pub(crate) async fn of(admin: &Client) -> Self {
        let team: Team = admin.once(paths::TEAMS, &json!({"name": "Renamed"})).await.json();
        Self { admin: admin.clone(), team: team.id }
    }

    /// Goes on for as long as the act takes.
    pub(crate) async fn during(&self, act: impl Future<Output = ()>) -> Waits {
        let began = Instant::now();
        let mut waits = Vec::new();
        let renaming = async {
            loop {
                let began = Instant::now();
                let name = format!("Renamed {}", waits.len());
                let answer = self.admin.patch(&paths::team(&self.team), &json!({ "name": name })).await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                waits.push(began.elapsed());
                pause().await;
            }
        };
        tokio::select! {
            () = act => {}
            () = renaming => {}
        }
        Waits { took: began.elapsed(), waits }
    }

    async fn time(&self, what: &str, act: impl Future<Output = ()>) {
        let Waits { took, mut waits } = self.during(act).await;
        waits.sort_unstable();
        let (middle, longest) = (waits[waits.len() / 2].as_millis(), waits[waits.len() - 1].as_millis());
        report(&format!(
            "R20 {ROWS} {what}: {:.1} s; {} other changes took {middle} ms in the middle and {longest} ms at most",
            took.as_secs_f64(),
            waits.len(),
        ));
    }
}

/// A server that is connected to both services and whose mails wait.
async fn server() -> (Server, Client) {
    let office = PostOffice::open().await;
    office.treat(Manner::HangsUp);
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    field_sync::server_of(|config| {
        config.smtp = Some(smtp);
        config.account.seats = Some(4 * ROWS);
        config.sandbox.people = 1_000;
        config.sandbox.speed = NonZeroU32::new(600).expect("more than none");
    })
    .await
}

async fn add(admin: &Client, id: &BatchId, rows: &[NewRow]) {
    for (index, rows) in (0..).zip(rows.chunks(limits::ROWS_PER_CHUNK)) {
        admin.add(id, index, rows).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn r20_others_wait_a_moment_while_invitations_and_a_team_are_worked_on() {
    let (server, admin) = server().await;
    let others = Others::of(&admin).await;
    let rows = people(ROWS);
    let mut batch = csv(rows.len());
    batch.options.teams = vec!["Nordics".to_owned()];
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await.json();
    let id = admin.open_batch(&batch).await.id;
    others.time("people invited into a team", add(&admin, &id, &rows)).await;

    let mut past = database(&server).await;
    let fail = "UPDATE mails SET state = 'failed', code = 'mail_deferred' WHERE state = 'queued'";
    sqlx::query(fail).execute(&mut past).await.unwrap();
    admin.seal(&id).await;
    others
        .time("mails queued again", async {
            assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
            while admin.batch(&id).await.retrying.is_some() {}
        })
        .await;
    others
        .time("members of a team that is deleted", async {
            assert_eq!(admin.delete(&paths::team(&team.id)).await.status, 204);
            while sqlx::query("SELECT 1 FROM deleted_teams")
                .fetch_optional(&mut past)
                .await
                .unwrap()
                .is_some()
            {}
        })
        .await;
    others
        .time("invitations undone", async {
            admin.once(&paths::batch_revoke(&id), &()).await.json::<Batch>();
            while admin.batch(&id).await.revoking.is_some() {}
        })
        .await;
    assert_eq!(admin.batch(&id).await.revoked, ROWS);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn r20_others_wait_a_moment_while_members_are_changed_and_people_removed() {
    let (server, admin) = server().await;
    let others = Others::of(&admin).await;
    let mut past = database(&server).await;
    many_people(&mut past, ROWS).await;
    let change = |number| to_teams(number + 2, &format!("p{number}@example.com"), &["EMEA Sales"]);
    let rows: Vec<NewMemberChange> = (0..ROWS).map(change).collect();
    let mut compared = None;
    others
        .time("members compared with a file", async {
            compared = Some(admin.compare(MemberAction::Update, &rows, limits::ROWS_PER_CHUNK).await.0);
        })
        .await;
    let batch = compared.expect("a batch");
    others.time("members changed", async { drop(admin.applied(&batch).await) }).await;
    others.time("changes of members undone", async { drop(admin.undone(&batch).await) }).await;

    strangers(&mut past, ROWS).await;
    let id = field_sync::start(&admin).await.id;
    others
        .time("people removed at the end of a sync", async {
            let run = field_sync::ended(&admin, &id).await;
            assert_eq!((run.state, run.removed), (SyncRunState::Completed, u64::from(ROWS)));
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn r20_others_wait_a_moment_while_members_lose_access_and_what_has_expired_goes() {
    let (mut server, admin) = server().await;
    let others = Others::of(&admin).await;
    let mut past = database(&server).await;
    many_people(&mut past, ROWS).await;
    let rows: Vec<NewMemberChange> =
        (0..ROWS).map(|number| to_teams(number + 2, &format!("p{number}@example.com"), &[])).collect();
    let (batch, _) = admin.compare(MemberAction::Deactivate, &rows, limits::ROWS_PER_CHUNK).await;
    others.time("members deactivated", async { drop(admin.applied(&batch).await) }).await;
    let (left, _) = admin.compare(MemberAction::Reactivate, &rows, limits::ROWS_PER_CHUNK).await;
    others.time("members reactivated", async { drop(admin.undone(&batch).await) }).await;

    server.clock.advance(Duration::from_secs(25 * 3600));
    // A server that starts deletes what has expired.
    server.restart().await;
    let admin = server.admin().await;
    let others = Others { admin: admin.clone(), team: others.team };
    others
        .time("rows of a comparison that was not applied", async {
            while admin.get(&paths::member_change(&left.id)).await.status != 404 {}
        })
        .await;
}
