//! The console on another host than the API.

use api_types::{SalesforceEnvironment, Session, paths};
use reqwest::Method;

use crate::harness::{ADMIN, Client, Server, row, send};
use crate::salesforce_browser::{Browser, Decision};

const CONSOLE: &str = "https://console.example.com";

async fn started() -> (Server, Client) {
    let url = format!("{CONSOLE}/some/base/").parse().unwrap();
    let server = Server::start_with(|config| config.console_url = Some(url)).await;
    let admin = server.admin().await;
    (server, admin)
}

#[tokio::test]
async fn a3_the_consoles_origin_may_call_the_api_and_no_other() {
    let (_server, admin) = started().await;
    for (origin, allowed) in
        [(CONSOLE, true), ("https://example.com", false), ("https://console.example.com:444", false)]
    {
        let path = format!("{}{}", paths::BASE, paths::TEAMS);
        let asked = admin
            .bare(Method::OPTIONS, &path)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,x-msi-csrf,x-msi-person,idempotency-key");
        let preflight = send(asked).await;
        assert_eq!(preflight.header("access-control-allow-origin"), allowed.then_some(origin), "{origin}");
        let ended = send(admin.request(Method::DELETE, paths::TEAMS).header("origin", origin)).await;
        assert_eq!(ended.status == 403, !allowed, "{origin}: {}", ended.status);
    }
}

#[tokio::test]
async fn a17_links_in_mails_lead_to_the_console() {
    let (server, admin) = started().await;
    admin.invite(&[row(1, "ana@example.com")]).await;
    let link = admin.mail_to("ana@example.com").await.link();
    assert!(link.starts_with(&format!("{CONSOLE}/some/base/activate#")), "{link}");
    let link = server::sign_in_link(&server.place(), None, None).await.unwrap();
    assert!(link.starts_with(&format!("{CONSOLE}/some/base/sign-in#")), "{link}");
}

#[tokio::test]
async fn a6_an_authorisation_goes_through_the_server_and_returns_to_the_console() {
    let (server, admin) = started().await;
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    assert!(started.start_url.starts_with(&server.base), "{}", started.start_url);
    let mut browser = Browser::of(&server, &admin);
    let callback = browser.go(&started.start_url, ADMIN, Decision::Allow).await;
    let result = browser.visit(&callback).await.header("location").unwrap().to_owned();
    assert!(result.starts_with(&format!("{}/oauth-result.html?", server.base)), "{result}");
    let page = browser.visit(&result).await.text();
    assert!(page.contains("data-origins=\"http://") && page.contains(CONSOLE), "{page}");
    let end = browser.visit(&format!("{}/flows/{}/end", server.base, started.flow.id)).await;
    let to = end.header("location").unwrap();
    assert!(to.starts_with(&format!("{CONSOLE}/some/base/")), "{to}");
}

#[tokio::test]
async fn the_mailbox_of_sandbox_mode_is_the_servers() {
    let (server, admin) = started().await;
    let session: Session = admin.get(paths::SESSION).await.json();
    assert_eq!(session.mailbox_url, Some(format!("{}/mailbox", server.base)));
    let mailbox = send(admin.bare(Method::GET, "/mailbox")).await.text();
    assert!(mailbox.contains(&format!("href=\"{CONSOLE}/some/base/\">Back to the console")), "{mailbox}");
}
