use api_types::{
    AuditAction, Prerequisite, PrerequisiteId, PrerequisiteState, ProblemCode, SetupGuide, SetupStep,
    SetupStepId, StepState, Tick,
};
use axum::extract::{Path, State};

use crate::db::setup_guide::Guide;
use crate::db::{self, Conn};
use crate::error::ApiResult;
use crate::http::extract::Json;
use crate::services::audit;
use crate::services::salesforce;
use crate::services::sessions::Caller;
use crate::state::App;

/// The states of the prerequisites and of the seven steps.
#[utoipa::path(get, path = "/setup-guide", tag = "setup-guide", responses((status = 200, body = SetupGuide)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<SetupGuide>> {
    show(&mut *app.db.read().await?, &app).await.map(Json)
}

/// The guide, after Salesforce was asked again what it depends on: at most once in half a minute for all users
/// together.
#[utoipa::path(post, path = "/setup-guide/check", tag = "setup-guide", responses((status = 200, body = SetupGuide)))]
pub(crate) async fn check(State(app): State<App>) -> ApiResult<Json<SetupGuide>> {
    salesforce::recheck::run(&app).await?;
    show(&mut *app.db.read().await?, &app).await.map(Json)
}

/// Ticks a prerequisite, or removes the tick.
#[utoipa::path(put, path = "/setup-guide/prerequisites/{id}", tag = "setup-guide",
    params(("id" = PrerequisiteId, Path)), request_body = Tick, responses((status = 200, body = SetupGuide)))]
pub(crate) async fn tick(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(tick): Json<Tick>,
) -> ApiResult<Json<SetupGuide>> {
    let id =
        PrerequisiteId::ALL.into_iter().find(|known| known.as_str() == id).ok_or(ProblemCode::NotFound)?;
    let mut tx = app.db.write().await?;
    if tick.ticked {
        let by = db::ticks::Tick { by: caller.user.named(), at: app.now() };
        if db::ticks::set(&mut tx, &app.account_id, id.as_str(), &by).await? {
            audit::by_caller(&app, &mut tx, &caller, AuditAction::ChecklistTicked, id.as_str()).await?;
        }
    } else if db::ticks::clear(&mut tx, &app.account_id, id.as_str()).await? {
        audit::by_caller(&app, &mut tx, &caller, AuditAction::ChecklistUnticked, id.as_str()).await?;
    }
    let guide = show(&mut tx, &app).await?;
    tx.commit().await?;
    Ok(Json(guide))
}

async fn show(conn: &mut Conn, app: &App) -> ApiResult<SetupGuide> {
    let connecting = app.marketo.is_connecting();
    let guide = db::setup_guide::read(conn, &app.account_id, connecting, app.now()).await?;
    let mut steps = Vec::with_capacity(SetupStepId::ALL.len());
    for id in SetupStepId::ALL {
        steps.push(step(conn, app, &guide, id).await?);
    }
    let prerequisites = PrerequisiteId::ALL.map(|id| prerequisite(&guide, id)).into();
    Ok(SetupGuide { prerequisites, steps })
}

async fn step(conn: &mut Conn, app: &App, guide: &Guide, id: SetupStepId) -> ApiResult<SetupStep> {
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
