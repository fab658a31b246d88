//! The administrators of the Marketo instance, as Marketo lists them.

use api_types::{List, MarketoAdmin, MarketoAdminInvite, MarketoAdminQuery, OriginalUser, paths};

use super::batches::IdempotencyKey;
use super::{Call, Failure, get, query};

/// One page of the administrators.
pub(crate) async fn list(wanted: &MarketoAdminQuery) -> Result<List<MarketoAdmin>, Failure> {
    get(query(paths::MARKETO_ADMINS, wanted)).await
}

/// The present or future original user.
pub(crate) async fn original_user() -> Result<OriginalUser, Failure> {
    get(paths::ORIGINAL_USER).await
}

/// Invites an administrator, or makes a member the original user. The first time activates the instance.
pub(crate) async fn invite(
    key: &IdempotencyKey,
    invite: &MarketoAdminInvite,
) -> Result<MarketoAdmin, Failure> {
    Call::post(paths::MARKETO_ADMIN_INVITES).idempotency_key(&key.0).json(invite).fetch().await
}
