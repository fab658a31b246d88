//! A browser that goes to the stand-in for Salesforce and back, and the stand-in's counts.

use std::collections::HashMap;
use std::path::Path;

use api_types::{Flow, FlowId, FlowStarted, SalesforceEnvironment, paths};
use reqwest::Method;
use reqwest::redirect::Policy;
use sandbox::salesforce::Stats;
use serde_json::{Value, json};
use url::Url;

use crate::harness::{Answer, Client, Server, attributes, send};

/// The user's choice on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allow,
    Deny,
}

/// The stand-in of a server.
pub(crate) struct Salesforce {
    http: reqwest::Client,
    login: String,
}

impl Salesforce {
    pub(crate) fn of(server: &Server) -> Self {
        Self::with_data_in(server.data())
    }

    pub(crate) fn with_data_in(data: &Path) -> Self {
        let kept = std::fs::read(data.join("salesforce.json")).expect("the stand-in's file");
        let kept: Value = serde_json::from_slice(&kept).expect("JSON");
        let port = &kept["ports"]["login"];
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { http, login: format!("http://localhost:{port}") }
    }

    pub(crate) async fn stats(&self) -> Stats {
        send(self.http.get(format!("{}/__sandbox/stats", self.login))).await.json()
    }

    pub(crate) async fn order(&self, order: Value) {
        let answer = send(self.http.post(format!("{}/__sandbox", self.login)).json(&order)).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    pub(crate) async fn set_up(&self, setup: &Value) {
        let answer = send(self.http.post(format!("{}/__sandbox/setup", self.login)).json(setup)).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    /// Everything that the guide requires, for every user who ever signed in.
    pub(crate) async fn set_up_completely(&self) {
        let answer = send(self.http.post(format!("{}/__sandbox/setup?preset=complete", self.login))).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
}

/// A window, with the cookies of its browser.
pub(crate) struct Browser {
    http: reqwest::Client,
    base: String,
    /// By host and name: what a site has set, and whether it is `Strict`.
    cookies: HashMap<(String, String), (String, bool)>,
}

impl Browser {
    /// A browser in which that person has the app open.
    pub(crate) fn of(server: &Server, client: &Client) -> Self {
        Self::at(&server.base, client)
    }

    fn at(base: &str, client: &Client) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        let mut browser = Self { http, base: base.to_owned(), cookies: HashMap::new() };
        let cookies = client.cookie.as_deref().unwrap_or_default().split("; ");
        for (name, value) in cookies.filter_map(|cookie| cookie.split_once('=')) {
            let key = (browser.own_host(), name.to_owned());
            browser.cookies.insert(key, (value.to_owned(), true));
        }
        browser
    }

    /// The cookies for a host, as one header. `Strict` ones are not sent when another site leads there.
    fn cookies(&self, host: &str, from_elsewhere: bool) -> String {
        let own =
            self.cookies.iter().filter(|((of, _), (_, strict))| of == host && !(*strict && from_elsewhere));
        own.map(|((_, name), (value, _))| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The session that the browser has at the app.
    pub(crate) fn session(&self) -> Option<String> {
        self.own("msi-loopback")
    }

    /// The cookie by which the app knows the browser.
    pub(crate) fn device(&self) -> Option<String> {
        self.own("msi-device-loopback")
    }

    fn own(&self, name: &str) -> Option<String> {
        let (value, _) = self.cookies.get(&(self.own_host(), name.to_owned()))?;
        Some(format!("{name}={value}"))
    }

    /// That of the app.
    fn own_host(&self) -> String {
        Url::parse(&self.base).expect("an address").host_str().expect("a host").to_owned()
    }

    pub(crate) async fn visit(&mut self, url: &str) -> Answer {
        self.ask(Method::GET, url, None).await
    }

    async fn ask(&mut self, method: Method, url: &str, form: Option<&[(&str, &str)]>) -> Answer {
        let host = Url::parse(url).expect("an address").host_str().expect("a host").to_owned();
        let mut request = self.http.request(method, url);
        request = request.header("cookie", self.cookies(&host, url.contains("/oauth/callback")));
        if let Some(form) = form {
            request = request.form(form);
        }
        let answer = send(request).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            let (name, value) = cookie.split(';').next().and_then(|c| c.split_once('=')).expect("a cookie");
            let key = (host.clone(), name.to_owned());
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                let is_strict = attributes(cookie).contains("SameSite=Strict");
                self.cookies.insert(key, (value.to_owned(), is_strict));
            }
        }
        answer
    }

    /// From a flow's start to the callback URL, which is not requested.
    pub(crate) async fn go(&mut self, start_url: &str, username: &str, decision: Decision) -> String {
        let mut url = start_url.to_owned();
        let mut answer = self.visit(&url).await;
        loop {
            if answer.status.is_redirection() {
                let to = answer.header("location").expect("a location");
                url = Url::parse(&url).and_then(|url| url.join(to)).expect("an address").into();
                if url.starts_with(&format!("{}/oauth/callback", self.base)) {
                    return url;
                }
                answer = self.visit(&url).await;
                continue;
            }
            assert_eq!(answer.status, 200, "{url}: {}", answer.text());
            let page = answer.text();
            let (path, form) = if let Some(request) = value_of(&page, "request") {
                let decision = if decision == Decision::Allow { "allow" } else { "deny" };
                ("/services/oauth2/consent", vec![("request", request), ("decision", decision.to_owned())])
            } else {
                let start = value_of(&page, "startURL").expect("a form to sign in with");
                let form =
                    vec![("username", username.to_owned()), ("pw", "right".to_owned()), ("startURL", start)];
                ("/login", form)
            };
            url = Url::parse(&url).and_then(|url| url.join(path)).expect("an address").into();
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            answer = self.ask(Method::POST, &url, Some(&form)).await;
        }
    }

    /// The whole authorisation, to its last page.
    pub(crate) async fn through(&mut self, started: &FlowStarted, username: &str) -> Answer {
        let callback = self.go(&started.start_url, username, Decision::Allow).await;
        self.visit(&callback).await
    }
}

fn value_of(page: &str, name: &str) -> Option<String> {
    let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    Some(value.split('"').next()?.replace("&amp;", "&").replace("&#39;", "'"))
}

impl Client {
    pub(crate) async fn begin_connecting(&self, environment: SalesforceEnvironment) -> FlowStarted {
        let body = json!({"environment": environment, "return_to": "/settings/admin/salesforce"});
        self.post(paths::SALESFORCE_FLOWS, &body).await.json()
    }

    pub(crate) async fn begin_sign_in(&self, activation_token: Option<&str>) -> FlowStarted {
        let mut body = json!({"environment": "salesforce", "return_to": "/"});
        if let Some(token) = activation_token {
            body["activation_token"] = token.into();
        }
        self.post(paths::SALESFORCE_SIGN_INS, &body).await.json()
    }

    pub(crate) async fn flow(&self, id: &FlowId) -> Flow {
        self.get(&paths::flow(id)).await.json()
    }

    /// Connects the signed-in user with a user of Salesforce.
    pub(crate) async fn connect_salesforce(&self, server: &Server, username: &str) -> Flow {
        self.connect_to(server, SalesforceEnvironment::Salesforce, username).await
    }

    /// Connects to an org of that environment.
    pub(crate) async fn connect_to(
        &self,
        server: &Server,
        environment: SalesforceEnvironment,
        username: &str,
    ) -> Flow {
        let started = self.begin_connecting(environment).await;
        Browser::of(server, self).through(&started, username).await;
        self.flow(&started.flow.id).await
    }

    /// Connects again to a server that is a process of its own.
    pub(crate) async fn reconnect_salesforce(&self, base: &str, username: &str) {
        let started = self.begin_connecting(SalesforceEnvironment::Salesforce).await;
        Browser::at(base, self).through(&started, username).await;
    }
}
