//! The mail of an invitation, before the invitation is sent.

use api_types::{MailDraft, MailPreview, TestMail, TestMailId, paths};

use super::batches::IdempotencyKey;
use super::{Call, Failure, get};

/// The mail as its recipient will see it.
pub(crate) async fn preview(draft: &MailDraft) -> Result<MailPreview, Failure> {
    Call::post(paths::INVITATION_PREVIEW).json(draft).fetch().await
}

/// Sends the mail to the signed-in user, with a link that does nothing.
pub(crate) async fn test(draft: &MailDraft) -> Result<TestMail, Failure> {
    let key = IdempotencyKey::new();
    Call::post(paths::INVITATION_TEST_MAIL).idempotency_key(key.0).json(draft).fetch().await
}

/// What has become of it.
pub(crate) async fn find_test(id: &TestMailId) -> Result<TestMail, Failure> {
    get(paths::test_mail(id)).await
}

/// Sends again all mails that were given up while the mail server was failing, and contacts it at once.
pub(crate) async fn retry_all() -> Result<(), Failure> {
    let key = IdempotencyKey::new();
    Call::post(paths::MAIL_RETRY).idempotency_key(key.0).done().await
}
