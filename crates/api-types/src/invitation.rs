use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{BatchId, DeliveryStatus, InvitationId, MailTrouble, RowCode, TestMailId, Timestamp, UserId};
use people::{Locale, Role};

/// An invitation of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    pub id: InvitationId,
    /// The person; `None` once the invitation was revoked or the person removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub batch_id: BatchId,
    /// The row of the batch.
    pub row: u32,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub role: Role,
    pub teams: Vec<String>,
    pub workspace: String,
    pub language: Locale,
    pub status: InvitationStatus,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// The delivery of the latest mail.
    pub delivery: DeliveryStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RowCode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum InvitationStatus {
    /// Open: neither answered nor ended. Its mail may still be waiting, or have failed.
    Pending,
    Accepted,
    Expired,
    Revoked,
}

/// A test mail, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestMail {
    pub id: TestMailId,
    /// The caller's address.
    pub email: String,
    pub delivery: DeliveryStatus,
    /// Why it was not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RowCode>,
    /// How often it was tried. An attempt at which the mail server took no mail at all does not count.
    pub attempts: u32,
    /// Why it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_trouble: Option<MailTrouble>,
}

impl TestMail {
    /// Whether it may still be sent.
    pub fn is_under_way(&self) -> bool {
        matches!(self.delivery, DeliveryStatus::Queued | DeliveryStatus::Sending)
    }
}

/// The link of an invitation, to be handed over by other means than mail. Returned on request only, and not in lists.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationLink {
    pub url: String,
    pub expires_at: Timestamp,
}

/// Sends an invitation again, to the same or a corrected address, with a new expiry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationResend {
    /// The corrected address. Earlier links stop working.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The mail that invitations with these options send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailDraft {
    pub language: Locale,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Days the link is valid, 1 to 30.
    pub expires_in_days: u8,
}

/// A mail as the recipient sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailPreview {
    pub subject: String,
    pub text: String,
    /// A whole document without scripts or remote content.
    pub html: String,
}
