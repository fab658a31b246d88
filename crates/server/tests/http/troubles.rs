//! Administrators are told by mail what fails, and what works again: once each way.

use std::time::Duration;

use api_types::paths;
use sandbox::marketo::{INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID};
use serde_json::json;

use crate::backups::{command, done, run};
use crate::field_sync::{order, poll, server_with, sync};
use crate::harness::{ADMIN, Client, Server, csv, row};
use crate::long_lists::database;
use crate::marketo::pasted;
use crate::post_office::{Manner, PostOffice};
use crate::salesforce_browser::Salesforce;

/// What works again within this time is no news.
const PATIENCE: Duration = Duration::from_secs(600);

/// The subjects of mails to the administrator about what fails and what works again, once there are so many; the first first.
async fn told(client: &Client, count: usize) -> Vec<String> {
    let mut mails = Vec::new();
    for at_least in count.max(1).. {
        mails = client.mails_to(ADMIN, at_least).await;
        mails.retain(|mail| {
            mail.links().iter().any(|link| link.ends_with("/settings/integrations/diagnostics"))
        });
        if mails.len() >= count {
            break;
        }
    }
    mails.into_iter().rev().map(|mail| mail.subject).collect()
}

/// Waits until this many troubles are noted as told or not yet.
async fn noted(server: &Server, count: i64, is_told: bool) {
    let mut database = database(server).await;
    let noted = "SELECT COUNT(*) FROM troubles WHERE (told_at IS NOT NULL) = $1";
    loop {
        let (now,): (i64,) =
            sqlx::query_as(noted).bind(is_told).fetch_one(&mut database).await.expect("the table");
        if now == count {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn n2_a_connection_that_fails_is_told_once_and_once_when_it_works_again() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let credentials = pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET);
    admin.once(paths::MARKETO, &credentials).await;
    let check = async |admin: &Client, works: bool| {
        let state: api_types::MarketoState = admin.post(paths::MARKETO_CHECK, &()).await.json();
        assert_eq!(state.connection.unwrap().last_check.passed(), works);
    };
    let fail = async |server: &Server, admin: &Client| {
        order(server, "faults", json!({"code": 603, "path_contains": "describe2"})).await;
        check(admin, false).await;
        noted(server, 1, false).await;
    };
    // A moment is no news.
    fail(&server, &admin).await;
    check(&admin, true).await;
    noted(&server, 0, false).await;

    fail(&server, &admin).await;
    server.clock.advance(PATIENCE);
    noted(&server, 1, true).await;
    let fails = "Problem in Sales Insight Actions: connection to Marketo";
    assert_eq!(told(&admin, 1).await, [fails]);

    // A server that is started anew tells nothing twice.
    server.restart().await;
    let admin = admin.at(&server.base);
    server.clock.advance(PATIENCE);
    check(&admin, true).await;
    let works = "Solved in Sales Insight Actions: connection to Marketo";
    assert_eq!(told(&admin, 2).await, [fails, works]);
    noted(&server, 0, true).await;
}

#[tokio::test]
async fn n2_a_connection_to_salesforce_that_no_administrator_has_any_more_is_told() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    Salesforce::of(&server).order(json!({"order": "revoke"})).await;
    admin.post(paths::SALESFORCE_CHECK, &json!({})).await;
    noted(&server, 1, false).await;
    server.clock.advance(PATIENCE);
    let fails = "Problem in Sales Insight Actions: connection to Salesforce";
    assert_eq!(told(&admin, 1).await, [fails]);

    // Which takes a proof that is fresh.
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let works = "Solved in Sales Insight Actions: connection to Salesforce";
    assert_eq!(told(&admin, 2).await, [fails, works]);
}

#[tokio::test]
async fn n2_a_sync_that_falls_behind_is_told() {
    let (server, admin) = server_with(20).await;
    sync(&admin).await;
    noted(&server, 0, false).await;
    // The connection works, and yet no poll comes to its end.
    order(&server, "faults", json!({"code": 502, "times": 1_000_000, "path_contains": "leadchanges"})).await;
    server.clock.advance(Duration::from_secs(25 * 3_600));
    noted(&server, 1, false).await;
    server.clock.advance(PATIENCE);
    let fails = "Problem in Sales Insight Actions: sync of people";
    let admin = server.admin().await;
    assert_eq!(told(&admin, 1).await, [fails]);

    let faults = format!("{}/faults", server.sandbox().marketo().orders_url());
    assert!(reqwest::Client::new().delete(faults).send().await.unwrap().status().is_success());
    let mut database = database(&server).await;
    let noted = "SELECT COUNT(*) FROM troubles";
    // A poll that was under way before may be the one that is waited for.
    while sqlx::query_scalar::<_, i64>(noted).fetch_one(&mut database).await.expect("a count") > 0 {
        poll(&server, &admin).await;
    }
    let works = "Solved in Sales Insight Actions: sync of people";
    assert_eq!(told(&admin, 2).await, [fails, works]);
}

#[tokio::test]
async fn n2_a_disk_without_room_is_told() {
    let mut server = Server::start_with(|config| config.disk_reserve_mb = u64::MAX).await;
    let admin = server.admin().await;
    noted(&server, 1, false).await;
    server.clock.advance(PATIENCE);
    assert_eq!(told(&admin, 1).await, ["Problem in Sales Insight Actions: disk of the server"]);
    server.restart_with(|config| config.disk_reserve_mb = 0).await;
    let admin = admin.at(&server.base);
    assert_eq!(told(&admin, 2).await[1], "Solved in Sales Insight Actions: disk of the server");
}

#[tokio::test]
async fn n2_n1_backups_that_fail_are_told_whatever_the_command_makes() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let to = folder.path().join("not mounted");
    let mut server = Server::start_with(|config| config.backups.to = Some(to.clone())).await;
    let admin = server.admin().await;
    noted(&server, 1, false).await;
    done(&run(command(server.data(), &["backup", "--to", elsewhere.path().to_str().unwrap()])).await);
    server.clock.advance(PATIENCE);
    assert_eq!(told(&admin, 1).await, ["Problem in Sales Insight Actions: backup of the database"]);

    std::fs::create_dir(&to).unwrap();
    // It tries again a quarter of an hour after a failure, and looks at once when it starts.
    server.clock.advance(PATIENCE);
    server.restart().await;
    let admin = admin.at(&server.base);
    assert_eq!(told(&admin, 2).await[1], "Solved in Sales Insight Actions: backup of the database");
}

#[tokio::test]
async fn n2_a_mail_server_that_failed_is_told_once_it_works_again() {
    let office = PostOffice::open().await;
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    let server = Server::start_with(|config| {
        config.smtp = Some(smtp);
        config.mail_retry_ms = 1;
    })
    .await;
    let admin = server.admin().await;
    office.treat(Manner::HangsUp);
    let batch = admin.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    noted(&server, 1, false).await;
    server.clock.advance(PATIENCE);
    noted(&server, 1, true).await;
    office.treat(Manner::Open);
    server.clock.advance(PATIENCE);
    admin.settled(&batch).await;
    let mut to = Vec::new();
    while to.len() < 2 {
        to.extend(office.collect().into_iter().map(|mail| mail.to));
        tokio::task::yield_now().await;
    }
    to.sort_unstable();
    assert_eq!(to, ["ana@example.com", ADMIN]);
}
