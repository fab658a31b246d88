//! Action Field Sync at instances of Marketo that lack something, or fail now and then.

use std::time::Duration;

use api_types::{
    ConnectionFailure, List, MarketoAdmin, MarketoState, PersonField, PreviewCount, SyncFailure, SyncKind,
    SyncPreview, SyncRun, SyncRunState, paths,
};
use sandbox::marketo::{Nature, READ_ONLY_LEAD_CLIENT_ID};
use sandbox::people::Person;
use serde_json::json;

use crate::field_sync::{
    Oracle, check_people, ended, everybody, has_ended, mend, order, poll, runs, server_at, server_with,
    start, status, sync, until,
};
use crate::harness::{Client, Server};
use crate::jobs::spoil;
use crate::long_lists::database;
use crate::marketo::{connect, pasted};
use crate::postgres::is_not_for;

const PEOPLE: u32 = 1_000;
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn server_of(nature: Nature) -> (Server, Client) {
    server_at(PEOPLE, nature.munchkin_id()).await
}

async fn preview(admin: &Client) -> SyncPreview {
    admin.post(paths::FIELD_SYNC_PREVIEW, &()).await;
    loop {
        let preview: SyncPreview = admin.get(paths::FIELD_SYNC_PREVIEW).await.json();
        if !matches!(preview.count, PreviewCount::NotCounted | PreviewCount::Counting { .. }) {
            return preview;
        }
    }
}

fn missing(preview: &SyncPreview) -> Vec<PersonField> {
    preview.fields.iter().filter(|field| field.missing).map(|field| field.field).collect()
}

#[tokio::test]
async fn p5_fields_that_an_instance_does_not_have_stay_empty_and_are_named() {
    let (server, admin) = server_of(Nature::WithoutSocialFields).await;
    assert_eq!(missing(&preview(&admin).await), [PersonField::LinkedinUrl]);
    assert_eq!(sync(&admin).await.state, SyncRunState::Completed);
    assert_eq!(status(&admin).await.missing_fields, [PersonField::LinkedinUrl]);
    let people = everybody(&admin).await;
    assert!(people.keys().eq(Oracle::new(PEOPLE).qualifying.keys()));
    assert!(people.values().all(|person| person.linkedin_url.is_empty()));
    order(&server, "people/change", json!({"n": 1, "field": "title", "value": "CEO"})).await;
    poll(&server, &admin).await;
    assert_eq!(runs(&admin).await[0].state, SyncRunState::Completed, "changes name no such field either");
}

#[tokio::test]
async fn p5_without_marketo_s_own_salesforce_sync_nobody_can_be_judged_and_that_is_said() {
    let (_server, admin) = server_of(Nature::WithoutSalesforceSync).await;
    let preview = preview(&admin).await;
    assert_eq!(preview.count, PreviewCount::Failed(SyncFailure::FieldsMissing));
    let ids =
        [PersonField::SalesforceContactId, PersonField::SalesforceLeadId, PersonField::SalesforceAccountId];
    assert_eq!(missing(&preview), ids);
    assert_eq!(sync(&admin).await.state, SyncRunState::Failed(SyncFailure::FieldsMissing));
}

#[tokio::test]
async fn p5_when_an_id_of_salesforce_is_lost_nobody_is_removed_until_a_preview_has_shown_it() {
    let (server, admin) = server_of(Nature::WithoutLeadIds).await;
    assert_eq!(sync(&admin).await.state, SyncRunState::Completed, "one id suffices");
    assert_eq!(status(&admin).await.missing_fields, [PersonField::SalesforceLeadId]);
    let people = status(&admin).await.people;
    // As if it had been there until now.
    spoil(&mut database(&server).await, "UPDATE field_syncs SET missing_fields = '[]'").await;
    let lost = SyncRunState::Failed(SyncFailure::FieldsMissing);
    poll(&server, &admin).await;
    assert_eq!(runs(&admin).await[0].state, lost);
    assert_eq!(sync(&admin).await.state, lost);
    assert_eq!(status(&admin).await.people, people, "everybody is still there");
    assert_eq!(missing(&preview(&admin).await), [PersonField::SalesforceLeadId]);
    assert_eq!(sync(&admin).await.state, SyncRunState::Completed);
}

#[tokio::test]
async fn r9_an_export_whose_file_is_gone_is_made_anew() {
    let (_server, admin) = server_of(Nature::FilesGone).await;
    Oracle::new(PEOPLE).check(&sync(&admin).await);
    check_people(&admin, &Oracle::new(PEOPLE)).await;
}

#[tokio::test]
async fn r9_expired_tokens_and_moments_without_the_subscription_end_no_run() {
    for nature in [Nature::ExpiredTokens, Nature::Unavailable] {
        let (_server, admin) = server_of(nature).await;
        Oracle::new(PEOPLE).check(&sync(&admin).await);
    }
}

#[tokio::test]
async fn r9_a_poll_is_done_where_looking_people_up_is_slow() {
    let (server, admin) = server_of(Nature::SlowLookups).await;
    sync(&admin).await;
    order(&server, "people/change", json!({"n": 1, "field": "title", "value": "CEO"})).await;
    poll(&server, &admin).await;
    let run = runs(&admin).await.remove(0);
    assert_eq!((run.kind, run.state, run.updated), (SyncKind::Incremental, SyncRunState::Completed, 1));
}

#[tokio::test]
async fn r12_a_day_s_calls_that_are_used_up_end_a_run_and_are_named() {
    let (_server, admin) = server_of(Nature::SmallQuota).await;
    // Each run takes some of the 60 calls.
    for _ in 0..60 {
        match sync(&admin).await.state {
            SyncRunState::Completed => {}
            state => return assert_eq!(state, SyncRunState::Failed(SyncFailure::DailyQuota)),
        }
    }
    panic!("sixty runs took fewer than sixty calls");
}

#[tokio::test]
async fn r6_a_run_waits_for_a_marketo_that_is_away_says_until_when_and_goes_on() {
    let (server, admin) = server_with(PEOPLE).await;
    order(&server, "faults", json!({"code": 614, "times": 1_000_000, "path_contains": "export.json"})).await;
    let started = start(&admin).await;
    let mut before = None;
    for _ in 0..2 {
        // Each wait is twice as long as the one before, so one of them is met however slowly they are asked for.
        let is_another =
            |run: &SyncRun| run.waiting.as_ref().is_some_and(|wait| before.as_ref() != Some(&wait.until));
        let waiting = until(&admin, &started.id, |run| is_another(run) || has_ended(run)).await;
        let wait = waiting.waiting.expect("it waits");
        assert_eq!(wait.failure, SyncFailure::Unreachable);
        before = Some(wait.until);
        server.clock.advance(Duration::from_secs(60));
    }
    mend(&server).await;
    let run = ended(&admin, &started.id).await;
    assert_eq!(run.waiting, None);
    Oracle::new(PEOPLE).check(&run);
}

#[tokio::test]
async fn r6_a_run_waits_for_a_place_in_the_queue_of_exports_says_so_and_goes_on() {
    let (server, admin) = server_with(PEOPLE).await;
    let full = json!({"code": 1029, "times": 1_000_000, "path_contains": "enqueue.json"});
    order(&server, "faults", full).await;
    let started = start(&admin).await;
    let waiting = until(&admin, &started.id, |run| run.waiting.is_some() || has_ended(run)).await;
    assert_eq!(waiting.waiting.expect("it waits").failure, SyncFailure::QueueFull);
    mend(&server).await;
    let run = ended(&admin, &started.id).await;
    assert_eq!(run.waiting, None);
    Oracle::new(PEOPLE).check(&run);
}

#[tokio::test]
async fn r9_a_run_waits_for_a_disk_that_takes_no_file_says_so_and_goes_on() {
    let (server, admin) = server_with(PEOPLE).await;
    let folder = server.data().join("exports");
    std::fs::write(&folder, "no room").expect("a file in the place of the folder for exports");
    let started = start(&admin).await;
    let waiting = until(&admin, &started.id, |run| run.waiting.is_some() || has_ended(run)).await;
    assert_eq!(waiting.waiting.expect("it waits").failure, SyncFailure::DiskFailed);
    std::fs::remove_file(&folder).expect("the file");
    server.clock.advance(Duration::from_secs(60));
    let run = ended(&admin, &started.id).await;
    assert_eq!(run.waiting, None);
    Oracle::new(PEOPLE).check(&run);
}

#[tokio::test]
async fn r11_whoever_was_merged_into_somebody_else_is_gone_with_the_next_poll() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let before = everybody(&admin).await;
    let number = |id: &u64| Person::number_of(*id).expect("of the stand-in");
    let (winner, loser) = (number(before.keys().next().unwrap()), number(before.keys().last().unwrap()));
    order(&server, "people/merge", json!({"n": loser, "into": winner})).await;
    poll(&server, &admin).await;
    let run = runs(&admin).await.remove(0);
    assert_eq!((run.kind, run.state, run.removed), (SyncKind::Incremental, SyncRunState::Completed, 1));
    let after = everybody(&admin).await;
    assert_eq!(after.len(), before.len() - 1);
    assert!(before.keys().rev().skip(1).eq(after.keys().rev()), "the one who stays is still there");
}

#[tokio::test]
async fn r11_after_two_weeks_without_polls_a_full_run_is_asked_for() {
    let (server, admin) = server_with(100).await;
    sync(&admin).await;
    server.clock.advance(DAY * 15);
    let admin = server.admin().await;
    while runs(&admin).await.len() < 2 {}
    let too_old = SyncRunState::Failed(SyncFailure::ChangesTooOld);
    assert_eq!(runs(&admin).await[0].state, too_old);
    assert_eq!(sync(&admin).await.state, SyncRunState::Completed);
    order(&server, "people/change", json!({"n": 1, "field": "title", "value": "CEO"})).await;
    poll(&server, &admin).await;
    assert_eq!(runs(&admin).await[0].state, SyncRunState::Completed, "and polls go on");
}

#[tokio::test]
async fn r11_a_poll_during_which_another_instance_is_connected_ends_without_a_failure() {
    if is_not_for("its triggers are functions") {
        return;
    }
    let (server, admin) = server_with(100).await;
    sync(&admin).await;
    // As connecting does it, once the poll has stored the first page of changes.
    let connects = "CREATE TRIGGER connects AFTER UPDATE OF changes_token ON field_syncs WHEN NEW.changes_token IS NOT NULL
        BEGIN UPDATE field_syncs SET changes_token = NULL, deletions_token = NULL, merges_token = NULL,
                     complete_until = NULL, polled_at = NULL; END";
    let mut database = database(&server).await;
    sqlx::raw_sql(connects).execute(&mut database).await.expect("a trigger");
    server.clock.advance(Duration::from_secs(5 * 60));
    while status(&admin).await.incremental {}
    sqlx::raw_sql("DROP TRIGGER connects").execute(&mut database).await.expect("the trigger");
    // One after the other: the poll is over when the run is.
    assert_eq!(sync(&admin).await.state, SyncRunState::Completed);
    let states: Vec<_> = runs(&admin).await.into_iter().map(|run| run.state).collect();
    assert_eq!(states, [SyncRunState::Completed, SyncRunState::Completed]);
}

#[tokio::test]
async fn r9_a_pass_is_continued_for_as_long_as_its_first_exports_are_kept() {
    let (server, mut admin) = server_with(PEOPLE).await;
    let fail = async |admin: &Client| {
        let started = start(admin).await;
        until(admin, &started.id, |run| run.read > started.read || has_ended(run)).await;
        order(&server, "faults", json!({"code": 1003, "path_contains": "export"})).await;
        (started.read, ended(admin, &started.id).await.read)
    };
    let (_, read) = fail(&admin).await;
    server.clock.advance(DAY * 4);
    admin = server.admin().await;
    let (continued, more) = fail(&admin).await;
    assert!(continued == read && more > read, "after four days it goes on");
    server.clock.advance(DAY * 4);
    admin = server.admin().await;
    assert_eq!(start(&admin).await.read, 0, "after eight days it begins anew, however often it went on");
}

#[tokio::test]
async fn s3_a_permission_that_is_missing_is_named_when_connecting() {
    let server = Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await;
    let admin = server.admin().await;
    let reader = pasted(Nature::Whole.munchkin_id(), READ_ONLY_LEAD_CLIENT_ID, "any");
    let refused = connect(&admin, &reader).await.problem();
    assert_eq!(refused.failure, Some(ConnectionFailure::ActivityPermissionMissing));
    let state: MarketoState = admin.get(paths::MARKETO).await.json();
    let failed = state.failed_attempt.and_then(|attempt| attempt.failure);
    assert_eq!(failed, Some(ConnectionFailure::ActivityPermissionMissing));
}

#[tokio::test]
async fn s3_administrators_whose_identities_are_adobe_s_are_listed_without_names_too() {
    let server = Server::start_with(|config| {
        config.sandbox.speed = 600.try_into().unwrap();
        config.sandbox.marketo = Nature::OnAdobeIdentity;
    })
    .await;
    let admin = server.admin().await;
    let admins: List<MarketoAdmin> = admin.get(paths::MARKETO_ADMINS).await.json();
    assert_eq!(admins.items.len(), 15);
    assert!(admins.items.iter().any(|admin| admin.first_name.is_empty() && admin.last_name.is_empty()));
    assert!(admins.items.iter().all(|admin| !admin.email.is_empty() && !admin.id.contains('@')));
}
