//! Action Field Sync: its preview, its runs, and the people it copied.

use api_types::{
    FieldSync, FieldSyncSettings, List, PageQuery, SyncPreview, SyncProblem, SyncRun, SyncRunId, SyncStart,
    SyncedPerson, SyncedPersonQuery, paths,
};
use gloo_net::http::Method;

use super::batches::IdempotencyKey;
use super::{Call, Failure, get, query};

/// The state of the sync.
pub(crate) async fn find() -> Result<FieldSync, Failure> {
    get(paths::FIELD_SYNC).await
}

/// Changes the settings, provided that they are still those of this version.
pub(crate) async fn change(settings: &FieldSyncSettings, version: u32) -> Result<FieldSync, Failure> {
    Call::new(Method::PATCH, paths::FIELD_SYNC).of_version(version).json(settings).fetch().await
}

/// Starts counting the people that a sync would copy; [`preview`] reports the progress.
pub(crate) async fn count() -> Result<SyncPreview, Failure> {
    Call::post(paths::FIELD_SYNC_PREVIEW).fetch().await
}

pub(crate) async fn preview() -> Result<SyncPreview, Failure> {
    get(paths::FIELD_SYNC_PREVIEW).await
}

/// Starts a full run; `out_of_order` if the user has confirmed that prerequisites are missing.
pub(crate) async fn start(key: &IdempotencyKey, out_of_order: bool) -> Result<SyncRun, Failure> {
    Call::post(paths::FIELD_SYNC_RUNS).idempotency_key(&key.0).json(&SyncStart { out_of_order }).fetch().await
}

/// What can be done to a run that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunAction {
    Pause,
    Resume,
    Cancel,
}

pub(crate) async fn act(key: &IdempotencyKey, run: &SyncRunId, act: RunAction) -> Result<SyncRun, Failure> {
    let path = match act {
        RunAction::Pause => paths::sync_run_pause(run),
        RunAction::Resume => paths::sync_run_resume(run),
        RunAction::Cancel => paths::sync_run_cancel(run),
    };
    Call::post(path).idempotency_key(&key.0).fetch().await
}

/// A page of the runs, newest first.
pub(crate) async fn runs(page: &PageQuery) -> Result<List<SyncRun>, Failure> {
    get(query(paths::FIELD_SYNC_RUNS, page)).await
}

/// A page of the people that a run could not copy.
pub(crate) async fn problems(run: &SyncRunId, page: &PageQuery) -> Result<List<SyncProblem>, Failure> {
    get(query(&paths::sync_run_problems(run), page)).await
}

/// A page of the people in the sales account.
pub(crate) async fn people(wanted: &SyncedPersonQuery) -> Result<List<SyncedPerson>, Failure> {
    get(query(paths::FIELD_SYNC_PEOPLE, wanted)).await
}
