//! Changes of members by a file: compared chunk by chunk, applied, undone.
//!
//! As with invitation batches, each call that changes something takes its `Idempotency-Key` from the caller.

use api_types::{
    List, MemberChange, MemberChangeBatch, MemberChangeBatchId, MemberChangeChunk, MemberChangeQuery,
    NewMemberChangeBatch, PageQuery, paths,
};

use super::batches::IdempotencyKey;
use super::query::choice;
use super::{Call, Failure, get, query};

pub(crate) async fn create(
    key: &IdempotencyKey,
    batch: &NewMemberChangeBatch,
) -> Result<MemberChangeBatch, Failure> {
    Call::post(paths::MEMBER_CHANGES).idempotency_key(&key.0).json(batch).fetch().await
}

/// Has the rows of one chunk compared with the account. Nothing is changed.
pub(crate) async fn compare(
    key: &IdempotencyKey,
    batch: &MemberChangeBatchId,
    chunk: &MemberChangeChunk,
) -> Result<(), Failure> {
    Call::post(paths::member_change_chunks(batch)).idempotency_key(&key.0).json(chunk).done().await
}

/// Carries out the changes. This goes on after the answer.
pub(crate) async fn apply(
    key: &IdempotencyKey,
    batch: &MemberChangeBatchId,
) -> Result<MemberChangeBatch, Failure> {
    Call::post(paths::member_change_apply(batch)).idempotency_key(&key.0).fetch().await
}

/// Carries out no further change, or none.
pub(crate) async fn cancel(
    key: &IdempotencyKey,
    batch: &MemberChangeBatchId,
) -> Result<MemberChangeBatch, Failure> {
    Call::post(paths::member_change_cancel(batch)).idempotency_key(&key.0).fetch().await
}

/// Puts back the values of before. This goes on after the answer.
pub(crate) async fn undo(
    key: &IdempotencyKey,
    batch: &MemberChangeBatchId,
) -> Result<MemberChangeBatch, Failure> {
    Call::post(paths::member_change_undo(batch)).idempotency_key(&key.0).fetch().await
}

pub(crate) async fn find(batch: &MemberChangeBatchId) -> Result<MemberChangeBatch, Failure> {
    get(paths::member_change(batch)).await
}

/// A page of the batch's rows, in the order of the file.
pub(crate) async fn rows(
    batch: &MemberChangeBatchId,
    filter: &MemberChangeQuery,
) -> Result<List<MemberChange>, Failure> {
    get(query(&paths::member_change_rows(batch), filter)).await
}

/// A page of the batches, newest first.
pub(crate) async fn list(page: &PageQuery) -> Result<List<MemberChangeBatch>, Failure> {
    get(query(paths::MEMBER_CHANGES, page)).await
}

/// Reads a query from the decoded parameters of an address.
pub(crate) fn read_query(parameter: impl Fn(&str) -> Option<String>) -> MemberChangeQuery {
    let undo = choice(parameter("undo"));
    MemberChangeQuery {
        verdict: choice(parameter("verdict")).filter(|_| undo.is_none()),
        undo,
        cursor: parameter("cursor").filter(|cursor| !cursor.is_empty()),
        limit: None,
    }
}
