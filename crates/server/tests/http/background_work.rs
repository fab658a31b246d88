//! What goes on in the background, of every kind, in one list.

use std::num::NonZeroU32;

use api_types::embed::ApiKey;
use api_types::{
    BackgroundWork, Batch, BatchSource, List, MemberAction, MemberChangeBatch, ProblemCode, SyncRun,
    SyncRunState, User, Work, WorkState, WorkSubject, paths,
};
use reqwest::Method;
use serde_json::json;

use crate::field_sync::server_of;
use crate::harness::{Client, Server, csv, row, send};
use crate::member_changes::to_teams;

async fn works(client: &Client) -> BackgroundWork {
    client.get(paths::BACKGROUND_WORK).await.json()
}

fn states(works: &[Work]) -> Vec<(&str, WorkState)> {
    let kind = |work: &Work| match work.subject {
        WorkSubject::Invitations { .. } => "invitations",
        WorkSubject::MemberChanges { .. } => "changes",
        WorkSubject::Sync { .. } => "sync",
    };
    works.iter().map(|work| (kind(work), work.state)).collect()
}

#[tokio::test]
async fn u2_whoever_began_something_is_named_with_an_id_until_removed() {
    let (server, admin) = server_of(|config| {
        config.sandbox.speed = NonZeroU32::new(600).unwrap();
        config.sandbox.people = 5;
    })
    .await;
    let before = works(&admin).await.ended.len();
    let bea = server.administrator("bea@example.com").await;
    server.member("ana@example.com").await;
    let user = admin.get("/users?search=bea@example.com").await.json::<List<User>>().items.remove(0);
    bea.send_batch(&csv(1), &[row(2, "one@example.com")]).await;
    let ana = to_teams(2, "ana@example.com", &["EMEA Sales"]);
    let (batch, _) = bea.compare(MemberAction::Update, &[ana], 10).await;
    bea.applied(&batch).await;
    let run: SyncRun = bea.once(paths::FIELD_SYNC_RUNS, &()).await.json();
    while matches!(
        admin.get(&paths::sync_run(&run.id)).await.json::<SyncRun>().state,
        SyncRunState::Preparing | SyncRunState::Running
    ) {}
    let wanted = json!({"name": "CI", "kind": "command_line", "role": "admin", "origins": [], "flows": []});
    let answer = bea.post(paths::API_KEYS, &wanted).await;
    assert_eq!(answer.status, 201, "{}", answer.text());

    // Of the sending, the update, the run, the key, and the three of the list of background work.
    let named = async || {
        let batches: List<Batch> = admin.get(paths::BATCHES).await.json();
        let changes: List<MemberChangeBatch> = admin.get(paths::MEMBER_CHANGES).await.json();
        let runs: List<SyncRun> = admin.get(paths::FIELD_SYNC_RUNS).await.json();
        let keys: List<ApiKey> = admin.get(paths::API_KEYS).await.json();
        let works = works(&admin).await.ended;
        assert_eq!(works.len(), before + 5, "with those that invited Bea and Ana");
        let works = works.into_iter().take(3).map(|work| work.started_by_id);
        let first = [
            batches.items[0].created_by_id.clone(),
            changes.items[0].created_by_id.clone(),
            runs.items[0].started_by_id.clone(),
            keys.items[0].created_by_id.clone(),
        ];
        first.into_iter().chain(works).collect::<Vec<_>>()
    };
    assert_eq!(named().await, vec![Some(user.id.clone()); 7]);
    let sent = admin.get(paths::BATCHES).await.json::<List<Batch>>().items.remove(0).id;
    let seen = [paths::batch(&sent), paths::member_change(&batch.id)];
    let mut etags = Vec::new();
    for path in &seen {
        etags.push(admin.get(path).await.header("etag").unwrap().to_owned());
    }
    assert_eq!(admin.delete(&paths::user(&user.id)).await.status, 204);
    assert_eq!(named().await, vec![None; 7]);
    for (path, etag) in seen.iter().zip(etags) {
        let again = send(admin.request(Method::GET, path).header("if-none-match", etag)).await;
        assert_eq!(again.status, 200, "{path} is another one now");
    }
    let batches: List<Batch> = admin.get(paths::BATCHES).await.json();
    assert_eq!(batches.items[0].created_by, "bea@example.com", "the name of then stays");
}

#[tokio::test]
async fn r19_work_of_every_kind_is_listed_the_latest_first() {
    let (server, admin) = server_of(|config| {
        config.sandbox.speed = NonZeroU32::new(600).unwrap();
        config.sandbox.people = 50;
    })
    .await;
    server.member("ana@example.com").await;
    // What was invited to make her a member is a work too.
    let before = works(&admin).await.ended.len();
    admin.send_batch(&csv(2), &[row(2, "one@example.com"), row(3, "two@@example.com")]).await;
    let (batch, _) =
        admin.compare(MemberAction::Update, &[to_teams(2, "ana@example.com", &["EMEA Sales"])], 10).await;
    assert_eq!(works(&admin).await.ended.len(), before + 1, "a comparison is no work");
    admin.applied(&batch).await;
    let run: SyncRun = admin.once(paths::FIELD_SYNC_RUNS, &()).await.json();
    while matches!(
        admin.get(&paths::sync_run(&run.id)).await.json::<SyncRun>().state,
        SyncRunState::Preparing | SyncRunState::Running
    ) {}
    let found = works(&admin).await;
    assert_eq!(found.under_way, []);
    let done = WorkState::Completed;
    assert_eq!(states(&found.ended)[..3], [("sync", done), ("changes", done), ("invitations", done)]);

    let [sync, changes, invitations] = &found.ended[..3] else { unreachable!() };
    assert_eq!(sync.subject, WorkSubject::Sync { id: run.id });
    assert_eq!((sync.done, sync.total), (50, Some(50)));
    assert!(sync.ended_at.is_some());
    let action = MemberAction::Update;
    assert_eq!(changes.subject, WorkSubject::MemberChanges { id: batch.id, action });
    assert_eq!((changes.done, changes.total, changes.trouble), (1, Some(1), 0));
    assert!(matches!(&invitations.subject, WorkSubject::Invitations { source: BatchSource::Csv, .. }));
    assert_eq!((invitations.done, invitations.total, invitations.trouble), (1, Some(1), 0));
    assert_eq!(invitations.started_by, changes.started_by);
    assert_eq!(invitations.file_name, csv(2).file_name);

    let few: BackgroundWork = admin.get(&format!("{}?ended=2", paths::BACKGROUND_WORK)).await.json();
    assert_eq!(few.ended, found.ended[..2]);
    let none: BackgroundWork = admin.get(&format!("{}?ended=0", paths::BACKGROUND_WORK)).await.json();
    assert_eq!(none, BackgroundWork::default());
}

#[tokio::test]
async fn r19_a_batch_is_under_way_until_its_mails_are_out_and_says_what_failed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(3)).await;
    admin.add(&batch.id, 0, &[row(2, "ana@example.com"), row(3, "bounce@example.com")]).await;
    let found = works(&admin).await;
    assert_eq!(states(&found.under_way), [("invitations", WorkState::Receiving)]);
    let [work] = &found.under_way[..] else { unreachable!() };
    assert_eq!((work.done, work.total, &work.ended_at), (2, Some(3), &None));

    admin.add(&batch.id, 1, &[row(4, "cy@example.com")]).await;
    admin.seal(&batch.id).await;
    admin.settled(&batch.id).await;
    let found = works(&admin).await;
    assert_eq!(found.under_way, []);
    assert_eq!(states(&found.ended), [("invitations", WorkState::Completed)]);
    assert_eq!((found.ended[0].done, found.ended[0].trouble), (3, 1));
    assert!(found.ended[0].ended_at.is_some());

    admin.once(&paths::batch_revoke(&batch.id), &()).await;
    while !works(&admin).await.under_way.is_empty() {}
    assert_eq!(states(&works(&admin).await.ended), [("invitations", WorkState::Undone)]);
}

#[tokio::test]
async fn r17_what_was_undone_says_so_and_who_did_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let rows = [to_teams(2, "ana@example.com", &["EMEA Sales"])];
    let (batch, _) = admin.compare(MemberAction::Update, &rows, 10).await;
    admin.applied(&batch).await;
    let other = server.administrator("other.admin@example.com").await;
    other.undone(&batch).await;
    let found = works(&admin).await;
    let work = found.ended.iter().find(|work| work.subject.id() == batch.id.as_str()).unwrap();
    assert_eq!((work.state, work.done, work.trouble), (WorkState::Undone, 1, 0));
    assert_ne!(work.started_by.as_deref(), Some(batch.created_by.as_str()));
}

#[tokio::test]
async fn a14_background_work_is_for_administrators() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    assert_eq!(member.get(paths::BACKGROUND_WORK).await.code(), ProblemCode::Forbidden);
    assert_eq!(server.anyone().get(paths::BACKGROUND_WORK).await.code(), ProblemCode::SignedOut);
}
