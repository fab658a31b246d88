//! The preview of a sync as administrators ask for it: counting who would be brought over.

use api_types::{PreviewCount, SetupStepId, SyncPreview, SyncRunState};

use super::preview::fields;
use super::steering::{find_any, number, require_marketo, skipped};
use crate::db::field_sync::runs::{self, NewRun, RunKind, RunRow};
use crate::db::{Conn, new_id};
use crate::error::ApiResult;
use crate::services::setup::order;
use crate::state::App;

/// Begins to count, unless a count is under way.
pub(crate) async fn start(app: &App, conn: &mut Conn) -> ApiResult<SyncPreview> {
    let preview = match runs::counting(conn, &app.account_id).await? {
        Some(preview) => preview,
        None => {
            require_marketo(&order::missing(app, conn, SetupStepId::StartSync).await?)?;
            let id = new_id();
            let run = NewRun { id: &id, kind: RunKind::Preview, started_by: None, after: None };
            runs::insert(conn, &app.account_id, &run, app.now()).await?;
            find_any(app, conn, &id).await?
        }
    };
    show(&preview)
}

/// The latest preview.
pub(crate) async fn latest(app: &App, conn: &mut Conn) -> ApiResult<SyncPreview> {
    match runs::latest(conn, &app.account_id, RunKind::Preview).await? {
        Some(preview) => show(&preview),
        None => Ok(SyncPreview { fields: fields(), count: PreviewCount::NotCounted }),
    }
}

fn show(run: &RunRow) -> ApiResult<SyncPreview> {
    let count = match run.state()? {
        SyncRunState::Failed(failure) => PreviewCount::Failed(failure),
        SyncRunState::Completed => PreviewCount::Counted {
            at: run.ended_at().unwrap_or(run.started_at()).timestamp(),
            // People with an invalid address qualify too, and will be problems.
            qualifying: number(run.tally.created + run.tally.failed),
            skipped: skipped(run),
        },
        // The account is connected to another instance since.
        SyncRunState::Cancelled => {
            return Ok(SyncPreview { fields: fields(), count: PreviewCount::NotCounted });
        }
        SyncRunState::Preparing | SyncRunState::Running | SyncRunState::Paused => {
            PreviewCount::Counting { read: number(run.tally.read()) }
        }
    };
    Ok(SyncPreview { fields: run.fields()?.unwrap_or_else(fields), count })
}
