use std::collections::BTreeSet;

use reqwest::StatusCode;
use sandbox::people::Crm;
use sandbox::salesforce::{ApiCode, Host, Order};
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::browser::Place;

#[tokio::test]
async fn people_are_counted_and_read_page_by_page() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    let contacts: Vec<_> = place.people.iter().filter(|person| person.crm() == Crm::Contact).collect();

    let (_, count) = place.query(&tokens, "query", "SELECT COUNT() FROM Contact").await;
    assert_eq!(count["totalSize"], contacts.len());
    let owned = "SELECT COUNT(Id) owned FROM Contact WHERE OwnerId != null";
    let owned_by_somebody = contacts.iter().filter(|person| person.owner().is_some()).count();
    assert_eq!(place.records(&tokens, "query", owned).await[0]["owned"], owned_by_somebody);

    let soql = "SELECT Id, Email, Owner.Name, Account.Name FROM Contact ORDER BY CreatedDate";
    let (_, mut page) = place.query(&tokens, "query", soql).await;
    assert_eq!((&page["totalSize"], &page["done"]), (&json!(contacts.len()), &json!(false)));
    let mut read = page["records"].as_array().unwrap().clone();
    assert_eq!(read.len(), 2_000);
    while let Some(next) = page["nextRecordsUrl"].as_str() {
        page = place.get(&tokens, next).await.1;
        read.extend(page["records"].as_array().unwrap().iter().cloned());
    }
    assert_eq!(page["done"], true);
    assert_eq!(read.len(), contacts.len());
    for (record, person) in read.iter().zip(&contacts) {
        assert_eq!(record["Id"], person.salesforce_contact_id().unwrap());
        assert_eq!(record["Email"], json!(person.email()));
        assert_eq!(record["Account"]["Name"], person.company());
        assert_eq!(record["Owner"].is_null(), person.owner().is_none());
    }
    assert_eq!(read[0]["attributes"]["type"], "Contact");
    let (status, error) = place.get(&tokens, "/services/data/v64.0/query/01g5e0000000099AAA-2000").await;
    assert_eq!((status, &error[0]["errorCode"]), (StatusCode::BAD_REQUEST, &"INVALID_QUERY_LOCATOR".into()));
}

#[tokio::test]
async fn what_is_not_in_the_contract_is_noted() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    place.query(&tokens, "query", "SELECT COUNT() FROM Contact").await;
    assert_eq!(place.salesforce.differences(), BTreeSet::new());
    place.get(&tokens, "/services/data/v64.0/limits?shoe=1").await;
    place.get(&tokens, "/services/data/v64.0/actions").await;
    let differences = place.salesforce.differences();
    assert_eq!(
        differences.iter().map(String::as_str).collect::<Vec<_>>(),
        [
            "GET /services/data/v{version}/limits: the parameter shoe is not in the contract",
            "GET /services/data/v{version}/{*other}: not in the contract",
        ],
    );
}

#[tokio::test]
async fn roles_are_found_by_the_ids_of_contacts() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    let contacts: Vec<_> =
        place.people.iter().filter(|person| person.crm() == Crm::Contact).take(200).collect();
    let ids: Vec<_> =
        contacts.iter().map(|person| format!("'{}'", person.salesforce_contact_id().unwrap())).collect();
    let soql = format!(
        "SELECT ContactId, OpportunityId FROM OpportunityContactRole WHERE ContactId IN ({})",
        ids.join(",")
    );
    let found: Vec<_> = place.records(&tokens, "query", &soql).await;
    let wanted: Vec<_> = contacts.iter().filter_map(|person| person.salesforce_opportunity_id()).collect();
    assert!(!wanted.is_empty());
    assert_eq!(found.iter().map(|role| role["OpportunityId"].as_str().unwrap()).collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn users_and_the_org_can_be_asked_for() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Test, "ana.lopez@example.com").await;
    let soql = "SELECT Id, Name, IsActive FROM User WHERE Email = 'ANA.LOPEZ@example.com'";
    let users = place.records(&tokens, "query", soql).await;
    assert_eq!((users.len(), &users[0]["Name"]), (1, &json!("Ana Lopez")));
    assert!(tokens["id"].as_str().unwrap().ends_with(users[0]["Id"].as_str().unwrap()));
    let owner = place.people.iter().find_map(|person| person.salesforce_owner_id()).unwrap();
    let owners =
        place.records(&tokens, "query", &format!("SELECT Name FROM User WHERE Id = '{owner}'")).await;
    assert_eq!(owners.len(), 1);
    let org = place.records(&tokens, "query", "SELECT Id, Name, IsSandbox FROM Organization").await;
    assert_eq!(org[0]["IsSandbox"], true);
}

#[tokio::test]
async fn users_are_found_by_patterns_and_by_what_they_have() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana.lopez@example.com").await;
    for (pattern, name) in
        [(r"%\_b%", "build_bot"), (r"50\%%", "50% Off Kiosk"), (r"%\\svc%", r"CORP\svc.sync")]
    {
        let soql = format!("SELECT Name FROM User WHERE Name LIKE '{pattern}'");
        let found = place.records(&tokens, "query", &soql).await;
        assert_eq!((found.len(), &found[0]["Name"]), (1, &json!(name)), "{pattern}");
    }
    let (_, all) = place.query(&tokens, "query", "SELECT COUNT() FROM User").await;
    let have = "(SELECT AssigneeId FROM PermissionSetAssignment)";
    for (list, count) in
        [(format!("Id IN {have}"), 0), (format!("Id NOT IN {have}"), all["totalSize"].as_u64().unwrap())]
    {
        let (_, found) =
            place.query(&tokens, "query", &format!("SELECT COUNT() FROM User WHERE {list}")).await;
        assert_eq!(found["totalSize"], count, "{list}");
    }
    let soql = "SELECT Profile.Name FROM User WHERE UserType != 'Standard' OR IsActive = false";
    let others = place.records(&tokens, "query", soql).await;
    assert!(others.iter().any(|user| user["Profile"]["Name"] == "Chatter Free User"));
}

#[tokio::test]
async fn another_org_knows_nobody() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "otherorg@example.com").await;
    let (_, count) = place.query(&tokens, "query", "SELECT COUNT() FROM Lead").await;
    assert_eq!(count["totalSize"], 0);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_in_the_words_of_salesforce() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    for (api, soql, code) in [
        ("query", "SELECT Id FROM", "MALFORMED_QUERY"),
        ("query", "SELECT Id FROM Leed", "INVALID_TYPE"),
        ("query", "SELECT Idd FROM Lead", "INVALID_FIELD"),
        ("query", "SELECT Id FROM Lead WHERE Emial = null", "INVALID_FIELD"),
        ("query", "SELECT Id FROM RemoteProxy", "INVALID_TYPE"),
        ("tooling/query", "SELECT Id FROM Lead", "INVALID_TYPE"),
    ] {
        let (status, error) = place.query(&tokens, api, soql).await;
        assert_eq!((status, &error[0]["errorCode"]), (StatusCode::BAD_REQUEST, &code.into()), "{soql}");
        assert!(error[0]["message"].is_string());
    }
    for path in ["/services/data/v64.0/sobjects/Nothing/describe", "/services/data/v64.0/x"] {
        let (status, error) = place.get(&tokens, path).await;
        assert_eq!((status, &error[0]["errorCode"]), (StatusCode::NOT_FOUND, &"NOT_FOUND".into()), "{path}");
    }
    let (status, error) = place.get(&tokens, "/services/data/v1.0/limits").await;
    assert_eq!((status, &error[0]["errorCode"]), (StatusCode::GONE, &"UNSUPPORTED_API_VERSION".into()));
    let stranger = json!({ "instance_url": tokens["instance_url"], "access_token": "guessed" });
    let (status, error) = place.get(&stranger, "/services/data/v64.0/limits").await;
    assert_eq!((status, &error[0]["errorCode"]), (StatusCode::UNAUTHORIZED, &"INVALID_SESSION_ID".into()));
    let (status, versions) = place.get(&stranger, "/services/data/").await;
    assert_eq!(
        (status, &versions.as_array().unwrap().last().unwrap()["version"]),
        (StatusCode::OK, &"68.0".into())
    );
}

#[tokio::test]
async fn every_error_code_can_be_ordered_for_the_next_calls() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    let control = format!("{}/__sandbox", place.salesforce.url(Host::Login));
    for code in ApiCode::VARIANTS {
        let order = json!({ "order": "fail", "code": code.into_str(), "calls": 2 });
        let answer = place.client.post(&control).json(&order).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        for _ in 0..2 {
            let (status, error) = place.get(&tokens, "/services/data/v64.0/limits").await;
            assert_eq!((status, &error[0]["errorCode"]), (code.status(), &code.into_str().into()));
        }
        assert_eq!(place.get(&tokens, "/services/data/v64.0/limits").await.0, StatusCode::OK);
    }
    let nonsense = json!({ "order": "fail", "code": "NO_SUCH_CODE", "calls": 1 });
    let answer = place.client.post(&control).json(&nonsense).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let stats: Value =
        place.client.get(format!("{control}/stats")).send().await.unwrap().json().await.unwrap();
    assert_eq!(stats["errors"]["QUERY_TIMEOUT"], 2);
    assert_eq!(stats["rest_calls"], ApiCode::VARIANTS.len() * 3);
}

#[tokio::test]
async fn tokens_expire_are_revoked_and_the_org_goes_into_maintenance_by_order() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    place.salesforce.order(Order::ExpireAccessTokens);
    assert_eq!(place.get(&tokens, "/services/data/v64.0/limits").await.0, StatusCode::UNAUTHORIZED);
    let (_, tokens) = place.refresh(&tokens["refresh_token"]).await;
    place.salesforce.order(Order::Maintenance { on: true });
    let (status, error) = place.get(&tokens, "/services/data/v64.0/limits").await;
    assert_eq!(
        (status, &error[0]["errorCode"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"SERVER_UNAVAILABLE".into())
    );
    assert_eq!(place.refresh(&tokens["refresh_token"]).await.0, StatusCode::SERVICE_UNAVAILABLE);
    place.salesforce.order(Order::Maintenance { on: false });
    assert_eq!(place.get(&tokens, "/services/data/v64.0/limits").await.0, StatusCode::OK);
    place.salesforce.order(Order::Revoke { username: Some("ana@example.com".to_owned()) });
    assert_eq!(place.get(&tokens, "/services/data/v64.0/limits").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(place.refresh(&tokens["refresh_token"]).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn users_without_the_api_connect_and_get_no_further() {
    for (user, status, code) in [
        ("noapi", StatusCode::FORBIDDEN, "API_CURRENTLY_DISABLED"),
        ("noapiorg", StatusCode::FORBIDDEN, "API_DISABLED_FOR_ORG"),
        ("maintenance", StatusCode::SERVICE_UNAVAILABLE, "SERVER_UNAVAILABLE"),
    ] {
        let mut place = Place::open().await;
        let tokens = place.connect(Host::Login, &format!("{user}+1@example.com")).await;
        let (found, error) = place.get(&tokens, "/services/data/v64.0/limits").await;
        assert_eq!((found, &error[0]["errorCode"]), (status, &code.into()));
    }
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "revoked@example.com").await;
    assert_eq!(place.get(&tokens, "/services/data/v64.0/limits").await.0, StatusCode::OK);
    assert_eq!(place.get(&tokens, "/services/data/v64.0/limits").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(place.refresh(&tokens["refresh_token"]).await.0, StatusCode::BAD_REQUEST);
}
