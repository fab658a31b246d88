//! A19: nobody and nothing goes by a name that is, or looks like, another's.

use api_types::{AuditAction, BatchRow, List, Me, ProblemCode, Team, User, paths};
use serde_json::{Value, json};

use crate::harness::{Answer, Client, PASSWORD, Server, csv, row, token};
use crate::marketo::id_of;

const BOB: &str = "bob@example.com";

fn refused(answer: &Answer, code: ProblemCode, field: &str, what: &str) {
    let problem = answer.problem();
    assert_eq!((problem.code, problem.field.as_deref()), (code, Some(field)), "{what}");
}

fn key(name: &str) -> Value {
    json!({"name": name, "kind": "command_line", "role": "admin"})
}

async fn team(admin: &Client, name: &str) -> Answer {
    admin.once(paths::TEAMS, &json!({"name": name})).await
}

#[tokio::test]
async fn a19_an_address_is_no_name() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member(BOB).await;
    let bob = paths::user(&id_of(&admin, BOB).await);
    admin.invite(&[row(2, "zoe@example.com")]).await;
    let zoe = token(&admin.mail_to("zoe@example.com").await.link());
    for name in ["ana@example.com", "Ana (ana@example.com)", "ana＠example．com", "ana\u{200b}@example.com"]
    {
        let wrong = |answer: &Answer, field: &str| refused(answer, ProblemCode::InvalidField, field, name);
        for field in ["first_name", "last_name"] {
            wrong(&admin.patch(paths::PROFILE, &json!({field: name})).await, field);
            wrong(&admin.patch_at("*", &bob, &json!({field: name})).await, field);
            let accept = json!({"token": zoe, "password": PASSWORD, field: name});
            wrong(&server.anyone().post(paths::ACTIVATION_ACCEPT, &accept).await, field);
        }
        wrong(&team(&admin, name).await, "name");
        wrong(&admin.post(paths::API_KEYS, &key(name)).await, "name");
        let passkey = json!({"name": name, "ceremony": "", "credential": {}});
        wrong(&admin.post(paths::PASSKEYS, &passkey).await, "name");
    }
    let me: Me =
        admin.patch(paths::PROFILE, &json!({"first_name": " Ａｎａ\u{200b}\u{202e}  B. "})).await.json();
    assert_eq!(me.first_name, "Ana B.");
}

#[tokio::test]
async fn a19_a_team_that_looks_like_another_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let sales: Team = team(&admin, "Sales").await.json();
    let other: Team = team(&admin, "Partners").await.json();
    for name in
        ["Ѕаles", "ＳＡＬＥＳ", "S\u{2060}ales", "Everyοne", "Every0ne", "Todos", "全員", "Every\u{ad}one"]
    {
        refused(&team(&admin, name).await, ProblemCode::NameTaken, "name", name);
        let renamed = admin.patch(&paths::team(&other.id), &json!({"name": name})).await;
        refused(&renamed, ProblemCode::NameTaken, "name", name);
    }
    assert_eq!(admin.patch(&paths::team(&sales.id), &json!({"name": "Ѕаles"})).await.status, 200, "itself");
}

#[tokio::test]
async fn a19_a_key_that_looks_like_another_or_like_an_administrator_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(
        admin.patch(paths::PROFILE, &json!({"first_name": "Ana", "last_name": "First"})).await.status,
        200
    );
    assert_eq!(admin.post(paths::API_KEYS, &key("nightly")).await.status, 201);
    for name in ["Ana First", "ana  first", "Аnа First", "Nightly", "nіghtly"] {
        refused(&admin.post(paths::API_KEYS, &key(name)).await, ProblemCode::NameTaken, "name", name);
    }
    assert_eq!(admin.post(paths::API_KEYS, &key("Ana's export")).await.status, 201);
}

#[tokio::test]
async fn a19_rows_are_invited_under_names_without_addresses() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut first = row(2, BOB);
    first.first_name = Some("eva@example.com".to_owned());
    first.last_name = Some("Ｌee\u{200b}".to_owned());
    let mut file = csv(1);
    file.file_name = Some("list\u{202e}vsc.exe".to_owned());
    let batch = admin.send_batch(&file, &[first]).await;
    assert_eq!(batch.file_name.as_deref(), Some("listvsc.exe"));
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    assert_eq!((rows.items[0].first_name.as_str(), rows.items[0].last_name.as_str()), ("", "Lee"));
    let found: List<User> = admin.get(&format!("{}?search={BOB}", paths::USERS)).await.json();
    assert_eq!(found.items[0].display_name(), "Lee");
    assert_eq!(server.audited(AuditAction::UsersInvited).await.len(), 1);
    for (name, kept) in [("of eva@example.com.csv", Some("of eva_example.com.csv")), ("\u{200b}", None)] {
        file.file_name = Some(name.to_owned());
        assert_eq!(admin.open_batch(&file).await.file_name.as_deref(), kept);
    }
}
