//! Answers of the forms that Marketo's documentation shows, with values of our own: the client reads each of them.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use super::activities::MergedLeads;
use super::exports::{Filter, Range, Status};
use super::{Clients, Error, Marketo, Pace, RetryPolicy};
use crate::clients::services::{MarketoCredentials, MarketoService};
use crate::platform::outbound;
use crate::platform::secrets::Secret;

const TOKEN: &str = r#"{"access_token":"c0ffee00-110d-4155-99a7-f986b2ff13a0:int","token_type":"bearer","expires_in":3599,"scope":"api@example.com"}"#;

/// A client of a service that gives one answer to everything but the request for a token.
async fn answering(status: &'static str, body: &'static str) -> Marketo {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
            stream.read_line(&mut first).await.unwrap();
            while stream.read_line(&mut line).await.unwrap() > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            stream.read_exact(&mut vec![0; length]).await.unwrap();
            let (status, body) =
                if first.contains("/identity/") { ("200 OK", TOKEN) } else { (status, body) };
            let head = format!(
                "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: application/json;charset=UTF-8\r\n"
            );
            let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    client_at(address, RetryPolicy::Person)
}

/// A client of a service of a test, at the speed of the real one.
pub(super) fn client_at(address: SocketAddr, policy: RetryPolicy) -> Marketo {
    let service = MarketoService::at(format!("http://{address}/{{munchkin}}"));
    let clients = Clients::new(outbound::client().unwrap(), Pace::REAL);
    clients.client(&service, &credentials(), policy).unwrap()
}

pub(super) fn credentials() -> MarketoCredentials {
    MarketoCredentials {
        munchkin_account_id: "284-RPR-133".to_owned(),
        client_id: "id".to_owned(),
        client_secret: Secret::new("secret".to_owned()),
    }
}

async fn ok(body: &'static str) -> Marketo {
    answering("200 OK", body).await
}

#[tokio::test]
async fn r12_people_and_their_fields_are_read_as_documented() {
    let described = ok(r#"{"requestId":"10a14#16f3d6c7b1a","success":true,"result":[{"name":"API Lead",
            "searchableFields":[["email"],["id"],["sfdcContactId"]],
            "fields":[{"name":"email","displayName":"Email Address","dataType":"email","length":255,"updateable":true,"crmManaged":false},
                      {"name":"createdAt","displayName":"Created At","dataType":"datetime","updateable":false,"crmManaged":false}]}]}"#);
    let described = described.await.describe().await.unwrap();
    let names: Vec<_> = described.fields.iter().map(|field| (field.name.as_str(), field.length)).collect();
    assert_eq!(names, [("email", Some(255)), ("createdAt", None)]);

    let found = ok(r#"{"requestId":"e42b#14272d07d78","success":true,"result":[
            {"id":50,"email":"kim@example.com","updatedAt":"2026-01-22T22:56:27Z","firstName":null}]}"#);
    let found = found.await.leads_by_id(&[50, 51], &["id", "email", "firstName"]).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[&50]["email"], "kim@example.com");
    assert!(found[&50]["firstName"].is_null());
}

#[tokio::test]
async fn r12_activities_are_read_as_documented() {
    let token =
        ok(r#"{"requestId":"1607c#14884f3e18c","success":true,"nextPageToken":"GIYDAOBNGEYS2MBWKQYDAORQ"}"#);
    assert_eq!(token.await.paging_token("2026-01-01").await.unwrap(), "GIYDAOBNGEYS2MBWKQYDAORQ");

    let changed = ok(
        r#"{"requestId":"a9ae#148add1e53d","success":true,"nextPageToken":"NEXT","moreResult":true,"result":[
            {"id":2,"marketoGUID":"2","leadId":6,"activityDate":"2026-09-26T06:56:35+0000","activityTypeId":12,"fields":[],
             "attributes":[{"name":"Source Type","value":"Web page visit"}]},
            {"id":3,"marketoGUID":"3","leadId":9,"activityDate":"2026-12-28T00:39:45+0000","activityTypeId":13,
             "fields":[{"id":31,"name":"firstName","newValue":"Kim","oldValue":null}],
             "attributes":[{"name":"Reason","value":"Changed by API"}]}]}"#,
    );
    let page = changed.await.lead_changes("TOKEN", &["firstName"]).await.unwrap();
    assert_eq!(page.items.iter().map(|change| change.lead_id).collect::<Vec<_>>(), [6, 9]);
    assert!(page.items[0].fields.is_empty() && page.items[1].fields[0].new_value == "Kim");
    assert!(page.more && page.next_page_token == "NEXT");

    let deleted = ok(
        r#"{"requestId":"a9ae#148add1e53d","success":true,"nextPageToken":"NEXT","moreResult":false,"result":[
            {"id":2,"leadId":6,"activityDate":"2026-09-26T06:56:35+0000","activityTypeId":37,
             "primaryAttributeValueId":6,"primaryAttributeValue":"Kim Park","attributes":[]}]}"#,
    );
    assert_eq!(deleted.await.deleted_leads("TOKEN").await.unwrap().items[0].lead_id, 6);

    // Without anything new there is no list at all.
    let nothing =
        ok(r#"{"requestId":"a9ae#148add1e53d","success":true,"nextPageToken":"NEXT","moreResult":false}"#);
    assert!(nothing.await.deleted_leads("TOKEN").await.unwrap().items.is_empty());

    let merged = ok(
        r#"{"requestId":"a9ae#148add1e53d","success":true,"nextPageToken":"NEXT","moreResult":false,"result":[
            {"id":7,"leadId":6,"activityDate":"2026-09-26T06:56:35+0000","activityTypeId":32,"attributes":[
             {"name":"Master Updated","value":false},{"name":"Merge IDs","value":"[8, 9]"},{"name":"Merge Source","value":"UI"}]}]}"#,
    );
    let expected = MergedLeads { lead_id: 6, losers: vec![8, 9] };
    assert_eq!(merged.await.merged_leads("TOKEN").await.unwrap().items, [expected]);
}

#[tokio::test]
async fn r12_exports_are_read_as_documented() {
    let created = ok(
        r#"{"requestId":"e42b#14272d07d78","success":true,"result":[{"exportId":"ce45a7a1-f19d-4ce2-882c-a3c795940a7d",
            "status":"Created","createdAt":"2026-01-21T11:47:30-08:00","format":"CSV"}]}"#,
    );
    let week =
        Range { start_at: "2026-01-01T00:00:00Z".to_owned(), end_at: "2026-01-31T00:00:00Z".to_owned() };
    let export = created.await.create_export(&["id"], &Filter::CreatedAt(week)).await.unwrap();
    assert_eq!((export.status, export.number_of_records), (Status::Created, None));

    let done = ok(
        r#"{"requestId":"e42b#14272d07d78","success":true,"result":[{"exportId":"ce45a7a1-f19d-4ce2-882c-a3c795940a7d",
            "format":"CSV","status":"Completed","createdAt":"2026-01-21T11:47:30-08:00","queuedAt":"2026-01-21T11:48:30-08:00",
            "startedAt":"2026-01-21T11:51:30-08:00","finishedAt":"2026-01-21T12:59:30-08:00","numberOfRecords":122323,
            "fileSize":123424,"fileChecksum":"sha256:d17b1e1c0c6b2f6e"}]}"#,
    );
    let export = done.await.export_status(&export.id).await.unwrap();
    assert_eq!(
        (export.status, export.number_of_records, export.file_size),
        (Status::Completed, Some(122_323), Some(123_424))
    );
    assert_eq!(export.file_checksum.as_deref(), Some("sha256:d17b1e1c0c6b2f6e"));

    let gone = answering("404 Not Found", "").await;
    assert_eq!(gone.export_file(&export, 0).chunk().await.unwrap_err(), Error::NotFound);
    let full = ok(
        r#"{"requestId":"1","success":false,"errors":[{"code":"1029","message":"Too many jobs (10) in queue"}]}"#,
    );
    assert_eq!(full.await.enqueue_export(&export.id).await.unwrap_err(), Error::QueueFull);
    let quota = ok(
        r#"{"requestId":"1","success":false,"errors":[{"code":"1029","message":"Export daily quota 500MB exceeded."}]}"#,
    );
    assert_eq!(quota.await.enqueue_export(&export.id).await.unwrap_err(), Error::ExportQuota);
}

#[tokio::test]
async fn r12_users_are_read_as_documented() {
    let users = ok(
        r#"[{"userid":"kim@example.com","firstName":"Kim","lastName":"Park","emailAddress":"kim@example.com","id":8785,"apiOnly":false},
            {"userid":"6C3C1F2A5E0B4A570A495C11@AdobeID","firstName":null,"lastName":null,"emailAddress":"lee@example.com","id":8786,"apiOnly":null},
            {"userid":null,"firstName":null,"lastName":null,"emailAddress":null,"id":8787,"apiOnly":true}]"#,
    );
    let users = users.await.users().await.unwrap();
    assert_eq!(
        users.iter().map(|user| user.email_address.as_str()).collect::<Vec<_>>(),
        ["kim@example.com", "lee@example.com"]
    );

    let roles =
        ok(r#"[{"accessRoleId":1,"accessRoleName":"Admin","workspaceId":0,"workspaceName":"AllZones"},
            {"accessRoleId":2,"accessRoleName":null,"workspaceId":1,"workspaceName":"Default"}]"#);
    let roles = roles.await.roles_of("kim@example.com").await.unwrap();
    assert_eq!(roles.iter().map(|role| role.role_name.as_str()).collect::<Vec<_>>(), ["Admin", ""]);

    let workspaces = ok(
        r#"[{"id":1,"name":"Default","description":"","globalViz":0,"status":"active","currencyInfo":null,
             "createdAt":"20180523T19:08:49.0t+0000","updatedAt":"20180523T19:08:49.0t+0000"}]"#,
    );
    assert_eq!(workspaces.await.workspaces().await.unwrap()[0].name, "Default");

    let denied = answering(
        "403 Forbidden",
        r#"{"requestId":"1","errors":[{"code":"603","message":"Access denied"}]}"#,
    )
    .await;
    assert_eq!(denied.users().await.unwrap_err(), Error::UserPermissionMissing);
}

#[tokio::test]
async fn r12_the_use_of_a_day_is_read_as_documented() {
    let usage = ok(r#"{"requestId":"8b1b#14b2a2","success":true,"result":[{"date":"2026-11-26","total":107,
            "users":[{"userId":"api@example.com","count":4},{"userId":"other@example.com","count":103}]}]}"#);
    assert_eq!(usage.await.calls_today().await.unwrap(), 107);
}
