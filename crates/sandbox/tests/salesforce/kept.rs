use reqwest::{Method, StatusCode};
use sandbox::salesforce::{Host, Org, Setup};

use crate::browser::{Place, back_at_app, request};

#[tokio::test]
async fn grants_addresses_and_the_set_up_outlive_a_restart() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    let setup = Setup::complete("284-RPR-133", []);
    place.salesforce.set_setup(Org::Production, setup.clone());

    let kept = std::fs::read_to_string(place.folder.path().join("salesforce.json")).unwrap();
    for secret in ["access_token", "refresh_token"] {
        assert!(!kept.contains(tokens[secret].as_str().unwrap()), "{secret} is kept");
    }
    let port = place.salesforce.url(Host::MyDomain);
    place.restart().await;
    // While the old one ran, its ports were taken.
    assert_ne!(place.salesforce.url(Host::MyDomain), port);
    let port = place.salesforce.url(Host::MyDomain);
    assert_eq!(place.salesforce.setup(Org::Production), setup);
    let (status, next) = place.refresh(&tokens["refresh_token"]).await;
    assert_eq!((status, &next["instance_url"]), (StatusCode::OK, &port.into()));
    // The consent holds, the sign-in does not.
    let url = place.authorize_url(Host::Login, &request());
    let page = place.browse(Method::GET, &url, None).await.text().await.unwrap();
    assert!(page.contains("Log in"));
    let back = place.authorize(Host::Login, &request(), "ana@example.com").await;
    assert!(back_at_app(&back).contains_key("code"));
}
