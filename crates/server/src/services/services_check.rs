//! Asking Salesforce and Marketo a few questions that change nothing: what is there, what may be read, what differs from their
//! documentation. For the operator's command line and for the Diagnostics page.

use std::time::Duration;

use api_types::{ServiceCheck, ServiceCheckId, ServicesReport};

use super::field_sync::mapping::Available;
use super::marketo::connection;
use super::salesforce;
use crate::clients::marketo::{Error, Marketo, RetryPolicy};
use crate::db::DbResult;
use crate::state::App;

/// How long a question may take.
const PATIENCE: Duration = Duration::from_secs(12);
/// The day on which the documentation of the fields was read.
const FIELDS_READ: &str = "2026-11-01";

/// Asks everything. Failures are in the report.
pub(crate) async fn report(app: &App) -> DbResult<ServicesReport> {
    let (connection, platform, org) =
        tokio::join!(of_connection(app), of_platform(app), salesforce::facts::checks(app));
    let checks = [connection?, platform, org?].concat();
    Ok(ServicesReport { at: app.now().timestamp(), version: env!("CARGO_PKG_VERSION").to_owned(), checks })
}

fn told(id: ServiceCheckId, answer: Result<Vec<String>, Error>) -> ServiceCheck {
    answer
        .map_or_else(|error| ServiceCheck::failed(id, error.code()), |found| ServiceCheck::passed(id, found))
}

/// Over the account's connection to Marketo.
async fn of_connection(app: &App) -> DbResult<Vec<ServiceCheck>> {
    use ServiceCheckId as Id;
    let ids = [Id::MarketoToken, Id::MarketoFields, Id::MarketoLeads, Id::MarketoActivities];
    let ids = ids.into_iter().chain([Id::MarketoDeletions, Id::MarketoUsage]);
    let Ok(marketo) = connection::client(app, RetryPolicy::Person).await? else {
        return Ok(ids.map(ServiceCheck::not_asked).collect());
    };
    if let Err(error) = within(marketo.sign_in()).await {
        let first = ServiceCheck::failed(Id::MarketoToken, error.code());
        return Ok(std::iter::once(first).chain(ids.skip(1).map(ServiceCheck::not_asked)).collect());
    }
    let now = app.now().timestamp();
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
    Ok(vec![
        ServiceCheck::passed(Id::MarketoToken, Vec::new()),
        fields,
        told(Id::MarketoLeads, lookup.map(|_| Vec::new())),
        told(Id::MarketoActivities, token.map(|_| Vec::new())),
        told(Id::MarketoDeletions, deletions),
        told(Id::MarketoUsage, calls.map(|calls| vec![calls.to_string()])),
    ])
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
async fn of_platform(app: &App) -> Vec<ServiceCheck> {
    use ServiceCheckId as Id;
    let service = &app.services.marketo;
    let credentials = service.platform.as_ref();
    let client = credentials.map(|platform| app.marketo.client(service, platform, RetryPolicy::Person));
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
