//! An org, reached over a connection.

use api_types::{Activity, ProblemCode, Service};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::sleep;
use url::Url;

use super::refusal::{Error, Refusal};
use super::service::ACCESS;
use super::{refresh, rest};
use crate::db;
use crate::db::salesforce::ConnectionRow;
use crate::platform::secrets::SecretContext;
use crate::platform::{outbound, request_id};
use crate::state::App;

/// The path of the version of the API that is used.
pub(super) const API: &str = "/services/data/v64.0";
/// How often a request of the sync is tried: over some minutes.
const TRIES: u32 = 6;

/// An org, reached over one person's connection. An expired access token is renewed once for a request. Refusals by
/// Salesforce are recorded in Diagnostics, and on the connection if they are about it.
pub(crate) struct Org {
    app: App,
    connection: ConnectionRow,
    during: Activity,
    /// How many records a page has; as many as Salesforce likes if nothing is said.
    page_size: Option<u32>,
}

/// Records of a query, as many as Salesforce gives at once.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    /// How many records the query finds.
    pub(super) total_size: u64,
    pub(super) records: Vec<T>,
    #[serde(default)]
    next_records_url: Option<String>,
}

/// An object as it is described.
#[derive(Deserialize)]
struct Description {
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    name: String,
}

/// A version of the API that is served.
#[derive(Deserialize)]
struct Version {
    version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Limits {
    daily_api_requests: Limit,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Limit {
    max: u64,
    remaining: u64,
}

impl<T> Page<T> {
    /// The name of the next page.
    pub(super) fn next(&self) -> Option<&str> {
        self.next_records_url.as_ref()?.rsplit('/').next()
    }
}

/// A page of a query.
pub(super) enum PageOf<'a> {
    /// The first one of a query in SOQL.
    Query(&'a str),
    /// The one of that name, which Salesforce gave. It knows them for some days.
    Locator(&'a str),
}

/// Longest name of a page.
const LOCATOR_MAX: usize = 100;

impl Org {
    pub(crate) fn new(app: &App, connection: ConnectionRow, during: Activity) -> Self {
        Self { app: app.clone(), connection, during, page_size: None }
    }

    /// The same with pages of so many records, at least 200.
    pub(super) fn in_pages_of(self, records: u32) -> Self {
        Self { page_size: Some(records), ..self }
    }

    /// An administrator's org, over a working connection if there is one.
    ///
    /// # Errors
    /// [`ProblemCode::NotConnected`] when there is none.
    pub(crate) async fn of_an_admin(app: &App, during: Activity) -> Result<Self, Error> {
        let mut conn = app.db.read().await?;
        let connections = db::salesforce::of_admins(&mut conn, &app.account_id).await?;
        let connection = connections.into_iter().next().ok_or(ProblemCode::NotConnected)?;
        Ok(Self::new(app, connection, during))
    }

    /// The account's org, over each working connection of an administrator, or over the first one where none works. It is one
    /// org, also where administrators are connected to several.
    ///
    /// # Errors
    /// [`ProblemCode::NotConnected`] when there is none.
    pub(crate) async fn over_each_admin(app: &App, during: Activity) -> Result<Vec<Self>, Error> {
        let mut conn = app.db.read().await?;
        let connections = db::salesforce::of_admins(&mut conn, &app.account_id).await?;
        let connections = db::salesforce::to_one_org(connections)?;
        if connections.is_empty() {
            return Err(ProblemCode::NotConnected.into());
        }
        let working = connections.iter().filter(|connection| connection.is_healthy()).count();
        // Those that work come first.
        let tried = connections.into_iter().take(working.max(1));
        Ok(tried.map(|connection| Self::new(app, connection, during)).collect())
    }

    /// Every record of a query in SOQL, page after page.
    pub(crate) async fn query<T: DeserializeOwned>(&mut self, soql: &str) -> Result<Vec<T>, Error> {
        self.pages("query", soql).await
    }

    /// One page of a query. A name that no page can have is not found, and not sent.
    pub(super) async fn page<T: DeserializeOwned>(&mut self, of: PageOf<'_>) -> Result<Page<T>, Error> {
        match of {
            PageOf::Query(soql) => self.get(&format!("{API}/query"), &[("q", soql)]).await,
            PageOf::Locator(locator) if is_locator(locator) => {
                self.get(&format!("{API}/query/{locator}"), &[]).await
            }
            PageOf::Locator(_) => Err(Refusal::unknown_page().into()),
        }
    }

    /// The same of the Tooling API.
    pub(crate) async fn tooling<T: DeserializeOwned>(&mut self, soql: &str) -> Result<Vec<T>, Error> {
        self.pages("tooling/query", soql).await
    }

    /// How many records a query with `COUNT()` finds.
    pub(crate) async fn count(&mut self, soql: &str) -> Result<u64, Error> {
        let page: Page<serde::de::IgnoredAny> = self.get(&format!("{API}/query"), &[("q", soql)]).await?;
        Ok(page.total_size)
    }

    /// The names of an object's fields.
    pub(crate) async fn fields(&mut self, object: &str) -> Result<Vec<String>, Error> {
        let described: Description = self.get(&format!("{API}/sobjects/{object}/describe"), &[]).await?;
        Ok(described.fields.into_iter().map(|field| field.name).collect())
    }

    /// The name of the company. The cheapest request there is.
    pub(crate) async fn name(&mut self) -> Result<String, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Organization {
            name: String,
        }
        let found: Vec<Organization> = self.query("SELECT Name FROM Organization").await?;
        let organization = found.into_iter().next().ok_or_else(Refusal::unexpected)?;
        Ok(organization.name)
    }

    /// Makes sure that Salesforce tells whose connection it is.
    pub(super) async fn identify(&mut self) -> Result<(), Error> {
        self.get::<serde::de::IgnoredAny>("/services/oauth2/userinfo", &[]).await.map(drop)
    }

    /// The versions of the API that the org serves, the oldest first.
    pub(super) async fn versions(&mut self) -> Result<Vec<String>, Error> {
        let served: Vec<Version> = self.get("/services/data", &[]).await?;
        Ok(served.into_iter().map(|served| served.version).collect())
    }

    /// How many requests were made in the last 24 hours, and how many may be.
    pub(super) async fn daily_requests(&mut self) -> Result<(u64, u64), Error> {
        let Limits { daily_api_requests: limit } = self.get(&format!("{API}/limits"), &[]).await?;
        Ok((limit.max.saturating_sub(limit.remaining), limit.max))
    }

    /// The scopes that were granted.
    pub(super) fn scopes(&self) -> Vec<&str> {
        self.connection.scopes()
    }

    async fn pages<T: DeserializeOwned>(&mut self, api: &str, soql: &str) -> Result<Vec<T>, Error> {
        let mut page: Page<T> = self.get(&format!("{API}/{api}"), &[("q", soql)]).await?;
        let mut records = Vec::new();
        loop {
            records.append(&mut page.records);
            let Some(next) = page.next_records_url else { return Ok(records) };
            let announced = page.total_size;
            page = self.get(&next, &[]).await?;
            if page.records.is_empty() || records.len() as u64 > announced {
                tracing::warn!("Salesforce's pages have no end");
                return Err(Refusal::unexpected().into());
            }
        }
    }

    async fn get<T: DeserializeOwned>(&mut self, path: &str, query: &[(&str, &str)]) -> Result<T, Error> {
        let mut answer = self.renewing(path, query).await;
        for failed in 1..self.tries() {
            let Err(Error::Salesforce(refusal)) = &answer else { break };
            let Some(at_least) = refusal.passes_after() else { break };
            sleep(outbound::backoff(failed).max(at_least)).await;
            answer = self.renewing(path, query).await;
        }
        if let Err(Error::Salesforce(refusal)) = &answer {
            self.note(refusal).await?;
        }
        answer
    }

    /// How often a request is tried. In background work, giving up costs more than waiting.
    fn tries(&self) -> u32 {
        match self.during {
            Activity::Syncing => TRIES,
            _ => 1,
        }
    }

    async fn renewing<T: DeserializeOwned>(
        &mut self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Error> {
        match self.once(path, query).await {
            Err(Error::Salesforce(refusal)) if refusal.ends_session() => {
                self.connection = refresh::renew(&self.app, &self.connection).await?;
                self.once(path, query).await
            }
            answer => answer,
        }
    }

    async fn once<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, Error> {
        let instance = Url::parse(&self.connection.instance_url).ok();
        let url = instance.as_ref().and_then(|instance| instance.join(path).ok());
        // Checked for each page: the path of a further page comes from Salesforce.
        let url = url.filter(|url| instance.is_some_and(|instance| instance.origin() == url.origin()));
        let mut url = url.ok_or_else(Refusal::host_not_allowed)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let place = SecretContext { column: ACCESS, row: &self.connection.id };
        let access = self.app.keyring.open(place, &self.connection.access_token)?;
        Ok(rest::get(&self.app.http, url, &access, self.page_size).await?)
    }

    async fn note(&self, refusal: &Refusal) -> Result<(), Error> {
        let (app, now) = (&self.app, self.app.now());
        let mut tx = app.db.write().await?;
        let what = (Service::Salesforce, self.during);
        let request_id = request_id::current();
        db::errors::note(&mut tx, &app.account_id, now, what, &refusal.code, &request_id).await?;
        if refusal.is_of_the_connection() {
            db::salesforce::set_check(&mut tx, &self.connection.id, Some(refusal.failure), now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Whether a text can be the name of a page, and nothing else in a path.
fn is_locator(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LOCATOR_MAX).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_pages_become_part_of_a_path() {
        assert!(is_locator("01gD0000002HU6KIAW-2000"));
        for wrong in ["", "../limits", "a/b", "a?q=b", "a%2Fb", "a#b", &"a".repeat(LOCATOR_MAX + 1)] {
            assert!(!is_locator(wrong), "{wrong}");
        }
    }

    /// In the forms of the documentation, with values of our own.
    #[test]
    fn s2_pages_descriptions_versions_and_limits_are_read_as_documented() {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Account {
            name: String,
        }
        let page: Page<Account> = serde_json::from_str(
            r#"{"totalSize":3222,"done":false,"nextRecordsUrl":"/services/data/v64.0/query/01gRO0000016PIAYA2-500",
                "records":[{"attributes":{"type":"Account","url":"/services/data/v64.0/sobjects/Account/001RO00000Gxk2nYAB"},"Name":"Northwind"}]}"#,
        )
        .unwrap();
        assert_eq!((page.total_size, page.next()), (3_222, Some("01gRO0000016PIAYA2-500")));
        assert_eq!(page.records[0].name, "Northwind");
        let counted: Page<Account> =
            serde_json::from_str(r#"{"totalSize":42,"done":true,"records":[]}"#).unwrap();
        assert_eq!((counted.total_size, counted.next()), (42, None));

        let described: Description = serde_json::from_str(
            r#"{"actionOverrides":[],"activateable":false,"fields":[{"aggregatable":true,"name":"MSI_Type__c","label":"Type","length":255,"nillable":true,"picklistValues":[]}],
                "name":"Task","urls":{"describe":"/services/data/v64.0/sobjects/Task/describe"}}"#,
        )
        .unwrap();
        assert_eq!(described.fields[0].name, "MSI_Type__c");

        let served: Vec<Version> = serde_json::from_str(
            r#"[{"label":"Summer '25","url":"/services/data/v64.0","version":"64.0"},{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}]"#,
        )
        .unwrap();
        assert_eq!(served.iter().map(|one| one.version.as_str()).collect::<Vec<_>>(), ["64.0", "67.0"]);

        // The share of an app stands among the figures of all.
        let limits: Limits = serde_json::from_str(
            r#"{"ActiveScratchOrgs":{"Max":3,"Remaining":3},"DailyApiRequests":{"Max":15000,"Remaining":14998,"Dataloader Bulk":{"Max":0,"Remaining":0}}}"#,
        )
        .unwrap();
        assert_eq!((limits.daily_api_requests.max, limits.daily_api_requests.remaining), (15_000, 14_998));
    }
}
