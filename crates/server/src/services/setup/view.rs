//! The set-up guide as people see it, and the prerequisites that they tick.

use api_types::{
    AuditAction, AuditField, Prerequisite, PrerequisiteId, PrerequisiteState, SetupGuide, SetupStep,
    SetupStepId, StepState, Tick,
};

use crate::db::setup_guide::Guide;
use crate::db::{self, Conn, DbResult};
use crate::error::ApiResult;
use crate::services::audit::{self, Subject};
use crate::services::sessions::Caller;
use crate::state::App;

/// Ticks a prerequisite, or removes the tick.
pub(crate) async fn tick(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    id: PrerequisiteId,
    tick: Tick,
) -> DbResult<()> {
    if tick.ticked {
        let by = db::ticks::Tick { by: caller.user.named(), at: app.now() };
        if db::ticks::set(conn, &app.account_id, id.as_str(), &by).await? {
            let changes = [audit::change(AuditField::Ticked, None, Some("yes"))];
            let subject = Subject::from(id.as_str()).changing(&changes);
            audit::by_caller(app, conn, caller, AuditAction::ChecklistTicked, subject).await?;
        }
    } else if db::ticks::clear(conn, &app.account_id, id.as_str()).await? {
        let changes = [audit::change(AuditField::Ticked, Some("yes"), None)];
        let subject = Subject::from(id.as_str()).changing(&changes);
        audit::by_caller(app, conn, caller, AuditAction::ChecklistUnticked, subject).await?;
    }
    Ok(())
}

/// The states of the prerequisites and of the seven steps.
pub(crate) async fn show(app: &App, conn: &mut Conn) -> ApiResult<SetupGuide> {
    let connecting = app.marketo.is_connecting();
    let guide = db::setup_guide::read(conn, &app.account_id, connecting, app.now()).await?;
    let mut steps = Vec::with_capacity(SetupStepId::ALL.len());
    for id in SetupStepId::ALL {
        steps.push(step(app, conn, &guide, id).await?);
    }
    let prerequisites = PrerequisiteId::ALL.map(|id| prerequisite(&guide, id)).into();
    Ok(SetupGuide { prerequisites, steps })
}

async fn step(app: &App, conn: &mut Conn, guide: &Guide, id: SetupStepId) -> ApiResult<SetupStep> {
    let state = guide.facts.state(id);
    let doer = match state {
        StepState::NotStarted => None,
        _ => db::setup_guide::doer(conn, &app.account_id, guide, id).await?,
    };
    let (by, at) = doer.map_or((None, None), |(by, at)| (by, Some(at.timestamp())));
    let (waits_for, waits_for_more) = match state {
        StepState::InProgress => match id {
            SetupStepId::InstallPackage | SetupStepId::ConfigureActions => (by.iter().cloned().collect(), 0),
            id => db::setup_guide::waits_for(conn, &app.account_id, id, app.now()).await?,
        },
        _ => (Vec::new(), 0),
    };
    Ok(SetupStep { id, state, by, at, blocked_by: guide.facts.blocked_by(id), waits_for, waits_for_more })
}

fn prerequisite(guide: &Guide, id: PrerequisiteId) -> Prerequisite {
    let seen = match id {
        PrerequisiteId::ActionsEnabled => None,
        PrerequisiteId::MarketoSalesforceSync => guide.seen_in_salesforce,
    };
    let state = match (seen, guide.ticks.get(id.as_str())) {
        (Some(at), _) => PrerequisiteState::Verified { at: at.timestamp() },
        (None, Some(tick)) => PrerequisiteState::Ticked { by: tick.by.clone(), at: tick.at.timestamp() },
        (None, None) => PrerequisiteState::Open,
    };
    Prerequisite { id, state }
}
