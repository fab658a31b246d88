use reqwest::{Method, StatusCode};
use sandbox::salesforce::{ACTIONS_SITES, Host, LayoutObject, Org, PackageVersion, Setup};
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::browser::{Place, encoded, location};

const PACKAGES: &str = "SELECT SubscriberPackage.Name, SubscriberPackage.NamespacePrefix, \
    SubscriberPackageVersion.MajorVersion, SubscriberPackageVersion.MinorVersion FROM InstalledSubscriberPackage";
const SITES: &str = "SELECT SiteName, EndpointUrl, IsActive FROM RemoteProxy ORDER BY SiteName";
const LAYOUT: &str = "SELECT Name, Metadata FROM Layout WHERE TableEnumOrId = 'Lead'";
const ASSIGNMENTS: &str =
    "SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSet.Label = 'Marketo App Access'";

impl Place {
    /// Presses a button of a page.
    async fn press(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let url = format!("{}{path}", self.salesforce.url(Host::MyDomain));
        let answer = self.browse(Method::POST, &url, Some(encoded(fields))).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    async fn activity_fields(&self, tokens: &Value) -> usize {
        let (_, task) = self.get(tokens, "/services/data/v64.0/sobjects/Task/describe").await;
        task["fields"].as_array().unwrap().iter().filter(|field| field["custom"] == true).count()
    }
}

#[tokio::test]
async fn a_fresh_org_has_nothing_and_is_set_up_by_clicking() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    assert!(place.records(&tokens, "tooling/query", PACKAGES).await.is_empty());
    let sites = place.records(&tokens, "tooling/query", SITES).await;
    assert_eq!((sites.len(), &sites[0]["SiteName"]), (1, &json!("ApexDevNet")));
    let layout = place.records(&tokens, "tooling/query", LAYOUT).await;
    assert_eq!(layout[0]["Metadata"]["layoutSections"].as_array().unwrap().len(), 1);
    assert!(place.records(&tokens, "query", ASSIGNMENTS).await.is_empty());
    assert_eq!(place.activity_fields(&tokens).await, 0);

    let refused = place
        .press("/lightning/setup/ObjectManager/home", &[("do", "add_section"), ("object", "Lead")])
        .await;
    assert!(refused.contains("install it first"), "{refused}");
    let install = "/packagingSetupUI/ipLanding.app?apvId=04t";
    place.press(install, &[("do", "install"), ("version", "outdated")]).await;
    let upgraded = place.press(install, &[("do", "install"), ("version", "latest")]).await;
    assert!(upgraded.contains("upgraded to version 1.8100"), "{upgraded}");
    let package = &place.records(&tokens, "tooling/query", PACKAGES).await[0];
    assert_eq!(package["SubscriberPackage"]["Name"], "Marketo Sales Insight");
    assert_eq!(package["SubscriberPackage"]["NamespacePrefix"], "mkto_si");
    assert_eq!(package["SubscriberPackageVersion"]["MinorVersion"], 8100);

    let remote = "/lightning/setup/SecurityRemoteProxy/home";
    let (name, url) = ACTIONS_SITES[0];
    place.press(remote, &[("do", "add_site"), ("name", name), ("url", url)]).await;
    let shown = place.press(remote, &[("do", "toggle_site"), ("name", name)]).await;
    assert!(shown.contains("is not active"), "{shown}");
    let sites = place.records(&tokens, "tooling/query", SITES).await;
    assert_eq!((&sites[1]["EndpointUrl"], &sites[1]["IsActive"]), (&url.into(), &false.into()));

    place
        .press(
            "/lightning/setup/ObjectManager/Lead/PageLayouts/view",
            &[("do", "add_section"), ("object", "Lead")],
        )
        .await;
    let layout = place.records(&tokens, "tooling/query", LAYOUT).await;
    assert_eq!(layout[0]["Metadata"]["layoutSections"][1]["label"], "Marketo Sales Insight");
    let (status, error) = place.query(&tokens, "tooling/query", "SELECT Metadata FROM Layout").await;
    assert_eq!((status, &error[0]["errorCode"]), (StatusCode::BAD_REQUEST, &"MALFORMED_QUERY".into()));

    let user = tokens["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    place.press("/lightning/setup/PermSets/home", &[("do", "assign"), ("user", &user)]).await;
    assert_eq!(place.records(&tokens, "query", ASSIGNMENTS).await[0]["AssigneeId"], user);
    let fields = "/lightning/setup/ObjectManager/Activity/FieldsAndRelationships/view";
    place.press(fields, &[("do", "add_activity_fields")]).await;
    assert_eq!(place.activity_fields(&tokens).await, 15);
    let config = place.press("/lightning/n/Marketo_Sales_Insight_Config", &[("do", "enable_actions")]).await;
    assert!(config.contains("MSI Actions is enabled"), "{config}");
    assert_eq!(place.salesforce.setup(Org::Production).package, Some(PackageVersion::LATEST));
    assert_eq!(place.salesforce.setup(Org::Sandbox), Setup::default());
}

#[tokio::test]
async fn the_set_up_asks_for_a_sign_in_and_leads_back() {
    let mut place = Place::open().await;
    let path = "/lightning/setup/PermSets/home";
    let url = format!("{}{path}", place.salesforce.url(Host::MyDomain));
    let answer = place.browse(Method::GET, &url, None).await;
    let form = format!("{}{}", place.salesforce.url(Host::MyDomain), location(&answer));
    let answer = place.sign_in(Host::MyDomain, &form, "ana@example.com").await;
    assert_eq!(location(&answer), path);
    let page = place.browse(Method::GET, &url, None).await;
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"));
    let page = page.text().await.unwrap();
    // Without an icon of their own, Firefox and WebKit ask for one that the policy refuses.
    assert!(policy.contains("img-src data:") && page.contains("rel=\"icon\" href=\"data:,\""), "{page}");
    assert!(page.contains("<html lang=\"en\">") && !page.contains("<script"), "{page}");
    let unknown = format!("{}/lightning/setup/Nothing/home", place.salesforce.url(Host::MyDomain));
    assert_eq!(place.browse(Method::GET, &unknown, None).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn tests_set_an_org_up_at_once() {
    let mut place = Place::open().await;
    place.connect(Host::Test, "ana@example.com").await;
    let url = format!("{}/__sandbox/setup?org=sandbox", place.salesforce.url(Host::Login));
    let answer = place.client.post(format!("{url}&preset=complete")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let setup = place.salesforce.setup(Org::Sandbox);
    assert_eq!((setup.remote_sites.len(), setup.layouts.len()), (4, LayoutObject::VARIANTS.len()));
    assert_eq!((setup.activity_fields.len(), setup.permission_set.len()), (15, 1));
    let read: Setup = place.client.get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(read, setup);
    let some = json!({ "package": { "major": 1, "minor": 4359 }, "layouts": ["Lead"] });
    place.client.post(&url).json(&some).send().await.unwrap();
    assert_eq!(place.salesforce.setup(Org::Sandbox).package, Some(PackageVersion::OUTDATED));
    let wrong = place.client.post(&url).json(&json!({ "packge": null })).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
}
