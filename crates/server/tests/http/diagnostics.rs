//! Diagnostics: recent errors.

use std::time::Duration;

use api_types::{
    Activity, DeliveryStatus, LimitName, LimitUse, List, MailDraft, MailTroubleCause, ProblemCode,
    RecentError, RowCode, Service, SystemReport, Team, TestMail, paths,
};

use sandbox::marketo::{INTEGRATION_CLIENT_ID, MUNCHKIN_ID};
use serde_json::json;

use crate::field_sync::{OTHER_ORG_USER, mend, order, poll, server_with, sync};
use crate::harness::{ADMIN, Server, row};
use crate::marketo::{connect, good, pasted};
use crate::post_office::{Manner, PostOffice, Reply};
use crate::salesforce_browser::Salesforce;

async fn errors(client: &crate::harness::Client, query: &str) -> List<RecentError> {
    client.get(&format!("{}?{query}", paths::DIAGNOSTICS_ERRORS)).await.json()
}

#[tokio::test]
async fn n2_the_report_of_the_system_tells_how_the_server_does_and_of_nobody() {
    let backups = tempfile::tempdir().unwrap();
    let to = backups.path().to_owned();
    let server = Server::start_with(|config| config.backups.to = Some(to)).await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let mut answer = admin.get(paths::DIAGNOSTICS_SYSTEM).await;
    // A busy machine may take longer than a check has.
    let is_done = |report: &SystemReport| report.backups.last.is_some() && report.readiness.ready;
    while !is_done(&answer.json()) {
        answer = admin.get(paths::DIAGNOSTICS_SYSTEM).await;
    }
    let text = answer.json::<serde_json::Value>().to_string();
    for place in [backups.path(), server.data()] {
        assert!(!text.contains(place.to_str().unwrap()), "{text}");
    }
    assert!(!text.contains('@'), "{text}");

    let report: SystemReport = answer.json();
    assert!(report.readiness.ready, "{report:?}");
    assert_eq!(report.version, env!("CARGO_PKG_VERSION"));
    assert!(!report.changes.is_empty());
    assert!(report.database.bytes > 100_000 && report.database.readers > 0, "{report:?}");
    let jobs: Vec<_> = report.jobs.iter().map(|of| (of.job.as_str(), of.failures)).collect();
    for job in ["mail", "field_sync", "backups", "webhooks"] {
        assert!(jobs.contains(&(job, 0)), "{jobs:?}");
    }
    let last = report.backups.last.unwrap();
    assert!(last.rows > 0 && last.bytes > 0 && !last.is_encrypted, "{last:?}");
    assert_eq!((report.backups.every_hours, report.backups.is_failing), (Some(24), false));
    let used = |limit: LimitName, used: u32| {
        let of = report.limits.iter().find(|of| of.limit == limit).copied();
        assert!(matches!(of, Some(LimitUse { used: it, most, .. }) if it == used && most > used), "{of:?}");
    };
    let teams: List<Team> = admin.get(paths::TEAMS).await.json();
    // The administrator and the invitation. `Everyone` does not count.
    used(LimitName::Seats, 2);
    used(LimitName::Teams, u32::try_from(teams.items.len()).unwrap() - 1);
    used(LimitName::ApiKeys, 0);
    used(LimitName::Webhooks, 0);
}

#[tokio::test]
async fn n2_the_report_of_the_system_says_that_backups_fail_and_nothing_of_where() {
    let backups = tempfile::tempdir().unwrap();
    let to = backups.path().join("not-there");
    let server = Server::start_with(|config| config.backups.to = Some(to)).await;
    let admin = server.admin().await;
    loop {
        let answer = admin.get(paths::DIAGNOSTICS_SYSTEM).await;
        assert!(!answer.json::<serde_json::Value>().to_string().contains("not-there"));
        let backups = answer.json::<SystemReport>().backups;
        if let Some(at) = backups.failed_at {
            assert!(at.as_str().len() >= 20 && backups.is_failing && backups.last.is_none());
            break;
        }
    }
}

#[tokio::test]
async fn a_mail_that_failed_is_among_the_recent_errors() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(errors(&admin, "").await.meta.total, 0);
    let rows = ["bounce@a.example", "ana@example.com", "bounce@b.example"];
    admin.invite(&rows.iter().zip(2..).map(|(email, at)| row(at, email)).collect::<Vec<_>>()).await;
    let found = errors(&admin, "").await;
    assert_eq!((found.meta.total, found.items.len()), (2, 2));
    for error in &found.items {
        assert_eq!((error.service, error.during), (Service::Mail, Activity::SendingMail));
        assert!(!error.code.is_empty() && error.request_id.ends_with(".1"), "{error:?}");
    }
    let page = errors(&admin, "limit=1").await;
    assert_eq!(page.items, found.items[..1]);
    let rest = errors(&admin, &format!("limit=1&cursor={}", page.meta.next_cursor.unwrap())).await;
    assert_eq!((rest.items.as_slice(), rest.meta.next_cursor), (&found.items[1..], None));
    let foreign = admin.get(&format!("{}?cursor=x", paths::DIAGNOSTICS_ERRORS)).await;
    assert_eq!(foreign.code(), ProblemCode::BadRequest);
}

#[tokio::test]
async fn r15_an_error_is_solved_by_the_next_success_of_the_same() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "bounce@a.example")]).await;
    let wrong = pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, "wrong");
    assert!(!connect(&admin, &wrong).await.status.is_success());
    let solved = async || -> Vec<(Service, bool)> {
        errors(&admin, "").await.items.iter().map(|error| (error.service, error.is_solved)).collect()
    };
    assert_eq!(solved().await, [(Service::Marketo, false), (Service::Mail, false)]);
    server.clock.advance(Duration::from_secs(1));
    assert!(connect(&admin, &good()).await.status.is_success());
    assert_eq!(solved().await, [(Service::Marketo, true), (Service::Mail, false)], "the mail stays refused");
}

#[tokio::test]
async fn r15_what_still_fails_is_not_solved_by_what_goes_on_beside_it() {
    let (server, admin) = server_with(100).await;
    sync(&admin).await;
    let ana = server.administrator("ana@example.com").await;
    ana.connect_salesforce(&server, OTHER_ORG_USER).await;
    Salesforce::of(&server).order(json!({"order": "revoke", "username": OTHER_ORG_USER})).await;
    for _ in 0..2 {
        order(&server, "faults", json!({"code": 1003, "path_contains": "leadchanges"})).await;
        poll(&server, &admin).await;
        admin.post(paths::SETUP_GUIDE_CHECK, &()).await;
    }
    let all = errors(&admin, "").await.items;
    for service in [Service::Marketo, Service::Salesforce] {
        let solved: Vec<bool> =
            all.iter().filter(|error| error.service == service).map(|error| error.is_solved).collect();
        assert!(!solved.is_empty() && !solved.contains(&true), "{service:?}: {all:?}");
    }
    mend(&server).await;
    poll(&server, &admin).await;
    let all = errors(&admin, "").await.items;
    assert!(all.iter().all(|error| error.is_solved == (error.service == Service::Marketo)), "{all:?}");
}

fn draft() -> MailDraft {
    MailDraft { expires_in_days: 7, ..MailDraft::default() }
}

#[tokio::test]
async fn r19_a_mail_server_that_hangs_up_or_never_greets_is_named_to_who_sends_a_test_mail_and_once_among_the_errors()
 {
    for (manner, cause, code) in [
        (Manner::HangsUp, MailTroubleCause::Unreachable, "unreachable"),
        (Manner::Silent, MailTroubleCause::Silent, "silent"),
    ] {
        let office = PostOffice::open().await;
        office.treat(manner);
        let smtp = format!("smtp://{}", office.address).parse().unwrap();
        let server = Server::start_with(|config| {
            config.smtp = Some(smtp);
            // Only silence has to be waited for. A busy machine exceeds a limit that short with any of them.
            if manner == Manner::Silent {
                config.mail_limits.connect = Duration::from_millis(50);
            }
        })
        .await;
        let admin = server.admin().await;
        let test: TestMail = admin.once(paths::INVITATION_TEST_MAIL, &draft()).await.json();
        let path = paths::test_mail(&test.id);
        let found = async || admin.get(&path).await.json::<TestMail>();
        let waiting = loop {
            let mail = found().await;
            if mail.mail_trouble.is_some() && mail.delivery == DeliveryStatus::Queued {
                break mail;
            }
        };
        assert_eq!((waiting.email.as_str(), waiting.attempts), (ADMIN, 0), "{manner:?}");
        assert_eq!(waiting.mail_trouble.map(|trouble| trouble.cause), Some(cause), "{manner:?}");
        office.treat(Manner::Open);
        while found().await.delivery != DeliveryStatus::Sent {
            assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
        }
        let errors = errors(&admin, "").await;
        let codes: Vec<_> = errors.items.iter().map(|error| error.code.as_str()).collect();
        assert_eq!(codes, [code], "{manner:?}: however often it was tried");
        assert_eq!((errors.items[0].service, errors.items[0].during), (Service::Mail, Activity::SendingMail));
    }
}

#[tokio::test]
async fn r19_a_test_mail_is_followed_until_the_mail_server_has_answered() {
    let office = PostOffice::open().await;
    office.hold();
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    let server = Server::start_with(|config| config.smtp = Some(smtp)).await;
    let admin = server.admin().await;
    for (reply, delivery, code) in [
        (Reply::Taken, DeliveryStatus::Sent, None),
        (Reply::Refused, DeliveryStatus::Failed, Some(RowCode::MailRefused)),
        (Reply::TakenAndLost, DeliveryStatus::Unknown, Some(RowCode::MailInterrupted)),
    ] {
        let answer = admin.once(paths::INVITATION_TEST_MAIL, &draft()).await;
        let location = answer.header("location").expect("where it is").to_owned();
        let test: TestMail = answer.json();
        assert_eq!(location, format!("{}{}", paths::BASE, paths::test_mail(&test.id)));
        assert!(test.is_under_way() && test.mail_trouble.is_none(), "{test:?}");
        office.wait_for_mail().await;
        office.answer(reply);
        let settled = loop {
            let mail: TestMail = admin.get(&paths::test_mail(&test.id)).await.json();
            if !mail.is_under_way() {
                break mail;
            }
        };
        assert_eq!((settled.delivery, settled.code), (delivery, code), "{reply:?}");
    }
    let errors = errors(&admin, "").await;
    let codes: Vec<_> = errors.items.iter().map(|error| error.code.as_str()).collect();
    assert_eq!(codes, ["mail_interrupted", "mail_refused"]);
}
