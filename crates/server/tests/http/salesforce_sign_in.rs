//! Signing in, accepting invitations and proving who one is through Salesforce.

use std::time::Duration;

use api_types::{
    Account, Activation, AuditAction, AuditEvent, ConnectionFailure, FlowPurpose, FlowStarted, FlowState,
    List, LoginManagement, ProblemCode, ProofAsked, ProofWay, Protection, Session, User, UserStatus,
    WithoutSalesforce, paths,
};
use serde_json::json;

use crate::harness::{ADMIN, Client, PASSWORD, Server, row, token};
use crate::rights::{EVA, lose};
use crate::salesforce_browser::{Browser, Decision, Salesforce};

/// Of a window that makes Salesforce ask.
const ASKING: &str = "?prompt=login";

/// Signs in through Salesforce, from the browser of that client, as that user.
async fn sign_in(server: &Server, from: &Client, username: &str) -> (FlowState, Client) {
    sign_in_by(server, from, username, "").await
}

/// The same by a window with that query.
async fn sign_in_by(server: &Server, from: &Client, username: &str, query: &str) -> (FlowState, Client) {
    let mut started = from.begin_sign_in(None).await;
    started.start_url.push_str(query);
    let mut browser = Browser::of(server, from);
    browser.through(&started, username).await;
    let mut client = server.anyone();
    client.cookie = browser.session();
    (from.flow(&started.flow.id).await.state, client)
}

async fn user(admin: &Client, email: &str) -> User {
    let found: List<User> = admin.get(&format!("{}?search={email}", paths::USERS)).await.json();
    found.items.into_iter().next().expect("a person")
}

async fn set(admin: &Client, management: LoginManagement) -> crate::harness::Answer {
    admin.patch_at("*", paths::ACCOUNT, &json!({"login_management": management})).await
}

#[tokio::test]
async fn s2_a_member_signs_in_as_whom_salesforce_says_they_are() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let (state, ana) = sign_in(&server, &server.anyone(), "Ana@Example.com").await;
    assert_eq!(state, FlowState::Completed);
    let session: Session = ana.get(paths::SESSION).await.json();
    assert_eq!(session.user.email, "ana@example.com");
    let stats = Salesforce::of(&server).stats().await;
    assert_eq!((stats.token_calls, stats.revocations), (1, 1), "nothing is kept of Salesforce");
    let admin = server.admin().await;
    let path = format!("{}?action={}", paths::AUDIT_EVENTS, AuditAction::SignedIn.as_str());
    let events: List<AuditEvent> = admin.get(&path).await.json();
    assert!(events.items.iter().any(|event| event.subject == "ana@example.com (Salesforce)"), "{events:?}");
}

#[tokio::test]
async fn s2_nobody_else_gets_in() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "invited@example.com")]).await;
    let other = FlowState::Failed(ConnectionFailure::OtherPerson);
    for username in ["nobody@example.com", "invited@example.com"] {
        let (state, client) = sign_in(&server, &server.anyone(), username).await;
        assert_eq!((state, client.cookie), (other, None), "{username}");
    }
    let ana = user(&admin, "ana@example.com").await;
    admin.post(&paths::user_deactivate(&ana.id), &json!({})).await;
    let (state, client) = sign_in(&server, &server.anyone(), "ana@example.com").await;
    assert_eq!((state, client.cookie), (other, None), "not who was deactivated");
}

#[tokio::test]
async fn s2_an_org_that_is_not_the_accounts_vouches_for_nobody() {
    let server = Server::start().await;
    server.member("otherorg@example.com").await;
    let (state, _) = sign_in(&server, &server.anyone(), "otherorg@example.com").await;
    assert_eq!(state, FlowState::Completed, "before any org is known");
    let (state, _) = sign_in(&server, &server.anyone(), ADMIN).await;
    assert_eq!(state, FlowState::Completed, "a member does not choose the account's org");
    let (state, client) = sign_in(&server, &server.anyone(), "otherorg@example.com").await;
    assert_eq!((state, client.cookie), (FlowState::Failed(ConnectionFailure::OtherPerson), None));

    let server = Server::start().await;
    server.member("otherorg@example.com").await;
    server.admin().await.connect_salesforce(&server, ADMIN).await;
    let (state, _) = sign_in(&server, &server.anyone(), "otherorg@example.com").await;
    assert_eq!(state, FlowState::Failed(ConnectionFailure::OtherPerson), "a connection shows it too");
}

#[tokio::test]
async fn s2_the_accounts_orgs_stay_known_when_the_last_administrator_of_them_leaves() {
    for how in ["demoted", "deactivated", "removed", "disconnected"] {
        let server = Server::start().await;
        server.member("ana@example.com").await;
        server.member("otherorg@example.com").await;
        let eva = server.administrator(EVA).await;
        eva.connect_salesforce(&server, EVA).await;
        match how {
            "disconnected" => assert_eq!(eva.delete(paths::SALESFORCE).await.status, 204),
            _ => lose(&server.admin().await, how).await,
        }
        let (state, client) = sign_in(&server, &server.anyone(), "otherorg@example.com").await;
        let other = FlowState::Failed(ConnectionFailure::OtherPerson);
        assert_eq!((state, client.cookie), (other, None), "{how}");
        let (state, _) = sign_in(&server, &server.anyone(), "ana@example.com").await;
        assert_eq!(state, FlowState::Completed, "{how}: from the org that was known");

        // The account moves to another org.
        server.admin().await.connect_salesforce(&server, "otherorg@example.com").await;
        let (state, _) = sign_in(&server, &server.anyone(), "otherorg@example.com").await;
        assert_eq!(state, FlowState::Completed, "{how}");
        let (state, _) = sign_in(&server, &server.anyone(), "ana@example.com").await;
        assert_eq!(state, other, "{how}: the one before counts no more");
    }
}

#[tokio::test]
async fn a13_the_session_of_before_ends_by_signing_in_through_salesforce() {
    let server = Server::start().await;
    let before = server.member("ana@example.com").await;
    let (_, after) = sign_in(&server, &before, "ana@example.com").await;
    assert_ne!(before.cookie, after.cookie);
    assert_eq!(before.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    assert_eq!(after.get(paths::SESSION).await.status, 200);
}

#[tokio::test]
async fn s5_an_invitation_is_accepted_through_salesforce_by_whom_it_was_sent_to() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana.lopez@example.com")]).await;
    let link = token(&admin.mail_to("ana.lopez@example.com").await.link());
    let anyone = server.anyone();
    let accept = async |username: &str| {
        let started = anyone.begin_sign_in(Some(&link)).await;
        let mut browser = Browser::of(&server, &anyone);
        browser.through(&started, username).await;
        (anyone.flow(&started.flow.id).await.state, browser.session())
    };
    let other = (FlowState::Failed(ConnectionFailure::OtherPerson), None);
    assert_eq!(accept("somebody@example.com").await, other);
    assert_eq!(user(&admin, "ana.lopez@example.com").await.status, UserStatus::Invited, "and it stays open");

    let (state, session) = accept("ana.lopez@example.com").await;
    assert_eq!(state, FlowState::Completed);
    let mut ana = server.anyone();
    ana.cookie = session;
    let session: Session = ana.get(paths::SESSION).await.json();
    assert!(!session.user.has_password);
    assert_eq!((session.user.first_name.as_str(), session.user.last_name.as_str()), ("Ana", "Lopez"));
    let path = format!("{}?action={}", paths::AUDIT_EVENTS, AuditAction::UserActivated.as_str());
    assert_eq!(admin.get(&path).await.json::<List<AuditEvent>>().items.len(), 1);

    let body = json!({"environment": "salesforce", "return_to": "/", "activation_token": link});
    assert_eq!(anyone.post(paths::SALESFORCE_SIGN_INS, &body).await.code(), ProblemCode::LinkUsed);
    let forged = json!({"environment": "salesforce", "return_to": "/", "activation_token": "AAAA"});
    assert_eq!(anyone.post(paths::SALESFORCE_SIGN_INS, &forged).await.code(), ProblemCode::LinkInvalid);
}

#[tokio::test]
async fn s5_an_invitation_that_was_withdrawn_meanwhile_makes_nobody_a_member() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let link = token(&admin.mail_to("ana@example.com").await.link());
    let anyone = server.anyone();
    let started = anyone.begin_sign_in(Some(&link)).await;
    let invitation = user(&admin, "ana@example.com").await.invitation.expect("an invitation").id;
    assert_eq!(admin.once(&paths::invitation_revoke(&invitation), &()).await.status, 200);
    let mut browser = Browser::of(&server, &anyone);
    browser.through(&started, "ana@example.com").await;
    assert!(matches!(anyone.flow(&started.flow.id).await.state, FlowState::Failed(_)));
    assert_eq!(browser.session(), None);
}

#[tokio::test]
async fn s2_salesforce_alone_lets_people_in_once_it_has_let_an_administrator_in() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let lacks_admin =
        async |client: &Client| client.get(paths::ACCOUNT).await.json::<Account>().lacks_salesforce_admin;
    let refused = set(&admin, LoginManagement::SalesforceOnly).await;
    assert_eq!(refused.code(), ProblemCode::NobodyWithSalesforce);
    assert!(lacks_admin(&admin).await);
    sign_in(&server, &server.anyone(), "ana@example.com").await;
    let refused = set(&admin, LoginManagement::SalesforceOnly).await;
    assert_eq!(refused.code(), ProblemCode::NobodyWithSalesforce, "a member is not enough");
    assert!(lacks_admin(&admin).await);
    let (_, silent) = sign_in(&server, &admin, ADMIN).await;
    assert_eq!(set(&silent, LoginManagement::SalesforceOnly).await.code(), ProblemCode::ProofNeeded);
    assert!(!lacks_admin(&silent).await);
    let (_, admin) = sign_in_by(&server, &silent, ADMIN, ASKING).await;
    let account: Account = set(&admin, LoginManagement::SalesforceOnly).await.json();
    assert_eq!(account.login_management, LoginManagement::SalesforceOnly);

    let only = ProblemCode::SalesforceOnly;
    assert_eq!(server.anyone().sign_in("ana@example.com", PASSWORD).await.code(), only);
    assert_eq!(server.anyone().sign_in("nobody@example.com", PASSWORD).await.code(), only);
    let reset = json!({"email": "ana@example.com"});
    assert_eq!(server.anyone().post(paths::PASSWORD_RESETS, &reset).await.code(), only);
    admin.invite(&[row(2, "new@example.com")]).await;
    let link = token(&admin.mail_to("new@example.com").await.link());
    let inspected = server.anyone().post(paths::ACTIVATION_INSPECT, &json!({"token": link})).await;
    assert_eq!(inspected.json::<Activation>().login_management, LoginManagement::SalesforceOnly);
    let accepted = json!({"token": link, "password": PASSWORD});
    assert_eq!(server.anyone().post(paths::ACTIVATION_ACCEPT, &accepted).await.code(), only);

    let operators = server.admin().await;
    assert_eq!(operators.get(paths::SESSION).await.status, 200, "the operator's link always works");
    set(&operators, LoginManagement::AllLoginMethods).await;
    assert_eq!(server.anyone().sign_in("ana@example.com", PASSWORD).await.status, 200);
    let path = format!("{}?action={}", paths::AUDIT_EVENTS, AuditAction::LoginManagementChanged.as_str());
    assert_eq!(operators.get(&path).await.json::<List<AuditEvent>>().items.len(), 2);
}

#[tokio::test]
async fn s2_it_is_known_beforehand_whom_salesforce_alone_may_lock_out() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for address in ["cy@example.com", "bo@example.com"] {
        server.member(address).await;
    }
    let ana = server.member("ana@example.com").await;
    admin.invite(&[row(2, "invited@example.com")]).await;
    let bo = user(&admin, "bo@example.com").await;
    assert_eq!(admin.post(&paths::user_deactivate(&bo.id), &json!({})).await.status, 200);
    let names = async || {
        let found: WithoutSalesforce = admin.get(paths::WITHOUT_SALESFORCE).await.json();
        (found.total, found.people.into_iter().map(|person| person.email).collect::<Vec<_>>())
    };
    let all = vec![ADMIN.to_owned(), "ana@example.com".to_owned(), "cy@example.com".to_owned()];
    assert_eq!(names().await, (3, all), "administrators first; neither the invited nor the deactivated");
    sign_in(&server, &server.anyone(), "ana@example.com").await;
    assert_eq!(names().await.0, 2);
    for number in 0..12 {
        server.member(&format!("more{number}@example.com")).await;
    }
    let (total, named) = names().await;
    assert_eq!((total, named.len()), (14, 10));
    assert_eq!(ana.get(paths::WITHOUT_SALESFORCE).await.code(), ProblemCode::Forbidden);
}

#[tokio::test]
async fn s2_the_last_administrator_whom_salesforce_lets_in_is_protected() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let ana = user(&admin, "ana@example.com").await;
    let change = admin.request(reqwest::Method::PATCH, &paths::user(&ana.id)).header("if-match", "*");
    crate::harness::send(change.json(&json!({"role": "admin"}))).await;
    assert_eq!(user(&admin, "ana@example.com").await.protected, None);
    sign_in(&server, &server.anyone(), "ana@example.com").await;
    set(&admin, LoginManagement::SalesforceOnly).await;
    assert_eq!(user(&admin, "ana@example.com").await.protected, Some(Protection::LastAdmin));
    let refused = admin.post(&paths::user_deactivate(&ana.id), &json!({})).await;
    assert_eq!(refused.code(), ProblemCode::UserProtected);
    sign_in(&server, &server.anyone(), ADMIN).await;
    assert_eq!(user(&admin, "ana@example.com").await.protected, None);
}

#[tokio::test]
async fn a26_whoever_has_signed_in_once_is_known_by_org_and_user_and_not_by_an_address() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let from = async |environment: &str, username: &str| {
        let anyone = server.anyone();
        let body = json!({"environment": environment, "return_to": "/"});
        let started: FlowStarted = anyone.post(paths::SALESFORCE_SIGN_INS, &body).await.json();
        let mut browser = Browser::of(&server, &anyone);
        browser.through(&started, username).await;
        (anyone.flow(&started.flow.id).await.state, browser.session())
    };
    let other = (FlowState::Failed(ConnectionFailure::OtherPerson), None);
    assert_eq!(from("salesforce", "ana@example.com").await.0, FlowState::Completed);
    // A user with the same verified address, of another org: it counts for the account as long as none does more.
    assert_eq!(from("sandbox", "ana@example.com").await, other);
    assert_eq!(from("salesforce", "ana@example.com").await.0, FlowState::Completed, "nothing was changed");

    // Nor where the account has both orgs.
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let eva = server.administrator(EVA).await;
    eva.connect_to(&server, api_types::SalesforceEnvironment::Sandbox, EVA).await;
    assert_eq!(from("sandbox", "ana@example.com").await, other);
    assert_eq!(from("salesforce", "ana@example.com").await.0, FlowState::Completed);

    // An administrator lets the person come as another user.
    let ana = user(&admin, "ana@example.com").await;
    for path in [paths::user_deactivate(&ana.id), paths::user_reactivate(&ana.id)] {
        assert_eq!(admin.post(&path, &json!({})).await.status, 200);
    }
    assert_eq!(from("sandbox", "ana@example.com").await.0, FlowState::Completed);
    assert_eq!(from("salesforce", "ana@example.com").await, other);
}

#[tokio::test]
async fn a20_a_silent_sign_in_through_salesforce_is_no_proof_and_one_that_asks_is() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "new@example.com")]).await;
    let link = token(&admin.mail_to("new@example.com").await.link());
    let anyone = server.anyone();
    let started = anyone.begin_sign_in(Some(&link)).await;
    let mut browser = Browser::of(&server, &anyone);
    browser.through(&started, "new@example.com").await;
    let mut activated = server.anyone();
    activated.cookie = browser.session();
    let (_, silent) = sign_in(&server, &anyone, ADMIN).await;
    let (_, asked) = sign_in_by(&server, &anyone, ADMIN, ASKING).await;
    for (client, is_fresh) in [(activated, false), (silent, false), (asked, true)] {
        let proof: ProofAsked = client.get(paths::SESSION_PROOF).await.json();
        assert_eq!((proof.is_fresh, proof.ways), (is_fresh, vec![ProofWay::Salesforce, ProofWay::Code]));
    }
    let with_password = server.member("ana@example.com").await;
    let (_, with_both) = sign_in(&server, &anyone, "ana@example.com").await;
    for client in [with_password, with_both] {
        let proof: ProofAsked = client.get(paths::SESSION_PROOF).await.json();
        assert_eq!(proof.ways, [ProofWay::Password]);
        let refused = client.post(paths::SESSION_PROOF_SALESFORCE, &json!({})).await;
        assert_eq!(refused.code(), ProblemCode::Conflict);
    }
}

#[tokio::test]
async fn a20_salesforce_proves_whom_it_has_let_in_by_its_password_and_nobody_else() {
    let server = Server::start().await;
    let (_, mut admin) = sign_in(&server, &server.anyone(), ADMIN).await;
    let (_, elsewhere) = sign_in(&server, &server.anyone(), ADMIN).await;
    let is_fresh =
        async |client: &Client| client.get(paths::SESSION_PROOF).await.json::<ProofAsked>().is_fresh;
    let begin = async |client: &Client| -> FlowStarted {
        client.post(paths::SESSION_PROOF_SALESFORCE, &json!({})).await.json()
    };
    let callback = async |started: &FlowStarted, browser: &mut Browser, username: &str| {
        browser.go(&started.start_url, username, Decision::Allow).await
    };

    // Another user of the org.
    let started = begin(&admin).await;
    assert_eq!(started.flow.purpose, FlowPurpose::Prove);
    Browser::of(&server, &admin).through(&started, "ana@example.com").await;
    let other = FlowState::Failed(ConnectionFailure::OtherPerson);
    assert_eq!((admin.flow(&started.flow.id).await.state, is_fresh(&admin).await), (other, false));
    assert_eq!(server.audited(AuditAction::ProofFailed).await.len(), 1, "A16");

    // Another session, none, and too late.
    let started = begin(&admin).await;
    for client in [&elsewhere, &server.anyone()] {
        let refused = Browser::of(&server, client).visit(&started.start_url).await;
        assert_eq!(refused.status, 400);
    }
    let mut browser = Browser::of(&server, &admin);
    let late = callback(&started, &mut browser, ADMIN).await;
    server.clock.advance(Duration::from_secs(10 * 60));
    assert_eq!((browser.visit(&late).await.status.as_u16(), is_fresh(&admin).await), (400, false));

    // Salesforce is made to ask, whatever the window wants, and nothing is kept of it.
    let started = begin(&admin).await;
    let redirected = Browser::of(&server, &admin).visit(&started.start_url).await;
    let to = redirected.header("location").expect("a location");
    assert!(to.contains("prompt=login") && !to.contains("refresh_token"), "{to}");
    let mut browser = Browser::of(&server, &admin);
    browser.through(&started, ADMIN).await;
    assert_eq!(admin.flow(&started.flow.id).await.state, FlowState::Completed);
    assert_ne!(browser.session(), admin.cookie, "A13");
    admin.cookie = browser.session();
    assert_eq!((is_fresh(&admin).await, is_fresh(&elsewhere).await), (true, false));

    // A session that ends meanwhile.
    let started = begin(&admin).await;
    let mut browser = Browser::of(&server, &admin);
    let ended = callback(&started, &mut browser, ADMIN).await;
    assert_eq!(admin.delete(paths::SESSION).await.status, 204);
    assert_eq!(browser.visit(&ended).await.status, 400);
    assert!(!is_fresh(&elsewhere).await);
}

#[tokio::test]
async fn u3_how_people_sign_in_is_changed_in_the_version_that_was_seen() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (_, admin) = sign_in_by(&server, &admin, ADMIN, ASKING).await;
    let seen = admin.get(paths::ACCOUNT).await.json::<Account>().version;
    let to = |management: LoginManagement| json!({"login_management": management});
    let change =
        async |version: &str, management| admin.patch_at(version, paths::ACCOUNT, &to(management)).await;
    let unversioned = admin.patch(paths::ACCOUNT, &to(LoginManagement::SalesforceOnly)).await;
    assert_eq!(unversioned.code(), ProblemCode::VersionMissing);
    let seen = format!("\"{seen}\"");
    let after: Account = change(&seen, LoginManagement::SalesforceOnly).await.json();
    let back = format!("\"{}\"", after.version);
    assert_eq!(change(&back, LoginManagement::AllLoginMethods).await.status, 200);
    // An undo of the first change goes over the second one no more than over somebody else's.
    for version in [&seen, &back] {
        assert_eq!(change(version, LoginManagement::SalesforceOnly).await.code(), ProblemCode::Stale);
    }
    let account: Account = admin.get(paths::ACCOUNT).await.json();
    assert_eq!(account.login_management, LoginManagement::AllLoginMethods);

    // The rule on second factors is changed in the same version.
    let rule = json!({"factor_rule": {"needed_from": "administrators", "grace_days": 14}});
    assert_eq!(admin.patch_at(&back, paths::ACCOUNT, &rule).await.code(), ProblemCode::Stale);
    let now = format!("\"{}\"", account.version);
    let ruled: Account = admin.patch_at(&now, paths::ACCOUNT, &rule).await.json();
    assert_eq!((ruled.version, ruled.factor_rule.grace_days), (account.version + 1, 14));
    assert_eq!(change(&now, LoginManagement::SalesforceOnly).await.code(), ProblemCode::Stale);
}
