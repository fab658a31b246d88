//! The people of the connected org, whom one can invite.

use api_types::{
    ConnectionFailure, List, ProblemCode, SalesforceEnvironment, SalesforcePerson, SalesforceProfile,
    UserStatus, paths,
};
use serde_json::json;

use crate::harness::{ADMIN, Client, Server, row};
use crate::salesforce_browser::Salesforce;

/// The first page of those who match.
async fn people(client: &Client, query: &str) -> List<SalesforcePerson> {
    client.get(&format!("{}?{query}", paths::SALESFORCE_PEOPLE)).await.json()
}

/// The last names of those who match.
async fn found(client: &Client, query: &str) -> Vec<String> {
    people(client, query).await.items.into_iter().map(|person| person.last_name).collect()
}

#[tokio::test]
async fn u21_active_users_of_the_org_are_listed_with_what_the_account_knows_of_them() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let listed = people(&admin, "search=Alex%20Kim").await;
    let [alex] = &listed.items[..] else { panic!("one person: {listed:?}") };
    assert_eq!((alex.first_name.as_str(), alex.last_name.as_str()), ("Alex", "Kim"));
    assert_eq!(alex.email, "alex.kim@corp.example");
    assert_eq!(alex.profile.as_deref(), Some("Sales User"));
    assert_eq!(alex.role.as_deref(), Some("Account Executive"));
    assert!(alex.email_valid && !alex.permission_set && alex.member.is_none());
    assert_eq!((listed.meta.total, listed.meta.next_cursor), (1, None));

    let own = people(&admin, &format!("search={ADMIN}")).await;
    let member = own.items[0].member.as_ref().expect("the administrator is a member");
    assert_eq!(member.status, UserStatus::Active);

    let kiosk = people(&admin, "search=kiosk").await;
    assert!(!kiosk.items[0].email_valid);
    assert_eq!(kiosk.items[0].email, "kiosk@warehouse");
    assert_eq!(kiosk.items[0].role, None);
}

#[tokio::test]
async fn u21_a_search_finds_its_letters_and_nothing_else() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    for (search, last_name) in [
        ("50%25", "50% Off Kiosk"),
        ("build_", "build_bot"),
        ("%5Csvc", r"CORP\svc.sync"),
        ("CORP%5C", r"CORP\svc.sync"),
        ("%25", "50% Off Kiosk"),
        ("_", "build_bot"),
        ("%5C", r"CORP\svc.sync"),
    ] {
        assert_eq!(found(&admin, &format!("search={search}")).await, [last_name], "{search}");
    }
    let quoted = found(&admin, "search=o%27hara").await;
    assert!(!quoted.is_empty() && quoted.iter().all(|name| name == "O'Hara"), "{quoted:?}");
    for nobody in ["%27%20OR%20Name%20!%3D%20%27", "x%5C%27", "%25_%25", "%27"] {
        let listed = people(&admin, &format!("search={nobody}")).await;
        let odd = listed.items.iter().all(|person| person.last_name == "O'Hara");
        assert!(odd, "{nobody}: {}", listed.meta.total);
    }
    let all = people(&admin, "search=%20").await;
    assert!(all.meta.total > 200, "a search for nothing is none: {}", all.meta.total);
    let long = "x".repeat(api_types::limits::SEARCH_MAX + 1);
    for name in ["search", "profile"] {
        let refused = admin.get(&format!("{}?{name}={long}", paths::SALESFORCE_PEOPLE)).await;
        assert_eq!(refused.code(), ProblemCode::InvalidField, "{name}");
    }
}

#[tokio::test]
async fn u21_pages_follow_each_other_by_name_and_nobody_is_on_two() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let total = people(&admin, "").await.meta.total;
    // The org gives 200 at once: pages are parts of what it gives, or reach over it.
    for (limit, asked) in [(50, "limit=50"), (120, "limit=120"), (200, "limit=200"), (50, "")] {
        let (mut listed, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let at = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page = people(&admin, &format!("{asked}{at}")).await;
            assert_eq!(page.meta.total, total);
            cursor = page.meta.next_cursor;
            assert_eq!(page.items.len() == limit, cursor.is_some(), "only the last page is short: {asked}");
            listed.extend(page.items);
            if cursor.is_none() {
                break;
            }
        }
        check_order(listed, total);
    }

    let next = people(&admin, "limit=50").await.meta.next_cursor.unwrap();
    let (seal, _) = next.split_once('.').unwrap();
    let gone = format!("{seal}.0.01g5e0000000099AAA-200");
    for foreign in [&gone, &format!("{seal}.0...%2Flimits"), &format!("{seal}.x"), "50", "a%3Fq", "%00", ""] {
        let refused = admin.get(&format!("{}?cursor={foreign}", paths::SALESFORCE_PEOPLE)).await;
        assert_eq!(refused.code(), ProblemCode::BadRequest, "{foreign}");
    }
    let other = admin.get(&format!("{}?cursor={next}&permission_set=false", paths::SALESFORCE_PEOPLE)).await;
    assert_eq!(other.code(), ProblemCode::BadRequest, "of other filters");
}

/// Each person is listed once, by name.
fn check_order(mut names: Vec<SalesforcePerson>, total: u64) {
    assert_eq!(names.len() as u64, total);
    let shown = |person: &SalesforcePerson| {
        format!("{} {}", person.first_name, person.last_name).trim().to_lowercase()
    };
    assert!(names.is_sorted_by_key(shown));
    names.sort_by(|one, other| one.id.cmp(&other.id));
    names.dedup_by(|one, other| one.id == other.id);
    assert_eq!(names.len() as u64, total);
}

#[tokio::test]
async fn u21_people_are_filtered_by_profile_and_by_the_permission_set() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let profiles: List<SalesforceProfile> = admin.get(paths::SALESFORCE_PROFILES).await.json();
    let profiles: Vec<_> = profiles.items.into_iter().map(|profile| profile.name).collect();
    assert_eq!(profiles, ["Marketing User", "Sales User", "Service User", "System Administrator"]);

    let marketing = people(&admin, "profile=Marketing%20User").await;
    assert!(!marketing.items.is_empty());
    assert!(marketing.items.iter().all(|person| person.profile.as_deref() == Some("Marketing User")));
    assert_eq!(people(&admin, "profile=%27%20OR%20Name%20!%3D%20%27").await.meta.total, 0);

    assert_eq!(
        people(&admin, "permission_set=true").await.meta.total,
        0,
        "the org has no such permission set"
    );
    let all = people(&admin, "").await.meta.total;
    assert_eq!(people(&admin, "permission_set=false").await.meta.total, all);
    Salesforce::of(&server).set_up_completely().await;
    let with_it = people(&admin, "permission_set=true").await;
    let own = &with_it.items[0];
    assert_eq!((with_it.meta.total, own.email.as_str(), own.permission_set), (1, ADMIN, true));
    let without = people(&admin, "permission_set=false").await;
    assert_eq!(without.meta.total, all - 1);
    assert!(without.items.iter().all(|person| !person.permission_set));
    let both = people(&admin, &format!("search={ADMIN}")).await;
    assert!(both.items[0].permission_set);
}

#[tokio::test]
async fn u21_people_who_are_here_or_invited_can_be_left_out() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let invited = people(&admin, "search=Alex%20Kim").await.items.remove(0);
    admin.invite(&[row(1, &invited.email)]).await;
    let listed = people(&admin, "search=Alex%20Kim").await;
    let member = listed.items[0].member.as_ref().expect("is invited by now");
    assert_eq!(member.status, UserStatus::Invited);

    let nobody = people(&admin, "search=Alex%20Kim&not_invited=true").await;
    assert_eq!((nobody.items.len(), nobody.meta.total), (0, 1));
    let new = people(&admin, "not_invited=true").await;
    assert!(new.items.iter().all(|person| person.member.is_none()));
    assert_eq!(new.meta.total, people(&admin, "").await.meta.total);
    assert_eq!(new.items.len(), 50, "others take their places on the page");
}

#[tokio::test]
async fn u21_people_of_a_copy_of_an_org_are_known_by_their_own_addresses_on_request() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_to(&server, SalesforceEnvironment::Sandbox, ADMIN).await;
    admin.invite(&[row(1, "alex.kim@corp.example")]).await;
    let changed = people(&admin, "search=Alex%20Kim").await.items.remove(0);
    assert_eq!(changed.email, "alex.kim@corp.example.invalid");
    assert!(changed.member.is_none(), "that is another address");
    let own = people(&admin, "search=Alex%20Kim&without_invalid=true").await.items.remove(0);
    assert_eq!((&own.id, &own.email), (&changed.id, &changed.email), "the org has it like that still");
    assert_eq!(own.member.expect("is invited").status, UserStatus::Invited);
}

#[tokio::test]
async fn u21_only_administrators_see_them_and_only_over_a_connection() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for path in [paths::SALESFORCE_PEOPLE, paths::SALESFORCE_PROFILES] {
        assert_eq!(admin.get(path).await.code(), ProblemCode::NotConnected, "{path}");
    }
    let user = server.member("user@example.com").await;
    for path in [paths::SALESFORCE_PEOPLE, paths::SALESFORCE_PROFILES] {
        assert_eq!(user.get(path).await.code(), ProblemCode::Forbidden, "{path}");
    }
}

#[tokio::test]
async fn u21_an_expired_token_is_renewed_and_refusals_are_told() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    assert_eq!(found(&admin, "search=Alex%20Kim").await, ["Kim"]);

    salesforce.order(json!({"order": "fail", "code": "REQUEST_LIMIT_EXCEEDED", "calls": 1})).await;
    let limited = admin.get(paths::SALESFORCE_PEOPLE).await;
    assert_eq!(limited.code(), ProblemCode::ProviderFailed);
    assert_eq!(limited.problem().failure, Some(ConnectionFailure::RequestLimitExceeded));

    salesforce.order(json!({"order": "revoke"})).await;
    let revoked = admin.get(paths::SALESFORCE_PEOPLE).await;
    assert_eq!(revoked.problem().failure, Some(ConnectionFailure::ExpiredAccess));
    let errors: List<api_types::RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    assert!(errors.items.iter().all(|error| error.during == api_types::Activity::ListingPeople));
}
