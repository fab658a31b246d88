//! The check-list of the package and its configuration: what the org shows, and what people tick.

use api_types::{
    AuditAction, AuditField, ChecklistItem, ChecklistItemId, ProblemCode, SalesforceSetup, Tick, Ticked,
};

use super::connection::for_asking;
use super::{recheck, setup};
use crate::db::{self, Conn};
use crate::error::ApiResult;
use crate::services::audit::{self, Subject};
use crate::services::sessions::Caller;
use crate::services::setup::order;
use crate::state::App;

/// The page of an org that installs a version of a package.
const INSTALL: &str = "/packagingSetupUI/ipLanding.app?apvId=";

/// Ticks an item by hand, or removes the tick.
pub(crate) async fn tick(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    item: ChecklistItemId,
    Tick { ticked, out_of_order }: Tick,
) -> ApiResult<()> {
    let (changed, what) = if ticked {
        let tick = db::ticks::Tick { by: caller.user.named(), at: app.now() };
        let missing = order::check(conn, app, item.step(), out_of_order).await?;
        let changed = db::ticks::set(conn, &app.account_id, item.as_str(), &tick).await?;
        if changed {
            order::note(app, conn, caller, item.step(), &missing).await?;
        }
        (changed, AuditAction::ChecklistTicked)
    } else {
        let changed = db::ticks::clear(conn, &app.account_id, item.as_str()).await?;
        (changed, AuditAction::ChecklistUnticked)
    };
    if changed {
        let yes = |is: bool| is.then_some("yes");
        let changes = [audit::change(AuditField::Ticked, yes(!ticked), yes(ticked))];
        audit::by_caller(app, conn, caller, what, Subject::from(item.as_str()).changing(&changes)).await?;
    }
    Ok(())
}

/// Verifies the items in the connected org.
pub(crate) async fn verify(app: &App, caller: &Caller) -> ApiResult<()> {
    let connection = for_asking(&mut *app.db.read().await?, app, caller).await?;
    let connection = connection.ok_or(ProblemCode::NotConnected)?;
    recheck::verify(app, connection).await
}

/// The items as they are known, and where the org is.
pub(crate) async fn show(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<SalesforceSetup> {
    let connection = for_asking(conn, app, caller).await?;
    let mut verified = db::salesforce_setup::all(conn, &app.account_id).await?;
    let mut ticks = db::ticks::all(conn, &app.account_id).await?;
    let marketo = app.services.marketo.integration.as_ref();
    let marketo = marketo.map(|known| (known.munchkin_account_id.as_str(), known.client_id.as_str()));
    let item = |id: &ChecklistItemId| ChecklistItem {
        id: *id,
        verified: verified.remove(id.as_str()),
        ticked: ticks.remove(id.as_str()).map(|tick| Ticked { by: tick.by, at: tick.at.timestamp() }),
        values: setup::paste_values(*id, marketo),
    };
    let instance_url = connection.map(|connection| connection.instance_url);
    let version = app.services.salesforce.as_ref().and_then(|service| service.package_version.as_deref());
    Ok(SalesforceSetup {
        items: ChecklistItemId::ALL.iter().map(item).collect(),
        package_url: match (&instance_url, version) {
            (Some(org), Some(version)) => format!("{org}{INSTALL}{version}"),
            _ => setup::APP_EXCHANGE.to_owned(),
        },
        instance_url,
    })
}
