use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::{
    BatchId, DeliveryCounts, InvitationId, InvitationStatus, Persona, Timestamp, UserId, VerdictCounts,
    limits,
};
use people::{Locale, Role};

/// Opens a batch. Rows follow in chunks; mails start once it is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBatch {
    pub source: BatchSource,
    /// The name of the file, to tell batches apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    #[serde(default)]
    pub options: BatchOptions,
    /// How many rows will be added; sealing fails until they are there.
    pub expected_rows: u32,
    /// Gives the same verdicts, but sends no invitations.
    #[serde(default)]
    pub dry_run: bool,
    /// Sends no invitations unless every row is `ready`.
    #[serde(default)]
    pub all_or_none: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchSource {
    Csv,
    Individual,
}

/// The defaults for the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchOptions {
    #[serde(default)]
    pub role: Role,
    /// The personas of people who are invited as administrators.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personas: Vec<Persona>,
    /// Names of teams besides `Everyone`.
    #[serde(default)]
    pub teams: Vec<String>,
    /// The name of the workspace; the default one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    #[serde(default)]
    pub language: Locale,
    /// The text of the mail above the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Days the link is valid, 1 to 30.
    #[serde(default = "default_expiry")]
    pub expires_in_days: u8,
}

impl BatchOptions {
    /// How many memberships of teams a row makes, at most.
    pub fn memberships(&self, row: &NewRow) -> usize {
        if row.teams.is_empty() { self.teams.len() } else { row.teams.len() }
    }

    /// How many of these rows, from the first on, one chunk may bring.
    pub fn rows_per_chunk(&self, rows: &[NewRow]) -> usize {
        let memberships = rows.iter().scan(0, |sum, row| {
            *sum += self.memberships(row);
            Some(*sum)
        });
        let few = memberships.take_while(|sum| *sum <= limits::MEMBERSHIPS_PER_CHUNK).count();
        few.min(limits::ROWS_PER_CHUNK)
    }
}

fn default_expiry() -> u8 {
    limits::EXPIRES_IN_DAYS_DEFAULT
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            role: Role::default(),
            personas: Vec::new(),
            teams: Vec::new(),
            workspace: None,
            language: Locale::default(),
            message: None,
            expires_in_days: default_expiry(),
        }
    }
}

/// Up to 1,000 rows of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chunk {
    /// Counts the chunks of the batch from 0. Chunks come in order: seats go to the rows in file order.
    pub index: u32,
    pub rows: Vec<NewRow>,
}

/// How many bytes a row of a chunk makes in its JSON, with the comma behind it.
pub fn row_bytes(row: &impl Serialize) -> usize {
    serde_json::to_vec(row).map_or(0, |json| json.len() + 1)
}

/// One person of a file, in the file's own words; the server judges them by the rules that the browser uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRow {
    /// The row's number in its file, unique in the batch.
    pub row: u32,
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// A role's name in any of the product's languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Names of teams, in any letter case; `Everyone` alone stands for no other team, also where the options name some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// A BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl NewRow {
    /// A person of whom the address is known and perhaps the full name, as somebody types them. A name that holds an address
    /// is left out.
    pub fn typed(row: u32, email: String, full_name: &str) -> Self {
        let (first_name, last_name) = people::names::split(full_name);
        Self { row, email, first_name: named(&first_name), last_name: named(&last_name), ..Self::default() }
    }
}

fn named(name: &str) -> Option<String> {
    given(people::characters::tidy_without_address(name))
}

/// A text of a row, unless it is empty.
fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The teams that the row of a person says; `None` where it says none. *Everyone* goes without saying, so it stands for no
/// other team.
#[cfg(feature = "roster")]
pub fn teams_said(person: &roster::Invitee) -> Option<Vec<String>> {
    person.given.contains(&roster::Field::Teams).then(|| match person.teams.is_empty() {
        true => vec![crate::EVERYONE.to_owned()],
        false => person.teams.clone(),
    })
}

#[cfg(feature = "roster")]
impl From<roster::Invitee> for NewRow {
    fn from(invitee: roster::Invitee) -> Self {
        let teams = teams_said(&invitee).unwrap_or_default();
        Self {
            // A batch holds at most a million rows, so row numbers beyond four billion do not occur.
            row: u32::try_from(invitee.row).unwrap_or(u32::MAX),
            email: invitee.email,
            first_name: given(invitee.first_name),
            last_name: given(invitee.last_name),
            // Rows that say no role, teams or workspace get those of the options.
            role: invitee.given.contains(&roster::Field::Role).then(|| invitee.role.to_string()),
            teams,
            workspace: invitee.workspace,
            language: invitee.language.map(|language| language.to_string()),
        }
    }
}

/// The verdict on each row of a chunk, in the order of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChunkResult {
    pub index: u32,
    pub rows: Vec<RowResult>,
}

/// The verdict and delivery of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowResult {
    pub row: u32,
    /// Before sending.
    pub verdict: RowVerdict,
    /// After sending. Rows that are not `ready`, and every row of a dry run, are `skipped`.
    pub delivery: DeliveryStatus,
    /// Why the verdict is not `ready`, or the mail not `sent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<RowCode>,
    /// For developers: the address rule, the name that is unknown, the mail server's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A row of a batch with its person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchRow {
    pub result: RowResult,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    /// How often the mail was tried.
    pub attempts: u32,
    /// When a deferred mail is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<RowInvitation>,
}

/// The invitation that was made from a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowInvitation {
    pub id: InvitationId,
    /// The person; absent once the invitation was revoked or the person removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    pub status: InvitationStatus,
}

/// Sends the failed mails of a batch again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchRetry {
    /// Also the `unknown` ones, whose recipients may then get the mail twice.
    #[serde(default)]
    pub include_unknown: bool,
}

/// The server's verdict on a row before sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RowVerdict {
    Ready,
    /// A member already.
    Member,
    /// Has a pending invitation already.
    Invited,
    /// An earlier row of the batch has the same address.
    Duplicate,
    /// Every seat is taken by members, pending invitations and earlier rows.
    OverSeats,
    Error,
}

/// The delivery of a row's mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DeliveryStatus {
    Queued,
    Sending,
    /// The mail server has accepted it.
    Sent,
    Failed,
    /// Nothing is sent for this row.
    Skipped,
    Cancelled,
    /// The mail server's answer was lost, or the server stopped before it was stored: the mail may have been sent.
    Unknown,
}

/// Why a row is not ready, or its mail not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RowCode {
    /// The address breaks a rule; `detail` names the rule.
    AddressInvalid,
    UnknownRole,
    /// The role is higher than the API key gives, through which the row was sent.
    RoleBeyondKey,
    UnknownTeam,
    UnknownWorkspace,
    /// A warning: the mail is sent in the batch's language.
    UnknownLanguage,
    NameTooLong,
    /// A member with this address is deactivated: reactivate instead.
    Deactivated,
    /// The mail server refused the recipient or the mail for good.
    MailRefused,
    /// The mail server could not be reached, or deferred, for so long that the mail was given up.
    MailDeferred,
    /// The connection or the server broke off while the mail was being sent.
    MailInterrupted,
    /// Revoked, or the batch was cancelled, before the mail was sent.
    Revoked,
    #[serde(other)]
    Other,
}

/// A batch and its progress. Its `ETag` changes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Batch {
    pub id: BatchId,
    pub source: BatchSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The names of its first two people, or else their addresses, where it has no file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_people: Vec<String>,
    pub options: BatchOptions,
    pub state: BatchState,
    pub dry_run: bool,
    pub all_or_none: bool,
    pub expected_rows: u32,
    /// The index of the next chunk that the server expects.
    pub next_chunk: u32,
    pub verdicts: VerdictCounts,
    pub deliveries: DeliveryCounts,
    /// How many of the invited have accepted.
    pub accepted: u32,
    /// How many were revoked.
    pub revoked: u32,
    /// How many invitations wait for an answer: their mail was sent, or may have been, and they are neither answered
    /// nor ended. Bounced mails and expired invitations do not count.
    #[serde(default)]
    pub waiting: u32,
    /// How many invitations have expired without an answer.
    #[serde(default)]
    pub expired: u32,
    /// The progress of revoking its invitations, while that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoking: Option<Revoking>,
    /// The progress of sending its failed mails again, while that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrying: Option<Retrying>,
    pub created_at: Timestamp,
    /// Who opened it, by name or address.
    pub created_by: String,
    /// The user; absent once that person is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_at: Option<Timestamp>,
    /// Why the server has cancelled it; absent where a person has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_code: Option<CancelCode>,
    /// Why the waiting mails are not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_trouble: Option<MailTrouble>,
    /// When the next mail is tried, where all that are left are deferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<Timestamp>,
}

/// Why the server has cancelled something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CancelCode {
    /// Whoever began it is no longer an active administrator.
    RightLost,
    #[serde(other)]
    Other,
}

/// A failure of the mail server that affects all mails. Mails wait meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailTrouble {
    pub cause: MailTroubleCause,
    pub since: Timestamp,
    /// When the mail server is tried next.
    pub next_try_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MailTroubleCause {
    /// There is no connection, or it breaks.
    Unreachable,
    /// The connection is open, but the mail server does not answer.
    Silent,
    /// Encryption was refused, or its certificate is not trusted.
    EncryptionRefused,
    /// The server's own name and password were refused.
    CredentialsRefused,
    /// It accepts no mail from this server.
    Refused,
    #[serde(other)]
    Other,
}

impl Batch {
    /// Its invitations by status. A dry run has none.
    pub fn invitations(&self, status: InvitationStatus) -> u32 {
        let answered = self.accepted.saturating_add(self.revoked).saturating_add(self.expired);
        match status {
            InvitationStatus::Pending => self.deliveries.mails().saturating_sub(answered),
            InvitationStatus::Accepted => self.accepted,
            InvitationStatus::Expired => self.expired,
            InvitationStatus::Revoked => self.revoked,
        }
    }

    /// True when no mail of the batch is waiting or on its way, and none is being revoked or queued again.
    pub fn is_settled(&self) -> bool {
        let has_no_work = self.revoking.is_none() && self.retrying.is_none();
        let is_still = self.deliveries.queued == 0 && self.deliveries.sending == 0 && has_no_work;
        self.state != BatchState::Open && is_still
    }
}

/// Invitations that are being revoked. Revoking continues by itself, across restarts of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revoking {
    /// How many are revoked since it began.
    pub done: u32,
    /// How many there were when it began.
    pub total: u32,
}

/// Failed mails that are being queued again. That continues by itself, across restarts of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retrying {
    /// How many are queued again since it began.
    pub done: u32,
    /// How many there were when it began. Those whose invitation is no longer pending are not sent.
    pub total: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Accepts chunks. No mail is sent.
    Open,
    /// Has all its rows; mails are sent.
    Sealed,
    /// Was cancelled; mails that had been sent stay sent. It is sealed again by one of these that is sent again.
    Cancelled,
    /// Was `all_or_none`, and a row was not ready: no invitation was sent.
    Refused,
}

/// Which rows of a batch to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct RowQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<RowVerdict>,
    /// The state of the invitation that was made from the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of a list without a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct PageQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[cfg(all(test, feature = "roster"))]
mod tests {
    use super::*;
    use crate::EVERYONE;

    fn person(teams: &[&str], given: &[roster::Field]) -> roster::Invitee {
        roster::Invitee {
            row: 2,
            email: "ana@example.com".into(),
            first_name: String::new(),
            last_name: String::new(),
            role: Role::User,
            teams: teams.iter().map(|&team| team.to_owned()).collect(),
            workspace: None,
            language: None,
            given: given.to_vec(),
        }
    }

    #[test]
    fn a_row_without_a_role_leaves_it_to_the_options() {
        let said = |given| NewRow::from(person(&[], &[given])).role;
        assert_eq!(said(roster::Field::Role).as_deref(), Some("user"));
        assert_eq!(said(roster::Field::Teams), None);
    }

    #[test]
    fn r18_a_row_that_says_everyone_is_in_no_team_of_the_options() {
        let said = |teams: &[&str], given: &[roster::Field]| NewRow::from(person(teams, given)).teams;
        assert_eq!(said(&[], &[roster::Field::Teams]), [EVERYONE]);
        assert_eq!(said(&["EMEA Sales"], &[roster::Field::Teams]), ["EMEA Sales"]);
        assert!(said(&[], &[roster::Field::Role]).is_empty(), "the options say them");
    }

    #[test]
    fn r20_a_chunk_brings_as_many_rows_as_its_memberships_allow() {
        let named = |teams: usize| NewRow { teams: vec!["A".to_owned(); teams], ..NewRow::default() };
        let none = BatchOptions::default();
        let all = BatchOptions { teams: vec!["A".to_owned(); limits::TEAMS_PER_ROW], ..none.clone() };
        for (options, rows, expected) in [
            (&none, vec![named(0); 1_001], 1_000),
            (&none, vec![named(10); 1_001], 1_000),
            (&none, vec![named(100); 1_001], 100),
            (&all, vec![named(0); 1_001], 78),
            (&all, vec![named(1); 10], 10),
            (&none, vec![named(limits::TEAMS_PER_ROW)], 1),
            (&none, Vec::new(), 0),
        ] {
            assert_eq!(options.rows_per_chunk(&rows), expected);
        }
    }
}
