//! Verdicts, and the guarantees of batches.

use std::collections::BTreeMap;
use std::time::Duration;

use api_types::{
    Account, Batch, BatchEvent, BatchRow, BatchSource, BatchState, Chunk, DeliveryStatus, InvitationStatus,
    List, NewBatch, NewRow, ProblemCode, RowCode, RowVerdict, UserStatus, paths,
};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Client, Server, csv, row, send};
use crate::long_lists::database;

#[tokio::test]
async fn a_batch_without_a_file_is_known_by_its_first_people() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ana = NewRow {
        first_name: Some("Ana".to_owned()),
        last_name: Some("Ruiz".to_owned()),
        ..row(1, "ana@example.com")
    };
    let rows = [ana, row(2, "bo@example.com"), row(3, "cy@example.com")];
    let with_file = |file_name: Option<&str>| NewBatch {
        source: BatchSource::Individual,
        file_name: file_name.map(str::to_owned),
        ..csv(rows.len())
    };
    let typed = admin.open_batch(&with_file(None)).await;
    assert!(typed.first_people.is_empty(), "it has none yet");
    admin.add(&typed.id, 0, &rows).await;
    let named = admin.open_batch(&with_file(Some("people.csv"))).await;
    admin.add(&named.id, 0, &rows).await;
    let listed: List<Batch> = admin.get(paths::BATCHES).await.json();
    let known: Vec<_> = listed
        .items
        .iter()
        .map(|batch| (batch.file_name.as_deref(), batch.first_people.join(", ")))
        .collect();
    assert_eq!(known, [(Some("people.csv"), String::new()), (None, "Ana Ruiz, bo@example.com".to_owned())]);
}

#[tokio::test]
async fn every_row_gets_a_verdict_with_its_reason_and_good_rows_go() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "invited@example.com")]).await;
    let with = |number, email: &str, change: fn(&mut NewRow)| {
        let mut row = row(number, email);
        change(&mut row);
        row
    };
    let rows = [
        row(2, "ana@example.com"),
        row(3, " ANA@example.com "),
        row(4, "marketo.admin@example.com"),
        row(5, "invited@example.com"),
        row(6, "two@@example.com"),
        row(7, &format!("{}@example.com", "x".repeat(65))),
        with(8, "eve@example.com", |row| row.role = Some("Superuser".to_owned())),
        with(9, "eve@example.com", |row| row.teams = vec!["No such team".to_owned()]),
        with(10, "eve@example.com", |row| row.workspace = Some("Nowhere".to_owned())),
        with(11, "eve@example.com", |row| row.language = Some("Klingon".to_owned())),
    ];
    let batch = admin.open_batch(&csv(rows.len())).await;
    let result = admin.add(&batch.id, 0, &rows).await;
    let said: Vec<_> =
        result.rows.iter().map(|row| (row.row, row.verdict, row.code, row.detail.as_deref())).collect();
    assert_eq!(
        said,
        [
            (2, RowVerdict::Ready, None, None),
            (3, RowVerdict::Duplicate, None, None),
            (4, RowVerdict::Member, None, None),
            (5, RowVerdict::Invited, None, None),
            (6, RowVerdict::Error, Some(RowCode::AddressInvalid), Some("two_ats")),
            (7, RowVerdict::Error, Some(RowCode::AddressInvalid), Some("local_too_long")),
            (8, RowVerdict::Error, Some(RowCode::UnknownRole), Some("Superuser")),
            (9, RowVerdict::Error, Some(RowCode::UnknownTeam), Some("No such team")),
            (10, RowVerdict::Error, Some(RowCode::UnknownWorkspace), Some("Nowhere")),
            (11, RowVerdict::Ready, Some(RowCode::UnknownLanguage), Some("Klingon")),
        ]
    );
    admin.seal(&batch.id).await;
    let settled = admin.settled(&batch.id).await;
    assert_eq!((settled.deliveries.sent, settled.deliveries.skipped), (2, 8));

    let rows: List<BatchRow> =
        admin.get(&format!("{}?verdict=error", paths::batch_rows(&batch.id))).await.json();
    assert_eq!(rows.meta.total, 5);
    let rows: List<BatchRow> =
        admin.get(&format!("{}?delivery=sent&limit=1", paths::batch_rows(&batch.id))).await.json();
    assert_eq!((rows.items.len(), rows.meta.total), (1, 2));
    let next = rows.meta.next_cursor.unwrap();
    let rows: List<BatchRow> =
        admin.get(&format!("{}?delivery=sent&cursor={next}", paths::batch_rows(&batch.id))).await.json();
    assert_eq!((rows.items[0].result.row, rows.meta.next_cursor), (11, None));
    let rows: List<BatchRow> =
        admin.get(&format!("{}?delivery=skipped", paths::batch_rows(&batch.id))).await.json();
    assert_eq!(rows.meta.total, 8);
}

#[tokio::test]
async fn r17_the_rows_of_a_batch_are_listed_by_the_state_of_their_invitations() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut options = csv(7);
    options.options.expires_in_days = 2;
    let people = ["accepted", "revoked", "open", "bounce", "late", "later"];
    let mut rows: Vec<NewRow> =
        (2..).zip(people).map(|(number, name)| row(number, &format!("{name}@example.com"))).collect();
    rows.push(row(8, "no address"));
    let batch = admin.send_batch(&options, &rows).await;
    let found = async |admin: &Client, filter: &str| {
        let path = format!("{}?{filter}", paths::batch_rows(&batch.id));
        let list: List<BatchRow> = admin.get(&path).await.json();
        let numbers: Vec<_> = list.items.iter().map(|row| row.result.row).collect();
        (numbers, list.meta.total)
    };
    assert_eq!(found(&admin, "invitation=expired").await, (vec![], 0), "none can have expired");
    let all: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let invitation = |at: usize| all.items[at].invitation.clone().unwrap().id;
    server.anyone().activate(&admin.mail_to("accepted@example.com").await.link()).await;
    admin.once(&paths::invitation_revoke(&invitation(1)), &()).await;
    server.clock.advance(Duration::from_secs(2 * 24 * 3600 + 1));
    let admin = server.admin().await;
    admin.once(&paths::invitation_resend(&invitation(2)), &json!({})).await;

    for (filter, rows) in [
        ("invitation=pending", vec![4]),
        ("invitation=accepted", vec![2]),
        ("invitation=expired", vec![5, 6, 7]),
        ("invitation=revoked", vec![3]),
        ("invitation=expired&delivery=failed", vec![5]),
        ("invitation=expired&delivery=sent&verdict=ready", vec![6, 7]),
        ("invitation=expired&delivery=skipped", vec![]),
        ("invitation=pending&verdict=error", vec![]),
    ] {
        let total = rows.len() as u64;
        assert_eq!(found(&admin, filter).await, (rows, total), "{filter}");
    }
    let path = format!("{}?invitation=expired&limit=2", paths::batch_rows(&batch.id));
    let first: List<BatchRow> = admin.get(&path).await.json();
    let next = format!("invitation=expired&cursor={}", first.meta.next_cursor.expect("a second page"));
    assert_eq!(found(&admin, &next).await, (vec![7], 3));
    let bad = admin.get(&format!("{}?invitation=open", paths::batch_rows(&batch.id))).await;
    assert_eq!(bad.code(), ProblemCode::BadRequest);

    let counted = admin.settled(&batch.id).await;
    let counts = InvitationStatus::ALL.map(|status| counted.invitations(status));
    assert_eq!((counts, counted.waiting), ([1, 1, 3, 1], 1));
}

#[tokio::test]
async fn what_no_rule_bounds_is_kept_short() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut named = row(3, "ana@example.com");
    named.first_name = Some("x".repeat(10_000));
    let mut odd = row(4, "bob@example.com");
    odd.role = Some("y".repeat(10_000));
    let rows = [row(2, &"z".repeat(10_000)), named, odd];
    let batch = admin.open_batch(&csv(3)).await;
    let codes: Vec<_> = admin.add(&batch.id, 0, &rows).await.rows.into_iter().map(|row| row.code).collect();
    assert_eq!(codes, [RowCode::AddressInvalid, RowCode::NameTooLong, RowCode::UnknownRole].map(Some));
    let kept = admin.get(&paths::batch_rows(&batch.id)).await;
    assert!(kept.body.len() < 2_500, "{}", kept.body.len());
}

/// Rows of every kind, the same for the same seed.
fn mixed_rows(count: u32, seed: u32) -> Vec<NewRow> {
    let mut state = seed;
    let mut next = |bound: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % bound
    };
    (0..count)
        .map(|index| {
            let email = match next(8) {
                0 => format!("Person{}@example.com", next(20)),
                1 => format!("person{}@EXAMPLE.com", next(20)),
                2 => "marketo.admin@example.com".to_owned(),
                3 => format!("broken{index}@@example.com"),
                _ => format!("somebody{index}@example.org"),
            };
            let mut row = row(index + 2, &email);
            row.role = [None, Some("Usuario"), Some("Admin"), Some("?")][next(4) as usize].map(str::to_owned);
            row.teams =
                [vec![], vec!["EMEA Sales".to_owned()], vec!["Nobody".to_owned()]][next(3) as usize].clone();
            row
        })
        .collect()
}

async fn verdicts(
    client: &Client,
    rows: &[NewRow],
    dry_run: bool,
    chunk: usize,
) -> (Batch, BTreeMap<u32, String>) {
    let mut new = csv(rows.len());
    new.dry_run = dry_run;
    let batch = client.open_batch(&new).await;
    let mut verdicts = BTreeMap::new();
    for (index, rows) in (0..).zip(rows.chunks(chunk)) {
        for row in client.add(&batch.id, index, rows).await.rows {
            verdicts.insert(row.row, format!("{:?} {:?} {:?}", row.verdict, row.code, row.detail));
        }
    }
    client.seal(&batch.id).await;
    (client.settled(&batch.id).await, verdicts)
}

#[tokio::test]
async fn r18_a_dry_run_gives_the_verdicts_of_the_real_thing_and_changes_nothing() {
    for seed in 1..=5 {
        let server = Server::start_with(|config| config.account.seats = Some(20)).await;
        let admin = server.admin().await;
        let rows = mixed_rows(90, seed);
        let (dry, expected) = verdicts(&admin, &rows, true, 30).await;
        assert_eq!(dry.deliveries.skipped, 90);
        assert!(dry.verdicts.over_seats > 0 && dry.verdicts.duplicate > 0, "{:?}", dry.verdicts);
        let account: Account = admin.get(paths::ACCOUNT).await.json();
        assert_eq!(account.seats.used, 1, "a dry run takes no seat");
        assert_eq!(admin.mail_count().await, 0);
        let listed: List<Batch> = admin.get(paths::BATCHES).await.json();
        assert_eq!(listed.meta.total, 0, "and is not listed");

        let (real, actual) = verdicts(&admin, &rows, false, 17).await;
        assert_eq!(actual, expected, "seed {seed}");
        assert_eq!(real.verdicts, dry.verdicts);
        assert_eq!(real.deliveries.sent, real.verdicts.ready);
        let account: Account = admin.get(paths::ACCOUNT).await.json();
        assert_eq!((account.seats.used, account.seats.free()), (20, 0));
    }
}

#[tokio::test]
async fn r18_a_dry_run_is_kept_for_a_day_after_its_last_rows() {
    const HOUR: Duration = Duration::from_secs(3600);
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let dry = |rows: usize| NewBatch { dry_run: true, ..csv(rows) };
    let rows = [row(2, "ana@example.com"), row(3, "bob@example.com"), row(4, "eve@example.com")];
    let (left, filled) = (admin.open_batch(&dry(1)).await.id, admin.open_batch(&dry(rows.len())).await.id);
    admin.add(&filled, 0, &rows[..1]).await;
    server.clock.advance(20 * HOUR);
    let admin = server.admin().await;
    admin.add(&filled, 1, &rows[1..2]).await;
    server.clock.advance(10 * HOUR);
    let admin = server.admin().await;
    // It may be on its way out.
    let late = admin.once(&paths::batch_chunks(&left), &Chunk { index: 0, rows: rows[..1].to_vec() }).await;
    assert_eq!(late.status, 404);

    // A server that starts deletes what has expired.
    server.restart().await;
    let admin = server.admin().await;
    let stored = "SELECT COUNT(*) FROM batches WHERE id = $1";
    let mut past = database(&server).await;
    while sqlx::query_as::<_, (i64,)>(stored).bind(left.as_str()).fetch_one(&mut past).await.unwrap().0 > 0 {}
    admin.add(&filled, 2, &rows[2..]).await;
    admin.seal(&filled).await;
    assert_eq!(admin.batch(&filled).await.verdicts.ready, 3);
    let listed: List<BatchRow> = admin.get(&paths::batch_rows(&filled)).await.json();
    assert_eq!(listed.items.len(), 3);
}

#[tokio::test]
async fn r2_an_address_that_two_batches_bring_at_once_has_one_live_invitation() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let addresses: Vec<_> = (0..50).map(|index| format!("p{index}@example.com")).collect();
    let rows: Vec<_> = (2..).zip(&addresses).map(|(number, address)| row(number, address)).collect();
    let batches = [admin.open_batch(&csv(50)).await, admin.open_batch(&csv(50)).await];
    let [first, second] = &batches;
    let (one, two) = tokio::join!(admin.add(&first.id, 0, &rows), admin.add(&second.id, 0, &rows));
    for (address, (one, two)) in addresses.iter().zip(one.rows.iter().zip(&two.rows)) {
        let mut verdicts = [one.verdict, two.verdict];
        verdicts.sort_by_key(|verdict| *verdict != RowVerdict::Ready);
        assert_eq!(verdicts, [RowVerdict::Ready, RowVerdict::Invited], "{address}");
    }
    for batch in &batches {
        admin.seal(&batch.id).await;
        admin.settled(&batch.id).await;
    }
    assert_eq!(admin.mail_count().await, 50);
}

#[tokio::test]
async fn mails_start_when_the_batch_is_sealed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(2)).await;
    assert_eq!(batch.state, BatchState::Open);
    admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
    let early = admin.once(&paths::batch_seal(&batch.id), &()).await;
    assert_eq!(early.code(), ProblemCode::RowsMissing);
    admin.add(&batch.id, 1, &[row(3, "bob@example.com")]).await;
    assert_eq!(admin.batch(&batch.id).await.deliveries.queued, 2);
    // Another batch is sent meanwhile: the worker is awake and leaves the open one alone.
    admin.invite(&[row(2, "eve@example.com")]).await;
    assert_eq!(admin.batch(&batch.id).await.deliveries.queued, 2);
    let answer = admin.once(&paths::batch_seal(&batch.id), &()).await;
    assert_eq!(answer.status, 202);
    assert_eq!(admin.settled(&batch.id).await.deliveries.sent, 2);
    let late = admin
        .once(&paths::batch_chunks(&batch.id), &json!({"index": 2, "rows": [row(4, "x@example.com")]}))
        .await;
    assert_eq!(late.code(), ProblemCode::BatchClosed);
    assert_eq!(admin.once(&paths::batch_seal(&batch.id), &()).await.status, 202, "sealing twice is fine");
}

#[tokio::test]
async fn r3_all_or_none_invites_nobody_unless_every_row_is_ready() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut new = csv(2);
    new.all_or_none = true;
    let refused = admin.send_batch(&new, &[row(2, "ana@example.com"), row(3, "two@@example.com")]).await;
    assert_eq!((refused.state, refused.deliveries.cancelled, refused.revoked), (BatchState::Refused, 1, 1));
    assert_eq!(admin.mail_count().await, 0);
    let sent = admin.send_batch(&new, &[row(2, "ana@example.com"), row(3, "bob@example.com")]).await;
    assert_eq!((sent.state, sent.deliveries.sent), (BatchState::Sealed, 2));
}

#[tokio::test]
async fn r3_limits_are_advertised_and_named_when_exceeded() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let limits = admin.get(paths::ACCOUNT).await.json::<Account>().limits;
    assert_eq!(
        (limits.rows_per_chunk, limits.rows_per_batch, limits.body_bytes),
        (1_000, 1_000_000, 1_000_000)
    );

    let over =
        admin.once(paths::BATCHES, &json!({"source": "csv", "expected_rows": 1_000_001})).await.problem();
    assert_eq!(over.limit.unwrap().name, "rows_per_batch");
    let batch = admin.open_batch(&csv(1_001)).await;
    let rows: Vec<_> = (0..1_001).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let chunk = json!({"index": 0, "rows": rows});
    let over = admin.once(&paths::batch_chunks(&batch.id), &chunk).await.problem();
    assert_eq!(
        (over.code, over.limit.unwrap().name.as_str()),
        (ProblemCode::PayloadTooLarge, "rows_per_chunk")
    );
    let wide = json!({"index": 0, "rows": [{"row": 2, "email": "x".repeat(1_000_001)}]});
    let over = admin.once(&paths::batch_chunks(&batch.id), &wide).await.problem();
    let limit = over.limit.unwrap();
    assert_eq!((over.status, limit.name.as_str(), limit.value), (413, "body_bytes", 1_000_000));
}

#[tokio::test]
async fn chunks_come_in_order_and_rows_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(3)).await;
    let path = paths::batch_chunks(&batch.id);
    let send =
        async |index: u32, rows: &[NewRow]| admin.once(&path, &json!({"index": index, "rows": rows})).await;
    let ana = [row(2, "ana@example.com")];
    assert_eq!(send(1, &ana).await.code(), ProblemCode::ChunkOutOfOrder);
    assert_eq!(send(0, &[]).await.code(), ProblemCode::InvalidField);
    assert_eq!(send(0, &ana).await.status, 200);
    let again = send(0, &ana).await;
    assert_eq!(
        (again.status.as_u16(), again.header("idempotency-replayed")),
        (200, None),
        "known without its key"
    );
    assert_eq!(send(0, &[row(2, "bob@example.com")]).await.code(), ProblemCode::ChunkConflict);
    assert_eq!(send(1, &[row(2, "bob@example.com")]).await.problem().field.as_deref(), Some("rows"));
    let twice = [row(3, "bob@example.com"), row(3, "eve@example.com")];
    assert_eq!(send(1, &twice).await.problem().field.as_deref(), Some("rows"));
    let many = [row(3, "b@example.com"), row(4, "c@example.com"), row(5, "d@example.com")];
    assert_eq!(send(1, &many).await.code(), ProblemCode::InvalidField, "more rows than expected");
    assert_eq!(admin.batch(&batch.id).await.verdicts.total(), 1, "what was refused left no trace");
}

#[tokio::test]
async fn options_are_checked_when_the_batch_is_opened() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (options, field) in [
        (json!({"teams": ["No such team"]}), "options.teams"),
        (json!({"workspace": "Nowhere"}), "options.workspace"),
        (json!({"expires_in_days": 0}), "options.expires_in_days"),
        (json!({"expires_in_days": 31}), "options.expires_in_days"),
        (json!({"message": "x".repeat(2_001)}), "options.message"),
    ] {
        let body = json!({"source": "csv", "expected_rows": 1, "options": options});
        let problem = admin.once(paths::BATCHES, &body).await.problem();
        assert_eq!((problem.status, problem.field.as_deref()), (422, Some(field)));
    }
    let body = json!({"source": "csv", "expected_rows": 1, "file_name": "x".repeat(256)});
    assert_eq!(admin.once(paths::BATCHES, &body).await.problem().field.as_deref(), Some("file_name"));
    assert_eq!(
        admin
            .once(paths::BATCHES, &json!({"source": "csv", "expected_rows": 0}))
            .await
            .problem()
            .field
            .as_deref(),
        Some("expected_rows")
    );
}

#[tokio::test]
async fn options_hold_for_rows_that_do_not_say_otherwise() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut new = csv(2);
    new.options.teams = vec!["Inside Sales".to_owned(), "Everyone".to_owned()];
    new.options.role = api_types::Role::Admin;
    let mut bob = row(3, "bob@example.com");
    bob.teams = vec!["EMEA Sales".to_owned()];
    bob.role = Some("사용자".to_owned());
    admin.send_batch(&new, &[row(2, "ana@example.com"), bob]).await;
    let users: List<api_types::User> = admin.get("/users?status=invited&sort=email").await.json();
    let said: Vec<_> = users.items.iter().map(|user| (user.role.as_str(), user.teams[1].as_str())).collect();
    assert_eq!(said, [("admin", "Inside Sales"), ("user", "EMEA Sales")]);
    assert!(users.items.iter().all(|user| user.workspace == "Default" && user.status == UserStatus::Invited));
}

#[tokio::test]
async fn r4_an_unchanged_batch_is_not_told_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    let path = paths::batch(&batch.id);
    let answer = admin.get(&path).await;
    let etag = answer.header("etag").unwrap().to_owned();
    let ask = async || send(admin.request(Method::GET, &path).header("if-none-match", &etag)).await;
    let answer = ask().await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0));
    admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
    assert_eq!(ask().await.status, 200);
}

#[tokio::test]
async fn r4_the_event_stream_tells_progress_in_order_and_resumes() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let rows: Vec<_> = (0..40).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let batch = admin.open_batch(&csv(rows.len())).await;
    admin.add(&batch.id, 0, &rows).await;
    let mut events = admin.events(&batch.id, None).await;
    let (first, event) = events.next().await.unwrap();
    assert!(matches!(event, BatchEvent::Progress(batch) if batch.state == BatchState::Open));
    // Nothing has changed since, so a client that resumes hears of the sealing first.
    let mut resumed = admin.events(&batch.id, Some(&first)).await;
    admin.seal(&batch.id).await;
    let (id, event) = resumed.next().await.unwrap();
    assert!(id.parse::<u64>().unwrap() > first.parse::<u64>().unwrap());
    let (BatchEvent::Progress(told) | BatchEvent::Settled(told)) = event;
    assert_eq!(told.state, BatchState::Sealed);

    let (mut sent, mut last) = (0, first);
    while let Some((id, event)) = events.next().await {
        let (BatchEvent::Progress(batch) | BatchEvent::Settled(batch)) = event;
        assert!(batch.deliveries.sent >= sent, "progress goes one way");
        assert!(id.parse::<u64>().unwrap() >= last.parse::<u64>().unwrap());
        (sent, last) = (batch.deliveries.sent, id);
    }
    assert_eq!(sent, 40, "the stream ends with the settled batch");
    let after = admin.events(&batch.id, Some(&last)).await.next().await.unwrap().1;
    assert!(matches!(after, BatchEvent::Settled(_)), "also for whoever comes late");
}

#[tokio::test]
async fn r11_cancelling_keeps_what_was_sent_and_stops_the_rest() {
    let server = Server::start().await;
    let admin = server.admin().await;
    // The first is always deferred; it waits while the batch is cancelled.
    let rows = [row(2, "defer@example.com"), row(3, "ana@example.com")];
    let open = admin.open_batch(&csv(2)).await;
    admin.add(&open.id, 0, &rows).await;
    let cancelled: Batch = admin.once(&paths::batch_cancel(&open.id), &()).await.json();
    assert_eq!(
        (cancelled.state, cancelled.deliveries.cancelled, cancelled.revoked),
        (BatchState::Cancelled, 2, 2)
    );
    assert!(cancelled.is_settled());
    assert_eq!(admin.once(&paths::batch_cancel(&open.id), &()).await.status, 200, "cancelling twice is fine");
    assert_eq!(admin.once(&paths::batch_seal(&open.id), &()).await.code(), ProblemCode::BatchClosed);
    assert_eq!(admin.mail_count().await, 0);

    let sent = admin.invite(&[row(2, "bob@example.com")]).await;
    let cancelled: Batch = admin.once(&paths::batch_cancel(&sent.id), &()).await.json();
    assert_eq!((cancelled.deliveries.sent, cancelled.revoked), (1, 0), "sent stays sent");
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&sent.id)).await.json();
    assert_eq!(rows.items[0].invitation.as_ref().unwrap().status, InvitationStatus::Pending);
    assert_eq!(rows.items[0].result.delivery, DeliveryStatus::Sent);
}

#[tokio::test]
async fn r11_what_was_sent_before_cancelling_is_sent_again_and_nothing_that_was_stopped() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.sandbox().mail().answer_recipients(|to| to.starts_with("late").then_some("451 4.2.1 later"));
    let id = admin.sealed(&csv(2), &[row(2, "late@example.com"), row(3, "ana@example.com")]).await;
    while admin.batch(&id).await.deliveries.sent == 0 {}
    admin.once(&paths::batch_cancel(&id), &()).await;
    let cancelled = admin.settled(&id).await;
    assert_eq!((cancelled.state, cancelled.revoked), (BatchState::Cancelled, 1));

    server.sandbox().mail().answer_recipients(|_| None);
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&id)).await.json();
    let resend = async |row: usize| {
        let invitation = &rows.items[row].invitation.as_ref().unwrap().id;
        admin.once(&paths::invitation_resend(invitation), &json!({})).await
    };
    assert_eq!(resend(0).await.code(), ProblemCode::Conflict, "it was revoked");
    assert_eq!(admin.batch(&id).await.state, BatchState::Cancelled);
    assert_eq!(resend(1).await.status, 200);
    let sent = admin.settled(&id).await;
    assert_eq!((sent.state, sent.revoked), (BatchState::Sealed, 1));
    assert_eq!((sent.deliveries.sent, sent.deliveries.cancelled), (1, 1));
    assert_eq!(admin.mails_to("ana@example.com", 2).await.len(), 2);
    assert_eq!(admin.mails_to("late@example.com", 0).await.len(), 0);
}

#[tokio::test]
async fn r20_a_large_batch_is_cancelled_in_portions_and_keeps_what_was_sent() {
    let server = Server::start_with(|config| config.account.seats = Some(1_000)).await;
    let admin = server.admin().await;
    let rows: Vec<_> = (0..600)
        .map(|index| {
            let name = if index % 100 == 0 { "bounce+" } else { "p" };
            row(index + 2, &format!("{name}{index}@example.com"))
        })
        .collect();
    let open = admin.open_batch(&csv(rows.len())).await;
    admin.add(&open.id, 0, &rows).await;
    let cancelled: Batch = admin.once(&paths::batch_cancel(&open.id), &()).await.json();
    assert_eq!(cancelled.state, BatchState::Cancelled);
    let code = admin.once(&paths::batch_retry(&open.id), &json!({})).await.code();
    assert_eq!(code, ProblemCode::BatchClosed);
    let settled = admin.settled(&open.id).await;
    assert_eq!((settled.revoked, settled.deliveries.cancelled, settled.revoking), (600, 600, None));

    let sent = admin.invite(&rows).await;
    assert_eq!(sent.verdicts.ready, 600, "the seats and addresses are free again");
    admin.once(&paths::batch_cancel(&sent.id), &()).await;
    let settled = admin.settled(&sent.id).await;
    assert_eq!((settled.revoked, settled.deliveries.sent), (sent.deliveries.failed, sent.deliveries.sent));
    let undone: Batch = admin.once(&paths::batch_revoke(&sent.id), &()).await.json();
    assert!(undone.revoking.is_some());
    assert_eq!(admin.settled(&sent.id).await.revoked, 600);
}

#[tokio::test]
async fn batches_are_listed_the_latest_first() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut ids = Vec::new();
    for index in 0..3 {
        ids.insert(0, admin.invite(&[row(2, &format!("p{index}@example.com"))]).await.id);
    }
    let first: List<Batch> = admin.get("/invitation-batches?limit=2").await.json();
    let cursor = first.meta.next_cursor.unwrap();
    let second: List<Batch> = admin.get(&format!("/invitation-batches?limit=2&cursor={cursor}")).await.json();
    let listed: Vec<_> = first.items.into_iter().chain(second.items).map(|batch| batch.id).collect();
    assert_eq!((listed, second.meta.next_cursor), (ids, None));
}

#[tokio::test]
async fn a_batch_that_nobody_seals_is_given_up_after_a_week() {
    let mut server = Server::start_with(|config| config.account.seats = Some(1_000)).await;
    let admin = server.admin().await;
    // More than are revoked at once.
    let rows: Vec<_> = (0..600).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let batch = admin.open_batch(&csv(1_000)).await;
    admin.add(&batch.id, 0, &rows).await;
    server.clock.advance(Duration::from_secs(8 * 24 * 3600));
    // Housekeeping is the first thing that a started server does.
    server.restart().await;
    let admin = server.admin().await;
    let settled = admin.events(&batch.id, None).await;
    let mut settled = settled;
    while let Some((_, event)) = settled.next().await {
        if let BatchEvent::Settled(batch) = event {
            assert_eq!((batch.state, batch.revoked), (BatchState::Cancelled, 600));
            return;
        }
    }
    panic!("the batch is still open");
}

#[tokio::test]
async fn a14_a_stream_ends_with_its_session_and_does_not_keep_it_alive() {
    let server = Server::start().await;
    let (follower, admin) = (server.admin().await, server.admin().await);
    let batch = admin.open_batch(&csv(3)).await;
    let mut events = follower.events(&batch.id, None).await;
    events.next().await.unwrap();
    server.clock.advance(Duration::from_secs(29 * 60));
    admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
    assert!(events.next().await.is_some(), "the session lives");
    server.clock.advance(Duration::from_secs(2 * 60));
    admin.add(&batch.id, 1, &[row(3, "bob@example.com")]).await;
    assert!(events.next().await.is_none(), "following is no activity");

    let follower = server.admin().await;
    let mut events = follower.events(&batch.id, None).await;
    events.next().await.unwrap();
    follower.delete(paths::SESSION).await;
    admin.add(&batch.id, 2, &[row(4, "eve@example.com")]).await;
    assert!(events.next().await.is_none(), "whoever has signed out learns nothing more");
}

#[tokio::test]
async fn a_cursor_is_one_of_its_list() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let code = async |path: String| admin.get(&path).await.code();
    assert_eq!(code(format!("{}?cursor=zzz", paths::BATCHES)).await, ProblemCode::BadRequest);
    admin.invite(&[row(2, "ana@example.com"), row(3, "bob@example.com")]).await;
    let page: List<api_types::User> = admin.get(&format!("{}?limit=1&sort=name", paths::USERS)).await.json();
    let cursor = page.meta.next_cursor.unwrap();
    let of = |query: &str| format!("{}?limit=1&cursor={cursor}&{query}", paths::USERS);
    assert_eq!(admin.get(&of("sort=name")).await.status, 200);
    assert_eq!(code(of("sort=email")).await, ProblemCode::BadRequest, "of another order");
    assert_eq!(code(of("sort=name&order=descending")).await, ProblemCode::BadRequest);
}

#[tokio::test]
async fn a_cursor_is_one_of_what_its_list_was_asked_for() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batches = [
        admin.invite(&[row(2, "ana@example.com"), row(3, "bob@example.com"), row(4, "no address")]).await,
        admin.invite(&[row(2, "cyd@example.com"), row(3, "dan@example.com")]).await,
    ];
    let rows = |batch: usize| paths::batch_rows(&batches[batch].id);
    let team: List<api_types::Team> = admin.get(paths::TEAMS).await.json();
    let team = team.items.iter().find(|team| !team.everyone).unwrap();
    let lists = [
        (paths::USERS.to_owned(), "search=example.com", "search=example"),
        (paths::USERS.to_owned(), "status=invited", ""),
        (paths::USERS.to_owned(), "", &*format!("team={}", team.id.0)),
        (rows(0), "verdict=ready", "verdict=error"),
        (paths::AUDIT_EVENTS.to_owned(), "search=admin", "search=dmin"),
        (paths::MARKETO_ADMINS.to_owned(), "", "search=a"),
    ];
    for (path, asked, other) in lists {
        let page: List<serde_json::Value> = admin.get(&format!("{path}?limit=1&{asked}")).await.json();
        let cursor = page.meta.next_cursor.unwrap_or_else(|| panic!("{path}?{asked} has two pages"));
        let ask = async |asked: &str| admin.get(&format!("{path}?cursor={cursor}&{asked}")).await;
        assert_eq!(ask(asked).await.status, 200, "{path}: a page may have another size");
        assert_eq!(ask(other).await.code(), ProblemCode::BadRequest, "{path}: {asked}, then {other}");
    }
    let page: List<BatchRow> = admin.get(&format!("{}?limit=1", rows(0))).await.json();
    let cursor = page.meta.next_cursor.unwrap();
    let of_another = admin.get(&format!("{}?cursor={cursor}", rows(1))).await;
    assert_eq!(of_another.code(), ProblemCode::BadRequest, "a row of another batch");
}
