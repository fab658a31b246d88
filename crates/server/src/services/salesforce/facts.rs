//! What an org is, for the report on the services: versions of the API, scopes, the package, limits.

use api_types::{Activity, ServiceCheck, ServiceCheckId};
use url::Url;

use super::oauth::{self, DATA};
use super::org::API;
use super::setup::package;
use super::{Error, Org};
use crate::clients::services::SalesforceService;
use crate::db::DbResult;
use crate::state::App;

/// The day on which the documentation of the scopes and of the versions was read.
const READ: &str = "2026-11-01";

/// Whether the app is known. Nobody need be connected.
pub(in crate::services) async fn of_app(
    http: &reqwest::Client,
    public_url: &Url,
    service: Option<&SalesforceService>,
) -> ServiceCheck {
    match service {
        None => ServiceCheck::not_asked(ServiceCheckId::SalesforceApp),
        Some(service) => told(
            ServiceCheckId::SalesforceApp,
            oauth::try_credentials(http, public_url, service).await.map(|()| Vec::new()),
        ),
    }
}

/// Without a connection.
pub(in crate::services) fn not_asked() -> Vec<ServiceCheck> {
    use ServiceCheckId as Id;
    let ids = [
        Id::SalesforceIdentity,
        Id::SalesforceVersions,
        Id::SalesforceScopes,
        Id::SalesforcePackage,
        Id::SalesforceLimits,
    ];
    ids.map(ServiceCheck::not_asked).into()
}

/// Over an administrator's connection.
pub(crate) async fn checks(app: &App) -> DbResult<Vec<ServiceCheck>> {
    use ServiceCheckId as Id;
    let Ok(mut org) = Org::of_an_admin(app, Activity::Checking).await else {
        return Ok(not_asked());
    };
    let scopes = scopes(&org);
    Ok(vec![
        told(Id::SalesforceIdentity, org.identify().await.map(|()| Vec::new())),
        versions(&mut org).await,
        scopes,
        match package(&mut org).await {
            Ok(found) if found.passed => ServiceCheck::passed(Id::SalesforcePackage, found.found),
            Ok(found) => ServiceCheck::differs(Id::SalesforcePackage, READ, found.found),
            Err(error) => ServiceCheck::failed(Id::SalesforcePackage, code(error)),
        },
        told(
            Id::SalesforceLimits,
            org.daily_requests().await.map(|(used, most)| vec![format!("{used} / {most}")]),
        ),
    ])
}

fn told(id: ServiceCheckId, answer: Result<Vec<String>, Error>) -> ServiceCheck {
    answer.map_or_else(|error| ServiceCheck::failed(id, code(error)), |found| ServiceCheck::passed(id, found))
}

fn code(error: Error) -> String {
    match error {
        Error::Salesforce(refusal) => refusal.code,
        Error::Own(error) => error.code().as_str().to_owned(),
    }
}

async fn versions(org: &mut Org) -> ServiceCheck {
    let id = ServiceCheckId::SalesforceVersions;
    match org.versions().await {
        Err(error) => ServiceCheck::failed(id, code(error)),
        Ok(served) => {
            let range =
                served.first().zip(served.last()).map(|(oldest, newest)| format!("{oldest} - {newest}"));
            let found = range.into_iter().collect();
            let used = API.strip_prefix("/services/data/v");
            if served.iter().any(|version| Some(version.as_str()) == used) {
                ServiceCheck::passed(id, found)
            } else {
                ServiceCheck::differs(id, READ, found)
            }
        }
    }
}

/// Those that were asked for and not granted.
fn scopes(org: &Org) -> ServiceCheck {
    let granted = org.scopes();
    let is_granted = |scope: &&&str| granted.iter().any(|granted| granted == *scope);
    let missing: Vec<String> =
        DATA.iter().filter(|scope| !is_granted(scope)).map(|scope| (*scope).to_owned()).collect();
    let id = ServiceCheckId::SalesforceScopes;
    if missing.is_empty() {
        ServiceCheck::passed(id, missing)
    } else {
        ServiceCheck::differs(id, READ, missing)
    }
}
