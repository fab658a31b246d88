//! User Management.

use std::time::Duration;

use api_types::{
    Account, AuditAction, AuditEvent, Batch, BatchSource, DeliveryStatus, InvitationStatus, List, Me, NewRow,
    OwnMarketo, Persona, ProblemCode, Protection, Role, Team, User, UserRecord, UserStatus, Workspace, paths,
};
use reqwest::Method;
use serde_json::json;

use crate::harness::{ADMIN, Answer, Client, PASSWORD, Server, csv, row, send};
use crate::long_lists::database;

async fn list(client: &Client, query: &str) -> List<User> {
    client.get(&format!("/users?{query}")).await.json()
}

async fn find(client: &Client, email: &str) -> User {
    list(client, &format!("search={email}")).await.items.remove(0)
}

async fn change(client: &Client, user: &User, version: &str, body: serde_json::Value) -> Answer {
    send(client.request(Method::PATCH, &paths::user(&user.id)).header("if-match", version).json(&body)).await
}

#[tokio::test]
async fn u5_access_is_ended_and_given_back_only_to_the_version_that_was_seen() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let seen = find(&admin, "ana@example.com").await;
    let act = async |path: String, version: u32| {
        send(admin.request(Method::POST, &path).header("if-match", format!("\"{version}\"")).json(&json!({})))
            .await
    };
    assert_eq!(change(&admin, &seen, "*", json!({"first_name": "Ana"})).await.status, 200);
    let stale = act(paths::user_deactivate(&seen.id), seen.version).await;
    assert_eq!(stale.code(), ProblemCode::Stale);
    let now: User = act(paths::user_deactivate(&seen.id), seen.version + 1).await.json();
    assert_eq!((now.status, now.version), (UserStatus::Deactivated, seen.version + 2));
    let stale = act(paths::user_reactivate(&seen.id), seen.version).await;
    assert_eq!(stale.code(), ProblemCode::Stale);
    let now: User = act(paths::user_reactivate(&seen.id), now.version).await.json();
    assert_eq!(now.status, UserStatus::Active);
}

#[tokio::test]
async fn people_are_searched_filtered_sorted_and_paged() {
    let server = Server::start_with(|config| config.sample_data = true).await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "zz_100%@example.com"), row(3, "zzz@example.com")]).await;
    let all = list(&admin, "limit=200").await;
    assert_eq!((all.meta.total, all.items.len()), (243, 200));

    for query in ["sort=name", "sort=email&order=descending", "sort=role", "sort=status", "sort=last_sign_in"]
    {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&admin, &format!("{query}&limit=37{cursor}")).await;
            assert_eq!(page.meta.total, 243);
            seen.extend(page.items);
            match page.meta.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut ids: Vec<_> = seen.iter().map(|user| user.id.clone()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 243, "{query}: everybody once");
        if query.starts_with("sort=email") {
            assert!(seen.is_sorted_by(|a, b| a.email.to_lowercase() >= b.email.to_lowercase()));
        }
        if query == "sort=last_sign_in" {
            assert!(seen.is_sorted_by(|a, b| a.last_sign_in_at <= b.last_sign_in_at));
        }
    }

    assert_eq!(list(&admin, "search=ZZ_100%25").await.meta.total, 1, "wildcards are letters");
    assert_eq!(
        list(&admin, "search=garc%C3%ADa").await.meta.total,
        list(&admin, "search=GARC%C3%8DA").await.meta.total
    );
    let admins = list(&admin, "role=admin&status=active").await;
    assert!(admins.meta.total > 1 && admins.items.iter().all(|user| user.role == Role::Admin));
    let gone = list(&admin, "status=deactivated&limit=3").await;
    assert!(gone.meta.total > 10 && gone.items.iter().all(|user| user.status == UserStatus::Deactivated));
    assert_eq!(list(&admin, "status=invited").await.meta.total, 2);
    assert_eq!(list(&admin, "status=expired").await.meta.total, 0);

    let statuses = all.meta.statuses.unwrap();
    assert_eq!((statuses.total(), statuses.invited, statuses.expired), (243, 2, 0));
    assert_eq!(gone.meta.statuses, Some(statuses), "counted without the filter by status");
    let of_admins = admins.meta.statuses.unwrap();
    assert!(of_admins.active == admins.meta.total && of_admins.total() < statuses.total());
    let few = list(&admin, "search=zz").await.meta;
    assert_eq!((few.total, few.statuses.unwrap().invited, few.before), (2, 2, Some(0)));

    let first = list(&admin, "limit=50").await.meta;
    let second = list(&admin, &format!("limit=50&cursor={}", first.next_cursor.unwrap())).await.meta;
    assert_eq!((first.before, second.before), (Some(0), Some(50)));
}

#[tokio::test]
async fn people_are_filtered_by_team_and_everybody_is_in_everyone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut ana = row(2, "ana@example.com");
    ana.teams = vec!["Inside Sales".to_owned()];
    admin.invite(&[ana, row(3, "bo@example.com")]).await;
    let teams: List<Team> = admin.get(paths::TEAMS).await.json();
    let of = async |name: &str| {
        let team = teams.items.iter().find(|team| team.name == name).unwrap();
        list(&admin, &format!("team={}", team.id)).await
    };
    let found = of("Inside Sales").await;
    assert_eq!(found.items.len(), 1);
    assert_eq!((found.items[0].email.as_str(), found.meta.total), ("ana@example.com", 1));
    assert_eq!(of("Everyone").await.meta.total, 3);
    let unknown = list(&admin, "team=00000000-0000-7000-8000-000000000000").await;
    assert_eq!(unknown.meta.total, 0, "a team that was deleted has no members");
}

#[tokio::test]
async fn a_workspace_of_the_account_is_chosen_for_somebody() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let ana = find(&admin, "ana@example.com").await;
    let workspaces: List<Workspace> = admin.get(paths::WORKSPACES).await.json();
    let same = change(&admin, &ana, "*", json!({"workspace": workspaces.items[0].id})).await;
    assert_eq!(same.json::<User>().version, ana.version, "the one it is already");
    let unknown = "00000000-0000-7000-8000-000000000000";
    let refused = change(&admin, &ana, "*", json!({"workspace": unknown})).await;
    assert_eq!(refused.code(), ProblemCode::InvalidField);

    let another = "01900000-0000-7000-8000-000000000001";
    sqlx::query(
        "INSERT INTO workspaces (id, account_id, name, name_key, is_default)
         SELECT $1, id, 'Japan', 'japan', 0 FROM accounts",
    )
    .bind(another)
    .execute(&mut database(&server).await)
    .await
    .unwrap();
    for _ in 0..2 {
        let moved: User = change(&admin, &ana, "*", json!({"workspace": another})).await.json();
        assert_eq!((moved.workspace.as_str(), moved.version), ("Japan", ana.version + 1));
    }
    let events: List<AuditEvent> =
        admin.get(&format!("{}?action=workspace_changed", paths::AUDIT_EVENTS)).await.json();
    let subjects: Vec<_> = events.items.iter().map(|event| event.subject.as_str()).collect();
    assert_eq!(subjects, ["ana@example.com (Default → Japan)"], "what is not changed is not noted");
}

#[tokio::test]
async fn sample_data_is_added_once() {
    let mut server = Server::start_with(|config| config.sample_data = true).await;
    server.restart().await;
    assert_eq!(list(&server.admin().await, "").await.meta.total, 241);
}

#[tokio::test]
async fn a_role_is_changed_in_the_version_that_was_seen() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ana = server.member("ana@example.com").await;
    let user = find(&admin, "ana@example.com").await;
    let path = paths::user(&user.id);
    let body = json!({"role": "admin", "first_name": "Ana"});
    assert_eq!(admin.patch(&path, &body).await.code(), ProblemCode::VersionMissing);
    let etag = admin.get(&path).await.header("etag").unwrap().to_owned();
    let answer = change(&admin, &user, &etag, body).await;
    let changed: User = answer.json();
    assert_eq!((changed.role, changed.first_name.as_str()), (Role::Admin, "Ana"));
    assert_eq!(answer.header("etag"), Some(format!("\"{}\"", changed.version).as_str()));
    let stale = change(&admin, &user, &etag, json!({"role": "user"})).await;
    assert_eq!(stale.code(), ProblemCode::Stale);
    assert_eq!(
        ana.get(paths::SESSION).await.code(),
        ProblemCode::SignedOut,
        "a13: a new role, a new session"
    );
    let mut ana = server.anyone();
    ana.sign_in("ana@example.com", PASSWORD).await;
    assert_eq!(ana.get(paths::USERS).await.status, 200);
}

#[tokio::test]
async fn people_are_deactivated_reactivated_and_removed() {
    let server = Server::start_with(|config| config.account.seats = Some(2)).await;
    let admin = server.admin().await;
    let ana = server.member("ana@example.com").await;
    let user = find(&admin, "ana@example.com").await;
    let answer: User = admin.post(&paths::user_deactivate(&user.id), &()).await.json();
    assert_eq!(answer.status, UserStatus::Deactivated);
    assert_eq!(ana.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    assert_eq!(
        server.anyone().sign_in("ana@example.com", PASSWORD).await.code(),
        ProblemCode::WrongCredentials
    );
    let batch = admin.invite(&[row(2, "ana@example.com")]).await;
    assert_eq!(batch.verdicts.member, 1, "somebody deactivated is a member still");

    admin.invite(&[row(2, "bob@example.com")]).await;
    let full = admin.post(&paths::user_reactivate(&user.id), &()).await;
    assert_eq!(full.code(), ProblemCode::SeatsExhausted);
    let bob = find(&admin, "bob@example.com").await;
    assert_eq!(admin.post(&paths::user_deactivate(&bob.id), &()).await.code(), ProblemCode::Conflict);
    assert_eq!(admin.delete(&paths::user(&bob.id)).await.status, 204);
    assert_eq!(admin.post(&paths::user_reactivate(&user.id), &()).await.status, 200);
    assert_eq!(server.anyone().sign_in("ana@example.com", PASSWORD).await.status, 200);

    assert_eq!(admin.delete(&paths::user(&user.id)).await.status, 204);
    assert_eq!(admin.get(&paths::user(&user.id)).await.code(), ProblemCode::NotFound);
    assert_eq!(admin.delete(&paths::user(&user.id)).await.code(), ProblemCode::NotFound);
    assert_eq!(admin.invite(&[row(2, "ana@example.com")]).await.verdicts.ready, 1);
}

#[tokio::test]
async fn oneself_and_the_last_admin_stay() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(find(&admin, ADMIN).await.protected, Some(Protection::Yourself));
    let mut row = row(2, "ana@example.com");
    row.role = Some("admin".to_owned());
    admin.invite(&[row]).await;
    let mut ana = server.anyone();
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;
    assert_eq!(find(&admin, "ana@example.com").await.protected, None, "there is another admin");
    let herself = find(&ana, "ana@example.com").await;
    assert_eq!(herself.protected, Some(Protection::Yourself));

    let path = paths::user(&herself.id);
    let refusals = [
        ana.delete(&path).await,
        ana.post(&paths::user_deactivate(&herself.id), &()).await,
        change(&ana, &herself, "*", json!({"role": "user"})).await,
    ];
    for refusal in refusals {
        let problem = refusal.problem();
        assert_eq!((problem.code, problem.detail.as_deref()), (ProblemCode::UserProtected, Some("yourself")));
    }
    assert_eq!(
        change(&ana, &herself, "*", json!({"first_name": "A"})).await.status,
        200,
        "a name may change"
    );
}

#[tokio::test]
async fn teams_and_workspaces_are_listed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let teams: List<Team> = admin.get(paths::TEAMS).await.json();
    assert!(teams.items[0].everyone && teams.items[0].name == "Everyone" && teams.items[0].members == 1);
    assert_eq!(teams.meta.total, 4, "a sandbox has some teams to try");
    let workspaces: List<Workspace> = admin.get(paths::WORKSPACES).await.json();
    assert!(workspaces.items.len() == 1 && workspaces.items[0].default);
}

#[tokio::test]
async fn an_invited_person_shows_with_the_invitation() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let user = find(&admin, "ana@example.com").await;
    let invitation = user.invitation.unwrap();
    assert_eq!(user.status, UserStatus::Invited);
    assert!(invitation.expires_at > invitation.sent_at);
    server.clock.advance(Duration::from_secs(7 * 24 * 3600));
    let admin = server.admin().await;
    assert_eq!(find(&admin, "ana@example.com").await.status, UserStatus::Expired);
    let account: Account = admin.get(paths::ACCOUNT).await.json();
    assert_eq!(account.seats.used, 1, "an expired invitation takes no seat");
}

#[tokio::test]
async fn r15_who_is_invited_shows_with_what_became_of_the_mail() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.invite(&[row(2, "ana@example.com"), row(3, "bounce@example.com")]).await;
    admin.settled(&batch.id).await;
    let delivery = async |email| find(&admin, email).await.invitation.and_then(|pending| pending.delivery);
    assert_eq!(delivery("ana@example.com").await, Some(DeliveryStatus::Sent));
    assert_eq!(delivery("bounce@example.com").await, Some(DeliveryStatus::Failed));
    assert_eq!(find(&admin, "bounce@example.com").await.status, UserStatus::Invited);
}

/// Invites people by the first part of their address, first and last name.
async fn invite_named<const N: usize>(admin: &Client, people: [(&str, &str, &str); N]) {
    let rows: Vec<NewRow> = (2..)
        .zip(people)
        .map(|(number, (address, first, last))| NewRow {
            first_name: Some(first.into()),
            last_name: Some(last.into()),
            ..row(number, &format!("{address}@example.com"))
        })
        .collect();
    admin.invite(&rows).await;
}

#[tokio::test]
async fn names_are_written_found_and_sorted_as_their_script_has_them() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let me: Me = admin.patch(paths::PROFILE, &json!({"first_name": "지우", "last_name": "박"})).await.json();
    assert_eq!(me.display_name(), "박지우");
    let invited = [("minjun", "민준", "김"), ("taro", "太郎", "山田"), ("ana", "Ana", "López")];
    invite_named(&admin, invited).await;

    let mail = admin.mail_to("minjun@example.com").await;
    assert!(mail.text.contains("Hello 김민준,") && mail.text.contains("박지우"), "{}", mail.text);
    assert!(admin.mail_to("taro@example.com").await.text.contains("Hello 山田太郎,"));
    assert!(admin.mail_to("ana@example.com").await.text.contains("Hello Ana,"));

    for (typed, found) in
        [("김민준", "김민준"), ("민준 김", "김민준"), ("山田太郎", "山田太郎"), ("ana l", "Ana López")]
    {
        let query = format!("/users?search={}", typed.replace(' ', "%20"));
        let names: Vec<String> =
            admin.get(&query).await.json::<List<User>>().items.iter().map(User::display_name).collect();
        assert_eq!(names, [found], "{typed}");
    }
    let everybody: List<User> = admin.get(paths::USERS).await.json();
    let names: Vec<String> = everybody.items.iter().map(User::display_name).collect();
    assert_eq!(names, ["Ana López", "山田太郎", "김민준", "박지우"], "sorted as they are written");
}

#[tokio::test]
async fn u7_people_are_found_and_sorted_whether_or_not_accents_are_typed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.patch(paths::PROFILE, &json!({"first_name": "Ann", "last_name": "Admin"})).await;
    let invited = [("jose", "José", "Núñez"), ("angel", "Ángel", "Weiß"), ("zoe", "Zoe", "Noel")];
    invite_named(&admin, invited).await;
    for typed in ["jose nunez", "José Núñez", "JOSÉ", "Nunez"] {
        let names: Vec<String> =
            list(&admin, &format!("search={typed}")).await.items.iter().map(User::display_name).collect();
        assert_eq!(names, ["José Núñez"], "{typed}");
    }
    assert_eq!(list(&admin, "search=weiss").await.items.len(), 1);
    assert_eq!(list(&admin, "search=Zoé").await.items.len(), 1, "accents that are not in the name");
    let names: Vec<String> = list(&admin, "sort=name").await.items.iter().map(User::display_name).collect();
    assert_eq!(names, ["Ángel Weiß", "Ann Admin", "José Núñez", "Zoe Noel"]);
}

#[tokio::test]
async fn personas_are_set_for_administrators_and_give_no_power() {
    use Persona::{MarketoAdmin, SalesforceAdmin};
    let server = Server::start().await;
    let admin = server.admin().await;
    let sam = server.administrator("sam@example.com").await;
    let user = find(&admin, "sam@example.com").await;
    assert_eq!(user.personas, []);
    let both = json!({"personas": ["salesforce_admin", "marketo_admin", "salesforce_admin"]});
    let changed: User = change(&admin, &user, &format!("\"{}\"", user.version), both.clone()).await.json();
    assert_eq!(changed.personas, [MarketoAdmin, SalesforceAdmin], "a set");
    let session: api_types::Session = sam.get(paths::SESSION).await.json();
    assert_eq!(session.user.personas, changed.personas, "without signing in again");
    let stale = change(&admin, &user, &format!("\"{}\"", user.version), json!({"personas": []})).await;
    assert_eq!(stale.code(), ProblemCode::Stale);

    // A request without a change is not recorded.
    let same: User = change(&admin, &user, "*", both).await.json();
    assert_eq!(same.version, changed.version);
    let one: User = change(&admin, &user, "*", json!({"personas": ["salesforce_admin"]})).await.json();
    assert_eq!(one.personas, [SalesforceAdmin]);

    // An attribute of an administrator: hidden while the user is not one.
    let demoted: User = change(&admin, &user, "*", json!({"role": "user"})).await.json();
    assert_eq!(demoted.personas, []);
    let refused = change(&admin, &user, "*", json!({"personas": ["marketo_admin"]})).await;
    assert_eq!(
        (refused.code(), refused.problem().field.as_deref()),
        (ProblemCode::InvalidField, Some("personas"))
    );
    let again: User = change(&admin, &user, "*", json!({"role": "admin"})).await.json();
    assert_eq!(again.personas, [SalesforceAdmin]);
    let none: User = change(&admin, &user, "*", json!({"personas": []})).await.json();
    assert_eq!(none.personas, []);

    let audited = server.audited(AuditAction::PersonasChanged).await;
    let subjects: Vec<_> = audited.iter().map(|event| event.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "sam@example.com ()",
            "sam@example.com (salesforce_admin)",
            "sam@example.com (marketo_admin, salesforce_admin)"
        ]
    );
}

#[tokio::test]
async fn personas_of_an_invitation_go_to_those_who_become_administrators() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut batch = csv(2);
    batch.options.role = Role::Admin;
    batch.options.personas = vec![Persona::SalesforceAdmin];
    let mut plain = row(3, "plain@example.com");
    plain.role = Some("User".to_owned());
    admin.send_batch(&batch, &[row(2, "sam@example.com"), plain]).await;
    assert_eq!(find(&admin, "sam@example.com").await.personas, [Persona::SalesforceAdmin]);
    assert_eq!(find(&admin, "plain@example.com").await.personas, []);

    // A person who is invited anew keeps what they were given before.
    server.clock.advance(Duration::from_secs(8 * 24 * 3600));
    let admin = server.admin().await;
    batch.options.personas = vec![Persona::MarketoAdmin];
    batch.expected_rows = 1;
    admin.send_batch(&batch, &[row(2, "sam@example.com")]).await;
    let personas = find(&admin, "sam@example.com").await.personas;
    assert_eq!(personas, [Persona::MarketoAdmin, Persona::SalesforceAdmin]);
}

#[tokio::test]
async fn the_record_of_a_person_has_every_invitation_the_latest_first() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let first = admin.invite(&[row(2, "ana@example.com")]).await;
    server.clock.advance(Duration::from_secs(40 * 86_400));
    let admin = server.admin().await;
    let mut typed = csv(1);
    (typed.source, typed.file_name) = (BatchSource::Individual, None);
    let second = admin.send_batch(&typed, &[row(1, "ana@example.com")]).await;
    admin.mails_to("ana@example.com", 2).await;
    let ana = find(&admin, "ana@example.com").await.id;
    let record: UserRecord = admin.get(&paths::user_record(&ana)).await.json();
    let told: Vec<_> = record
        .invitations
        .iter()
        .map(|past| (&past.batch_id, past.file_name.as_deref(), past.by.name.as_str(), past.status))
        .collect();
    assert_eq!(
        told,
        [
            (&second.id, None, ADMIN, InvitationStatus::Pending),
            (&first.id, Some("people.csv"), ADMIN, InvitationStatus::Expired),
        ]
    );
    let first_id = find(&admin, ADMIN).await.id;
    assert!(record.invitations.iter().all(|past| past.by.id.as_ref() == Some(&first_id)));
    assert_eq!(record.invitations[1].delivery, DeliveryStatus::Sent);
    assert_eq!(record.created_at, record.invitations[1].created_at);
    assert_eq!((record.salesforce, record.marketo), (None, OwnMarketo::NotConnected));

    admin.once(&paths::invitation_revoke(&record.invitations[0].id), &()).await;
    assert_eq!(admin.get(&paths::user_record(&ana)).await.code(), ProblemCode::NotFound);
}

/// The counts of people that the server keeps are those of the people themselves, and what it shows.
async fn check_people_counts(server: &Server, admin: &Client, after: &str) {
    type Counts = Vec<(String, i64, i64)>;
    let mut database = database(server).await;
    let kept: Counts = sqlx::query_as("SELECT status, expires_at, people FROM people_counts ORDER BY 1, 2")
        .fetch_all(&mut database)
        .await
        .unwrap();
    let counted: Counts = sqlx::query_as(
        "SELECT status, CASE WHEN status = 'invited' THEN invitation_expires_at ELSE 0 END, COUNT(*) FROM users GROUP BY 1, 2
          ORDER BY 1, 2",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    assert_eq!(kept, counted, "{after}");
    let all: List<User> = admin.get("/users?limit=200").await.json();
    let first: List<User> = admin.get("/users?limit=1").await.json();
    let statuses = first.meta.statuses.expect("counts by status");
    for status in [UserStatus::Active, UserStatus::Deactivated, UserStatus::Invited, UserStatus::Expired] {
        let people = all.items.iter().filter(|user| user.status == status).count();
        assert_eq!(statuses.of(status), people as u64, "{after}: {status:?}");
    }
    assert_eq!(first.meta.total, all.items.len() as u64, "{after}");
    let account: Account = admin.get(paths::ACCOUNT).await.json();
    assert_eq!(u64::from(account.seats.used), statuses.active + statuses.invited, "{after}");
    let teams: List<Team> = admin.get(paths::TEAMS).await.json();
    assert_eq!(u64::from(teams.items[0].members), statuses.total(), "{after}");
}

#[tokio::test]
async fn p7_people_are_counted_exactly_whatever_happens_to_them() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let check = async |admin: &Client, after: &str| check_people_counts(&server, admin, after).await;
    check(&admin, "the start").await;
    let names = ["ana", "bob", "eva", "ida", "joe"];
    let rows: Vec<_> =
        names.iter().zip(2..).map(|(name, at)| row(at, &format!("{name}@example.com"))).collect();
    let batch = admin.invite(&rows).await;
    check(&admin, "invitations").await;
    let ids = async |admin: &Client, name: &str| {
        let found: List<User> = admin.get(&format!("/users?search={name}@example.com")).await.json();
        let user = found.items.into_iter().next().expect("somebody");
        (user.id, user.invitation.map(|invitation| invitation.id))
    };
    let mut ana = server.anyone();
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;
    check(&admin, "an accepted invitation").await;
    let (ana, _) = ids(&admin, "ana").await;
    assert_eq!(admin.post(&paths::user_deactivate(&ana), &()).await.status, 200);
    check(&admin, "a deactivation").await;
    assert_eq!(admin.post(&paths::user_reactivate(&ana), &()).await.status, 200);
    check(&admin, "a reactivation").await;
    let (_, bob) = ids(&admin, "bob").await;
    let address = json!({"email": "bobby@example.com", "expires_in_days": 30});
    assert_eq!(admin.once(&paths::invitation_resend(&bob.unwrap()), &address).await.status, 200);
    check(&admin, "another address and a longer invitation").await;
    let (_, eva) = ids(&admin, "eva").await;
    assert_eq!(admin.once(&paths::invitation_revoke(&eva.unwrap()), &()).await.status, 200);
    check(&admin, "a revoked invitation").await;

    server.clock.advance(Duration::from_secs(8 * 24 * 3600));
    let admin = server.admin().await;
    check(&admin, "expired invitations").await;
    admin.invite(&rows[3..4]).await;
    check(&admin, "an invitation anew").await;
    admin.once(&paths::batch_revoke(&batch.id), &()).await.json::<Batch>();
    check(&admin, "a batch that is undone").await;
    assert_eq!(admin.delete(&paths::user(&ana)).await.status, 204);
    check(&admin, "a person who is removed").await;
}

#[tokio::test]
async fn p7_the_first_page_of_people_counts_nobody() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com"), row(3, "bob@example.com")]).await;
    let more = "UPDATE people_counts SET people = people + 1000 WHERE status = 'active'";
    sqlx::query(more).execute(&mut database(&server).await).await.unwrap();
    for query in ["limit=1", "limit=1&sort=email", "limit=1&status=invited"] {
        let page: List<User> = admin.get(&format!("/users?{query}")).await.json();
        let statuses = page.meta.statuses.expect("counts by status");
        assert_eq!(
            (statuses.active, statuses.invited),
            (1_001, 2),
            "{query}: the kept counts, not those of a COUNT"
        );
    }
}
