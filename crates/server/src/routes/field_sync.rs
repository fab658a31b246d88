use api_types::{
    AuditAction, FieldSync, FieldSyncSettings, List, ListMeta, Needed, PageQuery, PreviewCount, ProblemCode,
    SetupStepId, SkipCount, SyncPreview, SyncProblem, SyncRun, SyncRunId, SyncRunState, SyncStart,
    SyncedPerson, SyncedPersonQuery, UserId, limits, paths,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::lists::{Seal, after_row, check_id_cursor, check_search, foreign_cursor, next, page_size};
use crate::db::field_sync::runs::{self, NewRun, RunKind, RunRow};
use crate::db::field_sync::{self as stored, people, problems};
use crate::db::{self, Conn, new_id};
use crate::error::{ApiError, ApiResult};
use crate::http::extract::{Json, Query};
use crate::http::idempotency::{Keyed, Work};
use crate::services::audit;
use crate::services::field_sync;
use crate::services::sessions::Caller;
use crate::services::setup::order;
use crate::state::{App, rate};

/// The state of Action Field Sync.
#[utoipa::path(get, path = "/field-sync", tag = "field-sync", responses((status = 200, body = FieldSync)))]
pub(crate) async fn get(State(app): State<App>) -> ApiResult<Json<FieldSync>> {
    let mut conn = app.db.read().await?;
    Ok(Json(status(&mut conn, &app).await?))
}

/// Changes how often changes are polled.
#[utoipa::path(patch, path = "/field-sync", tag = "field-sync", request_body = FieldSyncSettings,
    responses((status = 200, body = FieldSync)))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(settings): Json<FieldSyncSettings>,
) -> ApiResult<Json<FieldSync>> {
    let minutes = settings.polling_minutes;
    if !limits::POLLING_MINUTES.contains(&minutes) {
        let (least, most) = (limits::POLLING_MINUTES.start(), limits::POLLING_MINUTES.end());
        return Err(ApiError::field("polling_minutes", format!("not from {least} to {most}")));
    }
    let mut tx = app.db.write().await?;
    if stored::schedule(&mut tx, &app.account_id).await?.polling_minutes() != minutes {
        stored::set_polling_minutes(&mut tx, &app.account_id, minutes).await?;
        let subject = minutes.to_string();
        audit::by_caller(&app, &mut tx, &caller, AuditAction::SyncSettingsChanged, &subject).await?;
    }
    let status = status(&mut tx, &app).await?;
    tx.commit().await?;
    app.field_sync.wake();
    Ok(Json(status))
}

async fn status(conn: &mut Conn, app: &App) -> ApiResult<FieldSync> {
    let schedule = stored::schedule(conn, &app.account_id).await?;
    let current = runs::current(conn, &app.account_id).await?;
    Ok(FieldSync {
        blocked_by: blocked_by(conn, app).await?,
        current: current.map(|run| show(app, &run)).transpose()?,
        incremental: schedule.changes_token.is_some(),
        polling_minutes: schedule.polling_minutes(),
        next_poll_at: schedule.next_poll_at().map(|at| at.timestamp()),
        people: schedule.people(),
    })
}

/// Begins to count who would be brought over. While a count is under way, another request does nothing.
#[utoipa::path(post, path = "/field-sync/preview", tag = "field-sync",
    responses((status = 202, body = SyncPreview)))]
pub(crate) async fn start_preview(State(app): State<App>) -> ApiResult<Response> {
    let mut tx = app.db.write().await?;
    let preview = match runs::counting(&mut tx, &app.account_id).await? {
        Some(preview) => preview,
        None => {
            require_marketo(&blocked_by(&mut tx, &app).await?)?;
            let id = new_id();
            let run = NewRun { id: &id, kind: RunKind::Preview, started_by: None, after: None };
            runs::insert(&mut tx, &app.account_id, &run, app.now()).await?;
            find_any(&mut tx, &app, &id).await?
        }
    };
    tx.commit().await?;
    app.field_sync.wake();
    Ok((StatusCode::ACCEPTED, Json(show_preview(&preview)?)).into_response())
}

/// The latest preview of a sync.
#[utoipa::path(get, path = "/field-sync/preview", tag = "field-sync",
    responses((status = 200, body = SyncPreview)))]
pub(crate) async fn preview(State(app): State<App>) -> ApiResult<Json<SyncPreview>> {
    let mut conn = app.db.read().await?;
    let preview = runs::latest(&mut conn, &app.account_id, RunKind::Preview).await?;
    Ok(Json(match preview {
        Some(preview) => show_preview(&preview)?,
        None => SyncPreview { fields: field_sync::preview_fields(), count: PreviewCount::NotCounted },
    }))
}

fn show_preview(run: &RunRow) -> ApiResult<SyncPreview> {
    let count = match run.state()? {
        SyncRunState::Failed(failure) => PreviewCount::Failed(failure),
        SyncRunState::Completed => PreviewCount::Counted {
            at: run.ended_at().unwrap_or(run.started_at()).timestamp(),
            // People with an invalid address qualify too, and will be problems.
            qualifying: number(run.tally.created + run.tally.failed),
            skipped: skipped(run),
        },
        _ => PreviewCount::Counting { read: number(run.tally.read()) },
    };
    Ok(SyncPreview { fields: run.fields()?.unwrap_or_else(field_sync::preview_fields), count })
}

/// The runs, the latest first.
#[utoipa::path(get, path = "/field-sync/runs", tag = "field-sync", params(PageQuery),
    responses((status = 200, body = List<SyncRun>)))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<SyncRun>>> {
    check_id_cursor(query.cursor.as_deref())?;
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let (mut rows, total) =
        runs::list(&mut conn, &app.account_id, query.cursor.as_deref(), limit + 1).await?;
    let next_cursor = next(&mut rows, limit, |run| run.id.clone());
    let items = rows.iter().map(|run| show(&app, run)).collect::<ApiResult<_>>()?;
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

/// Starts a full run. After a failed one, it continues where that stopped.
#[utoipa::path(post, path = "/field-sync/runs", tag = "field-sync", request_body = Option<SyncStart>,
    responses((status = 201, body = SyncRun)))]
pub(crate) async fn start(
    State(app): State<App>,
    Keyed { body, caller, mut work }: Keyed<Option<SyncStart>>,
) -> ApiResult<Response> {
    let SyncStart { out_of_order } = body.unwrap_or_default();
    let step = SetupStepId::StartSync;
    let missing = order::check(&mut work.tx, &app, step, out_of_order).await?;
    require_marketo(&missing)?;
    if runs::current(&mut work.tx, &app.account_id).await?.is_some() {
        return Err(ProblemCode::SyncRunning.into());
    }
    let now = app.now();
    let after = field_sync::goes_on_from(&mut work.tx, &app.account_id, now).await?;
    let id = new_id();
    let name = caller.user.display_name();
    let run = NewRun {
        id: &id,
        kind: RunKind::Full,
        started_by: Some((caller.id(), &name)),
        after: after.as_ref(),
    };
    runs::insert(&mut work.tx, &app.account_id, &run, now).await?;
    if after.is_none()
        && let Some(expected) = field_sync::preview_to_expect(&mut work.tx, &app.account_id, now).await?
    {
        runs::set_expected(&mut work.tx, &id, expected).await?;
    }
    order::note(&app, &mut work.tx, &caller, step, &missing).await?;
    audit::by_caller(&app, &mut work.tx, &caller, AuditAction::SyncStarted, "").await?;
    let shown = show(&app, &find_any(&mut work.tx, &app, &id).await?)?;
    let location = format!("{}{}", paths::BASE, paths::sync_run(&SyncRunId(id)));
    let response = work.finish(&app, StatusCode::CREATED, Some(location), &shown).await?;
    app.field_sync.wake();
    Ok(response)
}

/// A run and its progress.
#[utoipa::path(get, path = "/field-sync/runs/{id}", tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn run(State(app): State<App>, Path(id): Path<String>) -> ApiResult<Json<SyncRun>> {
    let mut conn = app.db.read().await?;
    let run = find(&mut conn, &app, &id).await?;
    Ok(Json(show(&app, &run)?))
}

/// Pauses a run. Nothing more is written for it; what was read stays.
#[utoipa::path(post, path = "/field-sync/runs/{id}/pause", tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn pause(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    match find(&mut work.tx, &app, &id).await?.state()? {
        SyncRunState::Paused => {}
        SyncRunState::Preparing | SyncRunState::Running => {
            runs::set_state(&mut work.tx, &id, SyncRunState::Paused, app.now()).await?;
            audit::by_caller(&app, &mut work.tx, &caller, AuditAction::SyncPaused, "").await?;
        }
        _ => return Err(has_ended()),
    }
    finish(work, &app, &id).await
}

/// Resumes a paused run where it stopped.
#[utoipa::path(post, path = "/field-sync/runs/{id}/resume", tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn resume(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let run = find(&mut work.tx, &app, &id).await?;
    match run.state()? {
        SyncRunState::Preparing | SyncRunState::Running => {}
        SyncRunState::Paused => {
            let begun = run.tally.read() > 0;
            let state = if begun { SyncRunState::Running } else { SyncRunState::Preparing };
            runs::set_state(&mut work.tx, &id, state, app.now()).await?;
            audit::by_caller(&app, &mut work.tx, &caller, AuditAction::SyncResumed, "").await?;
        }
        _ => return Err(has_ended()),
    }
    finish(work, &app, &id).await
}

/// Ends a run for good. People whom it has stored stay.
#[utoipa::path(post, path = "/field-sync/runs/{id}/cancel", tag = "field-sync", params(("id" = SyncRunId, Path)),
    responses((status = 200, body = SyncRun)))]
pub(crate) async fn cancel(
    State(app): State<App>,
    Path(id): Path<String>,
    Keyed { caller, mut work, .. }: Keyed<()>,
) -> ApiResult<Response> {
    let run = find(&mut work.tx, &app, &id).await?;
    match run.state()? {
        SyncRunState::Cancelled => {}
        SyncRunState::Preparing | SyncRunState::Running | SyncRunState::Paused => {
            runs::set_state(&mut work.tx, &id, SyncRunState::Cancelled, app.now()).await?;
            if run.kind()? == RunKind::Incremental {
                // The remaining changes wait for the next scheduled poll.
                stored::set_polled(&mut work.tx, &app.account_id, app.now()).await?;
            }
            audit::by_caller(&app, &mut work.tx, &caller, AuditAction::SyncCancelled, "").await?;
        }
        SyncRunState::Completed | SyncRunState::Failed(_) => return Err(has_ended()),
    }
    finish(work, &app, &id).await
}

fn has_ended() -> ApiError {
    ApiError::new(ProblemCode::Conflict).detail("the run has ended")
}

async fn finish(mut work: Work, app: &App, id: &str) -> ApiResult<Response> {
    let shown = show(app, &find(&mut work.tx, app, id).await?)?;
    let response = work.finish(app, StatusCode::OK, None, &shown).await?;
    app.field_sync.wake();
    Ok(response)
}

/// The people whom a run could not bring over.
#[utoipa::path(get, path = "/field-sync/runs/{id}/problems", tag = "field-sync",
    params(("id" = SyncRunId, Path), PageQuery), responses((status = 200, body = List<SyncProblem>)))]
pub(crate) async fn problems(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<List<SyncProblem>>> {
    let (seal, cursor) = Seal::of(&id, &query)?;
    let after = match cursor {
        Some(cursor) => Some(place(&cursor).ok_or_else(foreign_cursor)?),
        None => None,
    };
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let run = find(&mut conn, &app, &id).await?;
    let (mut rows, total) = problems::list(&mut conn, &run.pass_id, after, limit + 1).await?;
    let next_cursor =
        next(&mut rows, limit, |((position, record), _)| seal.cursor(format!("{position}.{record}")));
    let items = rows.into_iter().map(|(_, problem)| problem).collect();
    Ok(Json(List { items, meta: ListMeta::exact(next_cursor, total) }))
}

fn place(cursor: &str) -> Option<(i64, i64)> {
    let (position, record) = cursor.split_once('.')?;
    Some((position.parse().ok()?, record.parse().ok()?))
}

/// The people of the sales account.
#[utoipa::path(get, path = "/field-sync/people", tag = "field-sync", params(SyncedPersonQuery),
    responses((status = 200, body = List<SyncedPerson>)))]
pub(crate) async fn people(
    State(app): State<App>,
    Query(query): Query<SyncedPersonQuery>,
) -> ApiResult<Json<List<SyncedPerson>>> {
    check_search(query.search.as_deref())?;
    let (seal, place) = Seal::of("synced people", &query)?;
    let after = after_row(place.as_deref())?;
    let limit = page_size(query.limit);
    let mut conn = app.db.read().await?;
    let (mut items, total) = people::list(&mut conn, &app.account_id, &query, after, limit + 1).await?;
    let next_cursor = next(&mut items, limit, |person| seal.cursor(person.marketo_id));
    Ok(Json(List { items, meta: total.meta(next_cursor) }))
}

/// What must be done before a sync and is not.
async fn blocked_by(conn: &mut Conn, app: &App) -> ApiResult<Vec<Needed>> {
    let connecting = app.marketo.is_connecting();
    let guide = db::setup_guide::read(conn, &app.account_id, connecting, app.now()).await?;
    Ok(guide.facts.blocked_by(SetupStepId::StartSync))
}

/// Fails without a connection to Marketo, which cannot be overridden.
fn require_marketo(missing: &[Needed]) -> ApiResult<()> {
    if missing.contains(&Needed::Step(SetupStepId::ConnectMarketo)) {
        return Err(order::refusal(missing.to_vec()));
    }
    Ok(())
}

/// A run that is no preview.
async fn find(conn: &mut Conn, app: &App, id: &str) -> ApiResult<RunRow> {
    let run = find_any(conn, app, id).await?;
    if run.shown_kind()?.is_some() { Ok(run) } else { Err(ApiError::not_found()) }
}

async fn find_any(conn: &mut Conn, app: &App, id: &str) -> ApiResult<RunRow> {
    runs::find(conn, &app.account_id, id).await?.ok_or_else(ApiError::not_found)
}

fn show(app: &App, run: &RunRow) -> ApiResult<SyncRun> {
    let state = run.state()?;
    let read = number(run.tally.read());
    let per_minute = match state {
        SyncRunState::Running => app.field_sync.per_minute(&run.id, app.elapsed()),
        _ => None,
    };
    Ok(SyncRun {
        kind: run.shown_kind()?.ok_or(ProblemCode::NotFound)?,
        state,
        started_at: run.started_at().timestamp(),
        ended_at: run.ended_at().map(|at| at.timestamp()),
        started_by: run.started_by.clone(),
        started_by_id: run.starter_id.clone().map(UserId),
        expected: run.expected(),
        read,
        created: number(run.tally.created),
        updated: number(run.tally.updated),
        unchanged: number(run.tally.unchanged),
        skipped: skipped(run),
        failed: number(run.tally.failed),
        removed: run.removed(),
        people_per_minute: per_minute,
        seconds_left: rate::seconds_left(run.expected(), read, per_minute),
        id: SyncRunId(run.id.clone()),
    })
}

fn skipped(run: &RunRow) -> Vec<SkipCount> {
    let counts = run.tally.skipped().into_iter();
    counts.map(|(reason, people)| SkipCount { reason, people: number(people) }).collect()
}

/// A count from the database, where none is negative.
fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
