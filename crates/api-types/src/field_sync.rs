use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{Needed, SyncRunId, Timestamp, UserId};

/// The state of Action Field Sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldSync {
    /// What must be done first; empty when the sync may start. Without a connection to Marketo it cannot.
    pub blocked_by: Vec<Needed>,
    /// The run that is under way or paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<SyncRun>,
    /// Whether changes are polled, which begins after the first complete run.
    pub incremental: bool,
    pub polling_minutes: u32,
    /// Of the settings: grows with every change of them, and is sent back as `If-Match`.
    pub version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_poll_at: Option<Timestamp>,
    /// People in the sales account.
    pub people: u64,
    /// Fields that stay empty, as the Marketo instance did not have what they are read from when it was last asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_fields: Vec<PersonField>,
}

/// Starts a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct SyncStart {
    /// Starts although something before the step is missing, which the audit log records.
    pub out_of_order: bool,
}

/// How often changes are polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldSyncSettings {
    /// From one poll to the next.
    pub polling_minutes: u32,
}

/// The preview of a sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncPreview {
    pub fields: Vec<SyncField>,
    pub count: PreviewCount,
}

/// How many people a sync would bring. Counting reads all people, so it takes a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PreviewCount {
    /// No count was requested yet.
    NotCounted,
    Counting {
        read: u64,
    },
    Counted {
        at: Timestamp,
        qualifying: u64,
        skipped: Vec<SkipCount>,
    },
    Failed(SyncFailure),
}

/// A field that is synced, from Marketo to the sales account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncField {
    pub field: PersonField,
    /// The REST name in Marketo; absent for fields that do not come from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketo_name: Option<String>,
    /// Marketo's data type, such as `string` or `email`.
    pub data_type: String,
    pub origin: FieldOrigin,
    /// Whether the instance does not have the field, so that it stays empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// The value of one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
}

/// The origin of a field's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldOrigin {
    Marketo,
    Salesforce,
    /// Set by the sync itself.
    Sync,
}

/// The synced fields of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PersonField {
    FirstName,
    LastName,
    SalesforceContactId,
    SalesforceLeadId,
    SalesforceAccountId,
    SalesforceOpportunityId,
    MarketoId,
    Company,
    Title,
    Email,
    PhoneNumber,
    LinkedinUrl,
    Source,
}

/// Why a person of Marketo is not brought over.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SkipReason {
    NotInSalesforce,
    NoSalesforceOwner,
    /// The person has no e-mail address.
    NoEmail,
    /// The account's limit of people is reached.
    OverLimit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SkipCount {
    pub reason: SkipReason,
    pub people: u64,
}

/// One run of the sync. `read` is the sum of `created`, `updated`, `unchanged`, `skipped` and `failed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncRun {
    pub id: SyncRunId,
    pub kind: SyncKind,
    pub state: SyncRunState,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Who started it; absent for runs that the schedule started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_by: Option<String>,
    /// The user; absent once that person is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_by_id: Option<UserId>,
    /// How many people there are to read, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: Vec<SkipCount>,
    pub failed: u64,
    /// People who were deleted: deleted in Marketo, or no longer among those who qualify. Not part of `read`.
    #[serde(default)]
    pub removed: u64,
    /// People a minute, measured recently; absent while nothing is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_per_minute: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u64>,
    /// What it waits for before it tries again; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<SyncWait>,
}

/// A failure that may pass, after which a run goes on by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncWait {
    pub failure: SyncFailure,
    /// When it tries again.
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncKind {
    Full,
    Incremental,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncRunState {
    /// Waits for Marketo to make the export ready.
    Preparing,
    Running,
    Paused,
    Completed,
    Cancelled,
    Failed(SyncFailure),
}

/// Why a run, or a preview, ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncFailure {
    /// There is no connection to Marketo, or it no longer works.
    MarketoDisconnected,
    /// The instance's daily calls are used up.
    DailyQuota,
    /// The instance's daily megabytes of exports are used up.
    ExportQuota,
    /// The instance's queue of exports, which all its integrations share, is full.
    QueueFull,
    PermissionMissing,
    /// The API user may not read activities, which tell of changes.
    ActivityPermissionMissing,
    Unreachable,
    /// The instance does not have the fields that decide who qualifies.
    FieldsMissing,
    /// Changes were last fetched so long ago that Marketo may have forgotten deletions: a full run is needed.
    ChangesTooOld,
    /// Marketo no longer serves the version of its API that is used.
    ApiRetired,
    /// The file of an export could not be stored: the server's disk is full, or cannot be written.
    DiskFailed,
    Unexpected,
}

/// A person that a run could not bring over, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncProblem {
    pub marketo_id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub code: SyncProblemCode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncProblemCode {
    EmailInvalid,
    ValueTooLong,
    Unreadable,
}

/// A person in the sales account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SyncedPerson {
    pub marketo_id: u64,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub company: String,
    pub title: String,
    pub phone_number: String,
    pub linkedin_url: String,
    pub source: String,
    pub salesforce_contact_id: Option<String>,
    pub salesforce_lead_id: Option<String>,
    pub salesforce_account_id: Option<String>,
    pub salesforce_opportunity_id: Option<String>,
    pub outcome: SyncOutcome,
    pub synced_at: Timestamp,
}

/// The outcome of the last run that met a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncOutcome {
    Created,
    Updated,
    Unchanged,
}

/// Which synced people to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct SyncedPersonQuery {
    /// Part of the name or address, in any letter case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<SyncOutcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}
