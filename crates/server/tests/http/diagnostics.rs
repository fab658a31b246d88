//! Diagnostics: recent errors.

use api_types::{Activity, List, ProblemCode, RecentError, Service, paths};

use crate::harness::{Server, row};

async fn errors(client: &crate::harness::Client, query: &str) -> List<RecentError> {
    client.get(&format!("{}?{query}", paths::DIAGNOSTICS_ERRORS)).await.json()
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
