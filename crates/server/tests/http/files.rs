//! The app's files and their headers.

use std::path::Path;

use api_types::ProblemCode;
use hosting::{Api, BasePath, CACHE_ASSETS, CACHE_NAMED, PathKind, Site};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Server, send};

fn dist() -> tempfile::TempDir {
    let dist = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &[u8]| std::fs::write(Path::new(dist.path()).join(name), text).unwrap();
    put("index.html", b"<!doctype html><title>App</title>");
    put("config.json", b"{}");
    put("users.webp", b"RIFF");
    std::fs::create_dir_all(dist.path().join("assets/app-0123456789abcdef")).unwrap();
    put("boot.js", "// boot\n".repeat(200).as_bytes());
    put("assets/app-0123456789abcdef/app_bg.wasm", b"\0asm");
    put("assets/app-0123456789abcdef/app_bg.wasm.br", b"compressed");
    dist
}

fn usual_headers() -> Vec<(&'static str, String)> {
    let api = Api::Here(api_types::paths::BASE.to_owned());
    Site { base: BasePath::default(), api, embedders: Vec::new(), hsts_subdomains: false }
        .headers(PathKind::Page)
}

#[tokio::test]
async fn c4_every_answer_has_the_headers_and_files_their_types_and_caches() {
    let dist = dist();
    let server = Server::start_with(|config| config.dist = Some(dist.path().to_owned())).await;
    let get = async |path: &str| -> Answer { send(server.anyone().bare(Method::GET, path)).await };
    for (path, status, kind, cache) in [
        ("/", 200, "text/html", CACHE_NAMED),
        ("/settings/admin/users", 200, "text/html", CACHE_NAMED),
        ("/settings/admin/invitations/0193a5f0", 200, "text/html", CACHE_NAMED),
        ("/config.json", 200, "application/json", CACHE_NAMED),
        ("/users.webp", 200, "image/webp", CACHE_NAMED),
        ("/boot.js", 200, "text/javascript", CACHE_NAMED),
        ("/assets/app-0123456789abcdef/app_bg.wasm", 200, "application/wasm", CACHE_ASSETS),
        ("/app.js", 404, "", CACHE_NAMED),
        ("/assets/missing.wasm", 404, "", CACHE_NAMED),
        ("/assets/missing", 404, "", CACHE_NAMED),
        ("/api/v1/session", 403, "application/problem+json", "no-store"),
        ("/api", 403, "application/problem+json", "no-store"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(
            answer.header("content-type").unwrap_or_default().starts_with(kind),
            "{path}: {:?}",
            answer.headers
        );
        assert_eq!(answer.header("cache-control"), Some(cache), "{path}");
        for (name, value) in usual_headers().iter().filter(|(name, _)| *name != "cache-control") {
            assert_eq!(answer.header(name), Some(value.as_str()), "{path}");
        }
        assert!(answer.header("strict-transport-security").is_none(), "not over plain HTTP");
    }
    assert!(get("/settings/admin/users").await.text().contains("<title>App</title>"));
}

#[tokio::test]
async fn e10_e11_the_panel_is_framed_by_the_origins_that_the_operator_names() {
    let dist = dist();
    let origins = ["https://crm.example.com", "https://portal.example.com:8443"];
    let server = async |embedders: &[&str]| {
        Server::start_with(|config| {
            config.dist = Some(dist.path().to_owned());
            config.embedders = embedders.iter().map(|origin| origin.parse().unwrap()).collect();
        })
        .await
    };
    let (none, some) = (server(&[]).await, server(&origins).await);
    let get = async |server: &Server, path: &str| send(server.anyone().bare(Method::GET, path)).await;
    for path in ["/embed/users", "/embed/invite-csv", "/embed/setup-guide?x=1", "/", "/settings/admin/users"]
    {
        let panel = path.starts_with("/embed/");
        for (server, listed) in [(&none, false), (&some, true)] {
            let answer = get(server, path).await;
            assert_eq!(answer.status, 200, "{path}");
            let ancestors = if listed && panel { origins.join(" ") } else { "'none'".to_owned() };
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.contains(&format!("frame-ancestors {ancestors};")), "{path}: {policy}");
            assert_eq!(answer.header("x-frame-options").is_none(), listed && panel, "{path}");
            let resource = if listed && panel { "cross-origin" } else { "same-origin" };
            assert_eq!(answer.header("cross-origin-resource-policy"), Some(resource), "e23: {path}");
        }
    }
    let config = async |server: &Server| -> serde_json::Value {
        let answer = get(server, "/config.json").await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        answer.json()
    };
    assert_eq!(config(&none).await, json!({}));
    assert_eq!(config(&some).await, json!({"embed": {"allowed_origins": origins}}), "e1");
    std::fs::write(dist.path().join("config.json"), "{ not JSON").unwrap();
    assert_eq!(get(&some, "/config.json").await.text(), "{ not JSON", "the app says what is wrong with it");
}

#[tokio::test]
async fn files_are_sent_compressed() {
    let dist = dist();
    let server = Server::start_with(|config| config.dist = Some(dist.path().to_owned())).await;
    let get = async |path: &str| {
        send(server.anyone().bare(Method::GET, path).header("accept-encoding", "br, gzip")).await
    };
    let ready = get("/assets/app-0123456789abcdef/app_bg.wasm").await;
    assert_eq!((ready.header("content-encoding"), ready.text().as_str()), (Some("br"), "compressed"));
    assert_eq!(ready.header("content-type"), Some("application/wasm"));
    let fresh = get("/boot.js").await;
    assert_eq!(fresh.header("content-encoding"), Some("br"));
    assert!(fresh.body.len() < 200);
    // As in a build for trials.
    let code = vec![b'a'; 10_000];
    std::fs::write(dist.path().join("assets/app-0123456789abcdef/trial_bg.wasm"), &code).unwrap();
    let trial = get("/assets/app-0123456789abcdef/trial_bg.wasm").await;
    assert_eq!((trial.header("content-encoding"), trial.body == code), (None, true));
}

#[tokio::test]
async fn o5_the_page_and_the_service_worker_name_the_version_of_this_server() {
    const PAGE: &str =
        "<!doctype html><html data-base=\"/\"><script src=\"boot.js\" data-version=\"\"></script>";
    let dist = dist();
    let put = |name: &str, text: &str| std::fs::write(dist.path().join(name), text).unwrap();
    put("index.html", PAGE);
    put("sw.js", include_str!("../../../../public/sw.js"));
    // Of the build before: not what is sent.
    put("sw.js.br", "compressed");
    let server = async |embedders: &[&str]| {
        Server::start_with(|config| {
            config.dist = Some(dist.path().to_owned());
            config.embedders = embedders.iter().map(|origin| origin.parse().unwrap()).collect();
        })
        .await
    };
    let get = async |server: &Server, path: &str| send(server.anyone().bare(Method::GET, path)).await;
    let version = async |server: &Server| {
        let page = get(server, "/settings/admin/users").await.text();
        let worker = get(server, "/sw.js").await;
        assert!(worker.header("content-type").unwrap().starts_with("text/javascript"));
        let (_, rest) = page.split_once("data-version=\"").unwrap();
        let version = rest.split_once('"').unwrap().0.to_owned();
        assert_eq!(version.len(), 16, "{page}");
        assert!(worker.text().contains(&format!("\"version\":\"{version}\"")));
        version
    };
    let usual = server(&[]).await;
    let first = version(&usual).await;
    assert_ne!(first, version(&server(&["https://crm.example.com"]).await).await, "its headers are others");
    // What a browser has already is not sent again.
    let tag = get(&usual, "/").await.header("etag").unwrap().to_owned();
    let known = send(usual.anyone().bare(Method::GET, "/sw.js").header("if-none-match", &tag)).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let plain = get(&usual, "/sw.js").await;
    assert_eq!(plain.header("content-encoding"), None);
    for (accepted, coding) in
        [("gzip, deflate, br", Some("br")), ("br;q=0, gzip;q=0.5", Some("gzip")), ("identity", None)]
    {
        let sent = send(usual.anyone().bare(Method::GET, "/sw.js").header("accept-encoding", accepted)).await;
        assert_eq!(sent.header("content-encoding"), coding, "{accepted}");
        assert_ne!(sent.body, b"compressed");
        assert_eq!(sent.body.len() < plain.body.len() / 2, coding.is_some(), "{accepted}");
    }

    put("index.html", &PAGE.replace("<script", "<title>Ours</title><script"));
    assert_ne!(version(&usual).await, first, "another build");
    put("sw.js", include_str!("../../../../public/sw-off.js"));
    assert!(get(&usual, "/sw.js").await.text().contains("registration.unregister()"), "o6");
    assert!(get(&usual, "/").await.text().contains("<title>Ours"));
    let reloads = async |why: &str| {
        let page = get(&usual, "/settings/admin/users").await;
        assert!(page.text().contains("src=\"/boot.js\""), "o6: {why}: {}", page.text());
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{why}");
        assert_eq!(page.header("cache-control"), Some(CACHE_NAMED), "{why}");
        assert!(page.header("content-security-policy").is_some(), "{why}");
    };
    reloads("switched off").await;
    for name in ["sw.js", "sw.js.br"] {
        std::fs::remove_file(dist.path().join(name)).unwrap();
    }
    reloads("removed").await;
    assert_eq!(get(&usual, "/sw.js").await.status, 404, "o6");
}

#[tokio::test]
async fn files_outside_the_folder_stay_outside() {
    let dist = dist();
    std::fs::write(dist.path().parent().unwrap().join("msi-outside.txt"), "secret").unwrap();
    let server = Server::start_with(|config| config.dist = Some(dist.path().to_owned())).await;
    for path in ["/%2e%2e/msi-outside.txt", "/..%2fmsi-outside.txt", "/%2e%2e%2fmsi-outside.txt"] {
        let answer = send(server.anyone().bare(Method::GET, path)).await;
        assert!(!answer.text().contains("secret"), "{path}");
    }
    std::fs::remove_file(dist.path().parent().unwrap().join("msi-outside.txt")).unwrap();
}

#[tokio::test]
async fn s9_the_mailbox_shows_mails_without_letting_them_run() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut new = crate::harness::csv(1);
    new.options.message = Some("<script>alert(1)</script>".to_owned());
    admin.send_batch(&new, &[crate::harness::row(2, "ana@example.com")]).await;
    let link = admin.mail_to("ana@example.com").await.link();
    let page = async |path: &str| send(admin.bare(Method::GET, path)).await;
    let list = page("/mailbox").await;
    assert!(list.text().contains("ana@example.com") && list.text().contains("href=\"/mailbox/1\""));
    // Without an icon of their own, Firefox and WebKit ask for one that the policy refuses.
    assert!(list.text().contains("rel=\"icon\" href=\"data:,\""));
    let mail = page("/mailbox/1").await;
    assert!(mail.text().contains(&format!("<a href=\"{link}\">")), "{}", mail.text());
    assert!(!mail.text().contains("<script"));
    let html = page("/mailbox/1/html").await;
    assert!(html.text().contains("&lt;script&gt;") && !html.text().contains("<script"));
    let policy = html.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("sandbox")
            && !policy.contains("allow-scripts")
    );
    let (_, policy) = &usual_headers()[0];
    assert_ne!(list.header("content-security-policy"), Some(policy.as_str()), "its search is a form");
    assert_eq!(page("/mailbox/2").await.status, 404);
    assert!(page("/mailbox?search=nobody").await.text().contains("0 mails"));
}

#[tokio::test]
async fn the_mailbox_tells_what_is_new_shows_every_part_of_a_mail_and_leads_back() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let page = async |path: &str| send(admin.bare(Method::GET, path)).await.text();
    assert!(page("/mailbox").await.contains("No mail yet"));
    admin.send_batch(&crate::harness::csv(1), &[crate::harness::row(2, "ana@example.com")]).await;
    admin.mail_to("ana@example.com").await;
    let list = page("/mailbox").await;
    for part in
        ["1 mail, 1 unread", "aria-label=\"Unread\"", "<time datetime=\"20", "just now", "href=\"/\">Back"]
    {
        assert!(list.contains(part), "{part} in {list}");
    }
    assert!(page("/mailbox/1").await.contains("src=\"/mailbox/1/html?look=auto\""));
    let list = page("/mailbox").await;
    assert!(list.contains("1 mail</p>") && !list.contains("Unread"), "opened: {list}");
    assert!(page("/mailbox/1?part=text").await.contains("\n----\r\n"));
    let source = page("/mailbox/1?part=source").await;
    for header in ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: OOF, AutoReply", "Date: "] {
        assert!(source.contains(header), "{header} in {source}");
    }
    assert!(page("/mailbox/1/html").await.contains("@media (prefers-color-scheme: dark)"));
    assert!(page("/mailbox/1/html?look=dark").await.contains("@media all"));
    assert!(page("/mailbox/1/html?look=light").await.contains("@media not all"));
}

/// A report of the Reporting API.
fn report(client: &crate::harness::Client, kind: &str, body: String) -> reqwest::RequestBuilder {
    let path = format!("{}{}", api_types::paths::BASE, api_types::paths::CSP_REPORTS);
    client.bare(Method::POST, &path).header("content-type", kind.to_owned()).body(body)
}

#[tokio::test]
async fn c9_browsers_report_without_the_apps_proof_seldom_and_little() {
    let server = Server::start().await;
    let anyone = server.anyone();
    let one =
        r#"[{"type": "csp-violation", "body": {"effectiveDirective": "img-src", "blockedURL": "data"}}]"#;
    let taken = send(report(&anyone, "application/reports+json", one.to_owned())).await;
    assert_eq!((taken.status.as_u16(), taken.body.len()), (204, 0));
    let older = r#"{"csp-report": {"effective-directive": "img-src", "blocked-uri": "data"}}"#;
    assert_eq!(send(report(&anyone, "application/csp-report", older.to_owned())).await.status, 204);

    let other = send(report(&anyone, "application/json", one.to_owned())).await;
    assert_eq!(other.code(), ProblemCode::UnsupportedMediaType);
    let broken = send(report(&anyone, "application/reports+json", "[".to_owned())).await;
    assert_eq!(broken.code(), ProblemCode::BadRequest);
    let large = send(report(&anyone, "application/reports+json", " ".repeat(64 * 1024 + 1))).await.problem();
    assert_eq!((large.code, large.limit.unwrap().value), (ProblemCode::PayloadTooLarge, 64 * 1024));

    let mut codes = Vec::new();
    for _ in 0..30 {
        codes.push(send(report(&anyone, "application/reports+json", one.to_owned())).await.status.as_u16());
    }
    assert!(codes.contains(&429), "{codes:?}");
}

#[tokio::test]
async fn a17_the_mailbox_answers_under_the_servers_own_names_only() {
    let server = Server::start().await;
    let port = server.base.rsplit(':').next().unwrap();
    for (host, status) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        (format!("rebound.example:{port}"), 404),
    ] {
        let request = server.anyone().bare(Method::GET, "/mailbox/messages.json").header("host", &host);
        assert_eq!(send(request).await.status.as_u16(), status, "{host}");
    }
}

#[tokio::test]
async fn a26_all_text_says_that_it_is_utf_8() {
    let dist = dist();
    let put = |name: &str, text: &str| std::fs::write(dist.path().join(name), text).unwrap();
    put("assets/style-0123456789abcdef.css", "p { color: red }");
    put("assets/icon-0123456789abcdef.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    put("robots.txt", "User-agent: *");
    let server = Server::start_with(|config| config.dist = Some(dist.path().to_owned())).await;
    let kind = async |path: &str| {
        let answer =
            send(server.anyone().bare(Method::GET, path).header("accept-encoding", "br, gzip")).await;
        answer.header("content-type").map(str::to_ascii_lowercase)
    };
    for (path, text) in [
        ("/", "text/html"),
        ("/settings/admin/users", "text/html"),
        ("/boot.js", "text/javascript"),
        ("/assets/style-0123456789abcdef.css", "text/css"),
        ("/assets/icon-0123456789abcdef.svg", "image/svg+xml"),
        ("/robots.txt", "text/plain"),
        ("/oauth-result.html", "text/html"),
        ("/oauth-result.js", "text/javascript"),
        ("/livez", "text/plain"),
    ] {
        assert_eq!(kind(path).await, Some(format!("{text}; charset=utf-8")), "{path}");
    }
    // JSON has no charset: it is UTF-8 always.
    for (path, is) in [("/config.json", "application/json"), ("/api/v1/session", "application/problem+json")]
    {
        assert_eq!(kind(path).await.as_deref(), Some(is), "{path}");
    }
}

#[tokio::test]
async fn a26_folders_are_not_listed() {
    let dist = dist();
    let server = Server::start_with(|config| config.dist = Some(dist.path().to_owned())).await;
    for path in
        ["/", "/assets", "/assets/", "/assets/app-0123456789abcdef", "/assets/app-0123456789abcdef/", "/."]
    {
        let answer = send(server.anyone().bare(Method::GET, path)).await;
        let text = answer.text();
        assert!(!text.contains("app_bg.wasm") && !text.contains("users.webp"), "{path}: {text}");
    }
    let folder = send(server.anyone().bare(Method::GET, "/assets/app-0123456789abcdef/")).await;
    assert_eq!(folder.status, 404);
}

#[tokio::test]
async fn a26_nothing_is_sent_back_by_trace() {
    let dist = dist();
    let server = Server::start_with(|config| config.dist = Some(dist.path().to_owned())).await;
    for path in ["/", "/boot.js", "/api/v1/session", "/api/v1/users", "/livez", "/oauth/callback", "/mailbox"]
    {
        for method in [Method::TRACE, Method::from_bytes(b"TRACK").unwrap()] {
            let request = server.anyone().bare(method.clone(), path).header("x-canary", "canary-4711");
            let answer = send(request).await;
            assert!(answer.status.is_client_error(), "{method} {path}: {}", answer.status);
            assert!(!answer.text().contains("canary-4711"), "{method} {path}");
        }
    }
}
