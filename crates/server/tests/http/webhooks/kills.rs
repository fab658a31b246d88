//! The real server, killed while it sends: no message is lost.

use std::collections::BTreeMap;
use std::path::Path;

use api_types::{List, Webhook, WebhookDelivery, WebhookType, paths};

use super::add;
use super::receiver::Receiver;
use crate::harness::{Client, csv, row};
use crate::restart::Process;

fn start(data: &Path) -> Process {
    Process::start_with(data, &["--webhook-allow", "127.0.0.1", "--seats", "200000"])
}

/// Invites so many people, while the server is killed so often, and compares what has come with what has happened.
async fn through_kills(people: u32, kills: usize) {
    let (data, receiver) = (tempfile::tempdir().unwrap(), Receiver::open().await);
    let mut process = start(data.path());
    let mut admin = process.admin().await;
    let added =
        add(&admin, &receiver.url, &[WebhookType::InvitationSent, WebhookType::InvitationRevoked]).await;
    let rows: Vec<_> = (0..people).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let batch = admin.sealed(&csv(rows.len()), &rows).await;
    for kill in 1..=kills {
        // Somewhere in the middle of what is left.
        receiver.received(people as usize * kill / (kills + 1)).await;
        process.kill();
        process = start(data.path());
        admin = admin.at(&process.base);
    }
    let settled = admin.settled(&batch).await;
    assert_eq!(settled.deliveries.sent + settled.deliveries.unknown, people);
    nothing_waits(&admin).await;
    let mut came: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for message in receiver.so_far() {
        assert!(message.is_signed_by(&added.secret));
        let email = message.body()["data"]["email"].as_str().expect("an address").to_owned();
        came.entry(email).or_default().push(message.id);
    }
    assert_eq!(came.len(), settled.deliveries.sent as usize, "each that was sent is told of, and no other");
    let all: usize = came.values().map(Vec::len).sum();
    // What was sent and not noted when the server was killed came again, as the same message.
    assert!(came.values_mut().all(|ids| {
        ids.dedup();
        ids.len() == 1
    }));
    assert!(all - came.len() <= kills * 50, "{all} for {}", came.len());
    process.kill();
}

async fn nothing_waits(admin: &Client) {
    loop {
        let all: List<Webhook> = admin.get(paths::WEBHOOKS).await.json();
        if all.items.iter().all(|webhook| webhook.waiting == 0) {
            let path = format!("{}?state=failed", paths::webhook_deliveries(&all.items[0].id));
            assert!(admin.get(&path).await.json::<List<WebhookDelivery>>().items.is_empty());
            return;
        }
    }
}

#[tokio::test]
async fn n5_killed_while_it_sends_the_server_loses_no_message() {
    through_kills(400, 3).await;
}

#[tokio::test]
#[ignore = "100,000 invitations: by script/test sweeps"]
async fn n5_sweeps_killed_again_and_again_the_server_loses_none_of_100_000_messages() {
    through_kills(100_000, 10).await;
}
