//! The check-list of the package and its configuration, verified in the org.

use api_types::{
    AuditAction, AuditEvent, ChecklistItem, ChecklistItemId, List, ProblemCode, SalesforceSetup, paths,
};
use serde_json::json;

use crate::harness::{ADMIN, Client, Server};
use crate::salesforce_browser::Salesforce;

fn item(setup: &SalesforceSetup, id: ChecklistItemId) -> &ChecklistItem {
    setup.items.iter().find(|item| item.id == id).expect("every item is listed")
}

async fn check(client: &Client) -> SalesforceSetup {
    client.post(paths::SALESFORCE_SETUP_CHECK, &json!({})).await.json()
}

#[tokio::test]
async fn s6_a_fresh_org_has_nothing_and_a_complete_one_everything() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before: SalesforceSetup = admin.get(paths::SALESFORCE_SETUP).await.json();
    assert_eq!((before.instance_url, before.items.len()), (None, ChecklistItemId::ALL.len()));
    assert_eq!(admin.post(paths::SALESFORCE_SETUP_CHECK, &json!({})).await.code(), ProblemCode::NotConnected);
    admin.connect_salesforce(&server, ADMIN).await;

    let fresh = check(&admin).await;
    assert!(fresh.instance_url.is_some());
    for id in ChecklistItemId::ALL {
        let verified = item(&fresh, id).verified.as_ref();
        assert_eq!(
            verified.map(|v| (v.passed, v.regressed)),
            id.verifiable().then_some((false, false)),
            "{id:?}"
        );
    }
    let found = |setup: &SalesforceSetup, id| item(setup, id).verified.as_ref().unwrap().found.clone();
    assert_eq!(found(&fresh, ChecklistItemId::PageLayouts), ["Lead", "Contact", "Account", "Opportunity"]);
    assert_eq!(
        found(&fresh, ChecklistItemId::ActionsRemoteSites),
        ["https://ims-na1.adobelogin.com", "https://mkto-sales-connect.adobe.io"]
    );
    assert_eq!(found(&fresh, ChecklistItemId::MarketoRemoteSites).len(), 1);
    assert_eq!(found(&fresh, ChecklistItemId::ActivityFields).len(), 15);

    let salesforce = Salesforce::of(&server);
    salesforce.set_up_completely().await;
    let complete = check(&admin).await;
    for id in ChecklistItemId::ALL.iter().filter(|id| id.verifiable()) {
        assert!(item(&complete, *id).done(), "{id:?}");
    }
    assert_eq!(found(&complete, ChecklistItemId::InstallPackage), ["1.8100"]);
    let read: SalesforceSetup = admin.get(paths::SALESFORCE_SETUP).await.json();
    assert_eq!(read, complete, "what was found is kept");
}

#[tokio::test]
async fn s6_what_was_there_and_is_not_any_more_is_told() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    salesforce.set_up_completely().await;
    check(&admin).await;
    let outdated = json!({
        "package": {"major": 1, "minor": 4359},
        "layouts": ["Lead", "Contact", "Account"],
        "remote_sites": [
            {"name": "MarketoSalesInsight1", "url": "https://ims-na1.adobelogin.com/", "active": true},
            {"name": "MarketoSalesInsight2", "url": "https://mkto-sales-connect.adobe.io", "active": false},
        ],
    });
    salesforce.set_up(&outdated).await;
    for _ in 0..2 {
        let setup = check(&admin).await;
        for (id, found) in [
            (ChecklistItemId::InstallPackage, vec!["1.4359"]),
            (ChecklistItemId::PageLayouts, vec!["Opportunity"]),
            (ChecklistItemId::ActionsRemoteSites, vec!["https://mkto-sales-connect.adobe.io"]),
            (ChecklistItemId::UserAccess, vec![]),
        ] {
            let verified = item(&setup, id).verified.as_ref().unwrap();
            assert!(!verified.passed && verified.regressed, "{id:?}");
            assert_eq!(verified.found, found, "{id:?}");
        }
    }
    salesforce.set_up_completely().await;
    let setup = check(&admin).await;
    assert!(setup.items.iter().all(|item| item.verified.as_ref().is_none_or(|v| v.passed && !v.regressed)));
}

#[tokio::test]
async fn s6_items_are_ticked_by_hand_and_say_by_whom() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = paths::checklist_item(ChecklistItemId::Governance);
    for _ in 0..2 {
        let setup: SalesforceSetup =
            admin.put(&path, &json!({"ticked": true, "out_of_order": true})).await.json();
        let ticked = item(&setup, ChecklistItemId::Governance).ticked.clone().unwrap();
        assert_eq!(ticked.by.name, ADMIN);
        assert!(item(&setup, ChecklistItemId::Governance).done());
    }
    let setup: SalesforceSetup = admin.put(&path, &json!({"ticked": false})).await.json();
    assert!(item(&setup, ChecklistItemId::Governance).ticked.is_none());
    for action in [AuditAction::ChecklistTicked, AuditAction::ChecklistUnticked] {
        let path = format!("{}?action={}", paths::AUDIT_EVENTS, action.as_str());
        let events: List<AuditEvent> = admin.get(&path).await.json();
        assert_eq!(events.items.len(), 1, "{action:?}: once, however often it is said");
        assert_eq!(events.items[0].subject, "governance");
    }
    let unknown = admin.put("/salesforce-setup/items/dance", &json!({"ticked": true})).await;
    assert_eq!(unknown.code(), ProblemCode::NotFound);
}

#[tokio::test]
async fn s7_values_to_paste_are_those_of_the_accounts_marketo() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let setup: SalesforceSetup = admin.get(paths::SALESFORCE_SETUP).await.json();
    let values = |id| -> Vec<(String, String)> {
        let values = &item(&setup, id).values;
        values.iter().map(|value| (value.name.clone(), value.value.clone())).collect()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        values(ChecklistItemId::MarketoRemoteSites),
        [pair("MarketoRestAPI", "https://284-RPR-133.mktorest.com")],
        "SOAP has ended"
    );
    let listing = "https://appexchange.salesforce.com/appxListingDetail?listingId=a0N30000001SVZmEAO";
    assert_eq!(setup.package_url, listing, "without an org");
    admin.connect_salesforce(&server, ADMIN).await;
    let setup: SalesforceSetup = admin.get(paths::SALESFORCE_SETUP).await.json();
    let page = format!("/packagingSetupUI/ipLanding.app?apvId={}", sandbox::salesforce::PACKAGE_VERSION_ID);
    assert_eq!(setup.package_url, setup.instance_url.unwrap() + &page, "the version that is configured");
    assert_eq!(values(ChecklistItemId::ActivityFields).len(), 15);
    assert_eq!(values(ChecklistItemId::LeadFieldMapping)[0], pair("Engagement", "Contact.Engagement"));
    let secret = sandbox::marketo::INTEGRATION_CLIENT_SECRET;
    assert!(!admin.get(paths::SALESFORCE_SETUP).await.text().contains(secret));
}

#[tokio::test]
async fn s6_a_refusal_while_checking_is_told_and_noted() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let order = json!({"order": "fail", "code": "REQUEST_LIMIT_EXCEEDED", "calls": 1});
    Salesforce::of(&server).order(order).await;
    let problem = admin.post(paths::SALESFORCE_SETUP_CHECK, &json!({})).await.problem();
    assert_eq!(
        (problem.code, problem.failure),
        (ProblemCode::ProviderFailed, Some(api_types::ConnectionFailure::RequestLimitExceeded))
    );
    let errors: List<api_types::RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    assert_eq!(errors.items[0].code, "REQUEST_LIMIT_EXCEEDED");
    assert_eq!(errors.items[0].during, api_types::Activity::VerifyingSetup);
}
