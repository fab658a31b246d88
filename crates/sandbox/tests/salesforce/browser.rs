//! A browser without a screen, and the app that sends a user to Salesforce with it.

use std::collections::HashMap;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use sandbox::clock::Clock;
use sandbox::people::People;
use sandbox::salesforce::{CLIENT_ID, CLIENT_SECRET, Host, Salesforce};
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const REDIRECT_URI: &str = "http://127.0.0.1:1/oauth/callback";
const PEOPLE: u32 = 6_000;

/// Salesforce, and a user at a browser.
pub struct Place {
    pub salesforce: Salesforce,
    pub clock: Clock,
    pub people: People,
    pub folder: TempDir,
    pub client: Client,
    cookies: HashMap<String, String>,
}

/// The app's authorisation request.
pub type Fields = Vec<(&'static str, String)>;

/// A valid authorisation request.
pub fn request() -> Fields {
    [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "api id refresh_token"),
        ("state", "st&te"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// A request with one field changed, or left away.
pub fn request_with(name: &'static str, value: Option<&str>) -> Fields {
    let mut fields = request();
    fields.retain(|(field, _)| *field != name);
    fields.extend(value.map(|value| (name, value.to_owned())));
    fields
}

pub fn encoded<V: AsRef<str>>(fields: &[(&str, V)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(fields);
    text.finish()
}

impl Place {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::running(1);
        let people = People::new(PEOPLE, clock.now());
        let salesforce = Salesforce::start(folder.path(), clock.clone(), people).await.unwrap();
        salesforce.register_redirect_uri(REDIRECT_URI);
        // Built with the server, the client can do TLS, and wants to know whose before it is asked for any.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { salesforce, clock, people, folder, client, cookies: HashMap::new() }
    }

    /// Stops Salesforce and starts it again.
    pub async fn restart(&mut self) {
        let next = Salesforce::start(self.folder.path(), self.clock.clone(), self.people);
        self.salesforce = next.await.unwrap();
        self.salesforce.register_redirect_uri(REDIRECT_URI);
    }

    /// Asks with the cookies that a browser has, and takes those it is given.
    pub async fn browse(&mut self, method: Method, url: &str, body: Option<String>) -> Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.client.request(method, url).header("cookie", cookies.join("; "));
        if let Some(body) = body {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }

    pub fn authorize_url(&self, host: Host, fields: &Fields) -> String {
        format!("{}/services/oauth2/authorize?{}", self.salesforce.url(host), encoded(fields))
    }

    /// Signs in where the form at `url` leads, and gives where that leads.
    pub async fn sign_in(&mut self, host: Host, url: &str, username: &str) -> Response {
        let page = self.browse(Method::GET, url, None).await.text().await.unwrap();
        let start = value_of(&page, "startURL");
        let fields = [("username", username), ("pw", "right"), ("startURL", &start)];
        let login = format!("{}/login", self.salesforce.url(host));
        self.browse(Method::POST, &login, Some(encoded(&fields))).await
    }

    /// From the app to Salesforce, through the sign-in, and to what comes then.
    pub async fn authorize(&mut self, host: Host, fields: &Fields, username: &str) -> Response {
        let url = self.authorize_url(host, fields);
        let answer = self.sign_in(host, &url, username).await;
        match answer.status() {
            StatusCode::SEE_OTHER => {
                let next = format!("{}{}", self.salesforce.url(host), location(&answer));
                self.browse(Method::GET, &next, None).await
            }
            _ => answer,
        }
    }

    /// Answers the consent page.
    pub async fn decide(&mut self, host: Host, consent: Response, decision: &str) -> Response {
        assert_eq!(consent.status(), StatusCode::OK);
        let page = consent.text().await.unwrap();
        assert!(page.contains("Allow Access?"), "{page}");
        let request = value_of(&page, "request");
        let url = format!("{}/services/oauth2/consent", self.salesforce.url(host));
        let body = encoded(&[("request", request.as_str()), ("decision", decision)]);
        self.browse(Method::POST, &url, Some(body)).await
    }

    /// A code for the app: signs in as a user and allows it.
    pub async fn code(&mut self, host: Host, username: &str) -> String {
        let consent = self.authorize(host, &request(), username).await;
        let back = self.decide(host, consent, "allow").await;
        let back = back_at_app(&back);
        assert_eq!(back["state"], "st&te");
        back["code"].clone()
    }

    pub async fn token(&self, host: Host, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let response = self
            .client
            .post(format!("{}/services/oauth2/token", self.salesforce.url(host)))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(fields))
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        (response.status(), response.json().await.unwrap())
    }

    pub async fn redeem(&self, host: Host, code: &str) -> (StatusCode, Value) {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        self.token(host, &fields).await
    }

    pub async fn refresh(&self, token: &Value) -> (StatusCode, Value) {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("refresh_token", token.as_str().unwrap()),
        ];
        self.token(Host::Login, &fields).await
    }

    /// The app connected as a user: the token endpoint's answer.
    pub async fn connect(&mut self, host: Host, username: &str) -> Value {
        let code = self.code(host, username).await;
        let (status, tokens) = self.redeem(host, &code).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        tokens
    }

    /// Calls the API with the access token.
    pub async fn get(&self, tokens: &Value, path: &str) -> (StatusCode, Value) {
        let url = format!("{}{path}", tokens["instance_url"].as_str().unwrap());
        let token = tokens["access_token"].as_str().unwrap();
        let response = self.client.get(url).bearer_auth(token).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    pub async fn query(&self, tokens: &Value, api: &str, soql: &str) -> (StatusCode, Value) {
        self.get(tokens, &format!("/services/data/v64.0/{api}?{}", encoded(&[("q", soql)]))).await
    }

    /// Records of a query that goes well.
    pub async fn records(&self, tokens: &Value, api: &str, soql: &str) -> Vec<Value> {
        let (status, answer) = self.query(tokens, api, soql).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["records"].as_array().unwrap().clone()
    }
}

pub fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}

/// The parameters that the app receives at its callback URL.
pub fn back_at_app(response: &Response) -> HashMap<String, String> {
    assert_eq!(response.status(), StatusCode::FOUND);
    let url = Url::parse(location(response)).unwrap();
    assert!(url.as_str().starts_with(REDIRECT_URI), "{url}");
    url.query_pairs().into_owned().collect()
}

/// The value of a hidden field.
pub fn value_of(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let value = page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    value.split('"').next().unwrap().replace("&amp;", "&").replace("&#39;", "'")
}
