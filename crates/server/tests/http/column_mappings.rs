//! The mappings of columns that an account's administrators share.

use std::time::Duration;

use api_types::{ColumnMapping, List, ProblemCode, limits, paths};
use serde_json::json;

use crate::harness::{Client, Server};

async fn all(client: &Client) -> Vec<String> {
    let found: List<ColumnMapping> = client.get(paths::COLUMN_MAPPINGS).await.json();
    found.items.into_iter().map(|found| found.mapping).collect()
}

async fn keep(client: &Client, mapping: &str) -> u16 {
    client.put(paths::COLUMN_MAPPINGS, &json!({ "mapping": mapping })).await.status.as_u16()
}

#[tokio::test]
async fn s2_a_mapping_is_shared_within_the_account_and_the_latest_comes_first() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let other = server.administrator("other@example.com").await;
    assert_eq!(all(&other).await, Vec::<String>::new());
    for mapping in ["1a.0=email 2b.0=role", "3c.0=email", "1a.0=email 2b.0=role"] {
        assert_eq!(keep(&admin, mapping).await, 204);
        server.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(all(&other).await, ["1a.0=email 2b.0=role", "3c.0=email"]);
}

#[tokio::test]
async fn s2_only_the_latest_mappings_are_kept() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let most = limits::COLUMN_MAPPINGS;
    for mapping in 0..most + 3 {
        assert_eq!(keep(&admin, &format!("{mapping:x}.0=email")).await, 204);
        server.clock.advance(Duration::from_secs(1));
    }
    let kept = all(&admin).await;
    assert_eq!(kept.len(), most as usize);
    assert_eq!(kept[0], format!("{:x}.0=email", most + 2));
    assert!(!kept.contains(&"2.0=email".to_owned()), "{kept:?}");
}

#[tokio::test]
async fn a9_a_mapping_holds_hashes_and_names_of_fields_only() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let longest = "1.0=email".repeat(limits::COLUMN_MAPPING_MAX);
    for mapping in ["", "Ana@example.com=email", "a.0=email\nb.0=role", &longest] {
        let answer = admin.put(paths::COLUMN_MAPPINGS, &json!({ "mapping": mapping })).await;
        assert_eq!(answer.code(), ProblemCode::InvalidField, "{mapping:.30}");
    }
    let member = server.member("member@example.com").await;
    assert_eq!(member.get(paths::COLUMN_MAPPINGS).await.code(), ProblemCode::Forbidden);
    assert_eq!(all(&admin).await, Vec::<String>::new());
}
