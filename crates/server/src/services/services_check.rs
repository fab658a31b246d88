//! Asking Salesforce and Marketo a few questions that change nothing: what is there, what may be read, what differs from their
//! documentation. For the operator's command line and for the Diagnostics page.

use std::time::Duration;

use api_types::{ServiceCheck, ServiceCheckId, ServicesReport, Timestamp};
use url::Url;

use super::field_sync::mapping::Available;
use super::marketo::connection;
use super::salesforce;
use crate::clients::marketo::{Clients, Error, Marketo, Pace, RetryPolicy};
use crate::clients::services::{MarketoService, Services};
use crate::db::DbResult;
use crate::state::App;

/// How long a question may take.
const PATIENCE: Duration = Duration::from_secs(12);
/// The day on which the documentation of the fields was read.
const FIELDS_READ: &str = "2026-11-01";

/// Asks everything. Failures are in the report.
pub(crate) async fn report(app: &App) -> DbResult<ServicesReport> {
    let now = app.now().timestamp();
    let connection = async {
        let marketo = connection::client(app, RetryPolicy::Person).await?.ok().map(Ok);
        Ok::<_, sqlx::Error>(of_connection(marketo, &now).await)
    };
    let platform = of_platform(&app.services.marketo, &app.marketo);
    let known = salesforce::facts::of_app(&app.http, &app.public_url, app.services.salesforce.as_ref());
    let org = salesforce::facts::checks(app);
    let (connection, platform, known, org) = tokio::join!(connection, platform, known, org);
    Ok(reported(now.clone(), [connection?, platform, vec![known], org?].concat()))
}

/// Asks what the operator's credentials alone can be asked for, as there is no account yet. Those for the integration are asked
/// as the connection will be that an account makes with them.
pub(crate) async fn report_without_account(
    services: &Services,
    (http, public_url): (reqwest::Client, &Url),
    now: Timestamp,
) -> ServicesReport {
    let marketo = &services.marketo;
    let clients = &Clients::new(http.clone(), Pace::REAL);
    let integration = marketo.integration.as_ref();
    let integration = integration.map(|given| clients.client(marketo, given, RetryPolicy::Person));
    let known = salesforce::facts::of_app(&http, public_url, services.salesforce.as_ref());
    let (connection, platform, known) =
        tokio::join!(of_connection(integration, &now), of_platform(marketo, clients), known);
    reported(now, [connection, platform, vec![known], salesforce::facts::not_asked()].concat())
}

fn reported(at: Timestamp, checks: Vec<ServiceCheck>) -> ServicesReport {
    ServicesReport { at, version: env!("CARGO_PKG_VERSION").to_owned(), checks }
}

fn told(id: ServiceCheckId, answer: Result<Vec<String>, Error>) -> ServiceCheck {
    answer
        .map_or_else(|error| ServiceCheck::failed(id, error.code()), |found| ServiceCheck::passed(id, found))
}

/// Over a connection to Marketo, if there is one.
async fn of_connection(marketo: Option<Result<Marketo, Error>>, now: &Timestamp) -> Vec<ServiceCheck> {
    use ServiceCheckId as Id;
    let ids = [Id::MarketoToken, Id::MarketoFields, Id::MarketoLeads, Id::MarketoActivities];
    let ids = ids.into_iter().chain([Id::MarketoDeletions, Id::MarketoUsage]);
    let signed_in = match marketo {
        None => return ids.map(ServiceCheck::not_asked).collect(),
        Some(Err(error)) => Err(error),
        Some(Ok(marketo)) => within(marketo.sign_in()).await.map(|_| marketo),
    };
    let marketo = match signed_in {
        Ok(marketo) => marketo,
        Err(error) => {
            let first = ServiceCheck::failed(Id::MarketoToken, error.code());
            return std::iter::once(first).chain(ids.skip(1).map(ServiceCheck::not_asked)).collect();
        }
    };
    let lookup = ["1".to_owned()];
    let (token, fields, lookup, calls) = tokio::join!(
        within(marketo.paging_token(now.as_str())),
        fields(&marketo),
        within(marketo.leads("id", &lookup, &["id"])),
        within(marketo.calls_today()),
    );
    let deletions = async {
        let token = token.clone()?;
        marketo.deleted_leads(&token).await?;
        marketo.merged_leads(&token).await?;
        Ok(Vec::new())
    };
    let deletions = within(deletions).await;
    vec![
        ServiceCheck::passed(Id::MarketoToken, Vec::new()),
        fields,
        told(Id::MarketoLeads, lookup.map(|_| Vec::new())),
        told(Id::MarketoActivities, token.map(|_| Vec::new())),
        told(Id::MarketoDeletions, deletions),
        told(Id::MarketoUsage, calls.map(|calls| vec![calls.to_string()])),
    ]
}

/// A question that hangs has failed: the others are answered all the same.
async fn within<T>(asking: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or(Err(Error::Unreachable))
}

async fn fields(marketo: &Marketo) -> ServiceCheck {
    let id = ServiceCheckId::MarketoFields;
    let described = match within(marketo.describe()).await {
        Ok(described) => described.fields,
        Err(error) => return ServiceCheck::failed(id, error.code()),
    };
    let missing: Vec<String> = Available::of(&described).missing_names().map(str::to_owned).collect();
    if missing.is_empty() {
        return ServiceCheck::passed(id, missing);
    }
    ServiceCheck::differs(id, FIELDS_READ, missing)
}

/// With the operator's own credentials.
async fn of_platform(service: &MarketoService, clients: &Clients) -> Vec<ServiceCheck> {
    use ServiceCheckId as Id;
    let credentials = service.platform.as_ref();
    let client = credentials.map(|platform| clients.client(service, platform, RetryPolicy::Person));
    match client {
        None => {
            vec![ServiceCheck::not_asked(Id::MarketoUsers), ServiceCheck::not_asked(Id::MarketoWorkspaces)]
        }
        Some(Err(error)) => {
            vec![
                ServiceCheck::failed(Id::MarketoUsers, error.code()),
                ServiceCheck::failed(Id::MarketoWorkspaces, error.code()),
            ]
        }
        Some(Ok(platform)) => {
            let users = within(platform.users()).await.map(|users| vec![users.len().to_string()]);
            let workspaces = within(platform.workspaces()).await.map(|all| vec![all.len().to_string()]);
            vec![told(Id::MarketoUsers, users), told(Id::MarketoWorkspaces, workspaces)]
        }
    }
}
