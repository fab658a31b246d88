//! The protocol between the embedded panel and the page that embeds it, the host.
//!
//! Every message is JSON text. The panel begins with a [`Handshake::Hello`] to its parent window, once for each origin
//! that it may be embedded by; the host answers with [`Handshake::Accept`] and one message port. From then on both use
//! the port alone: the host sends [`HostMessage`]s, the panel [`PanelMessage`]s.
//!
//! Events contain counts and codes, no data of people.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use crate::embed::PanelFlow;
use crate::{StepState, Timestamp};

/// The versions of the protocol that this panel speaks, the best one first.
pub const VERSIONS: [u16; 1] = [1];
/// Longer messages are not read.
pub const MESSAGE_BYTES: usize = 65_536;
/// How many people a host may hand over at once.
pub const HANDED_ROWS: usize = 100_000;

/// The name of the protocol, by which its messages are told from others between the same windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Protocol {
    #[serde(rename = "msi-panel")]
    MsiPanel,
}

/// What windows say to each other until they have a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[strum(serialize_all = "snake_case")]
pub enum Handshake {
    /// From the panel's page: its code is on its way.
    Loading { protocol: Protocol },
    /// From the panel: the versions it speaks, and a number that the answer must repeat.
    Hello { protocol: Protocol, v: Vec<u16>, nonce: String },
    /// From the host, with exactly one port: the version it has chosen.
    Accept { protocol: Protocol, v: u16, nonce: String },
    /// From the host, without a port: why there is no panel.
    Refuse { protocol: Protocol, nonce: String, code: PanelErrorCode },
}

/// What the host says on the port. The first message is `init`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, VariantNames)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[strum(serialize_all = "snake_case")]
pub enum HostMessage {
    /// How the panel is to look, and where it opens.
    Init {
        options: PanelOptions,
        /// A path as in `route.changed`; by default the flow's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        path: Option<String>,
    },
    /// Changes how the panel looks; what is left out stays.
    Options { options: PanelOptions },
    /// Answers `token.request`; without a token, the panel tells its user that they are not signed in.
    Token {
        /// The number of the request.
        call: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        token: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        expires_at: Option<Timestamp>,
    },
    /// Opens a path as in `route.changed`.
    Navigate { path: String },
    /// Moves the focus into the panel.
    Focus { direction: FocusDirection },
    /// Answered by `pong` with the same number.
    Ping { call: u32 },
    /// The user of the host has signed out: the panel ends its session and removes what it keeps, and answers with `logged.out`.
    Logout,
    /// People to be reviewed and invited, in portions; each is answered by `rows.taken`, or by an `error` that refuses all of them.
    Rows(HandedRows),
}

/// A portion of a table of people. All portions of a table have the same number, name and schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct HandedRows {
    pub call: u32,
    /// What the panel calls the table.
    pub name: String,
    /// What the cells of each row are, in their order.
    pub schema: Vec<HandedColumn>,
    pub rows: Vec<Vec<String>>,
    /// The table is complete with this portion.
    pub is_last: bool,
}

/// What a column of handed-over rows contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum HandedColumn {
    Email,
    FirstName,
    LastName,
    /// First and last name in one cell.
    FullName,
    Role,
    /// Any number of teams, separated by `;`.
    Teams,
    Workspace,
    /// The language of the invitation mail.
    Language,
}

/// How the panel looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PanelOptions {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub theme: Option<PanelTheme>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub density: Option<PanelDensity>,
    /// A BCP 47 language tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub locale: Option<String>,
    /// The host's own look, in place of an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub look: Option<PanelLook>,
}

/// What a panel takes over from the page around it. A value with which something could not be read is refused, and the panel's
/// own stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PanelLook {
    /// Main buttons, links and marks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub accent: Option<PanelColour>,
    /// What is behind cards and tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub background: Option<PanelColour>,
    /// Of the corners, in pixels: 0 to 16.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub radius: Option<u8>,
    /// Names of fonts that the device may have, separated by commas. None is loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub font: Option<String>,
}

/// A colour as `#rrggbb`, in the light and in the dark theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PanelColour {
    pub light: String,
    pub dark: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PanelTheme {
    /// As the user's device.
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PanelDensity {
    #[default]
    Comfortable,
    Compact,
}

/// The way in which Tab moves the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FocusDirection {
    Forward,
    Backward,
}

/// What the panel says on the port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type")]
pub enum PanelMessage {
    /// The first screen is shown.
    #[serde(rename = "ready")]
    Ready { flow: PanelFlow },
    /// The height of the content, in CSS pixels.
    #[serde(rename = "resize")]
    Resize { height: u32 },
    #[serde(rename = "route.changed")]
    RouteChanged { path: String, title: String },
    /// Asks for a session token; answered by `token` with the same number.
    #[serde(rename = "token.request")]
    TokenRequest {
        call: u32,
        /// Whether the backend has refused the token before.
        is_refused: bool,
    },
    /// The host has no token that the backend takes: its user must sign in there.
    #[serde(rename = "auth.required")]
    AuthRequired,
    /// The console's server does not answer any more. What was begun waits for it.
    #[serde(rename = "server.lost")]
    ServerLost,
    #[serde(rename = "server.back")]
    ServerBack,
    #[serde(rename = "error")]
    Error {
        code: PanelErrorCode,
        /// For the host's developers, in English.
        message: String,
        /// The id of the failed request in the backend's log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        request_id: Option<String>,
    },
    /// A batch of invitations has begun to be sent.
    #[serde(rename = "invite.started")]
    InviteStarted(InviteCounts),
    #[serde(rename = "invite.progress")]
    InviteProgress(InviteCounts),
    /// Every mail of a batch has been sent or has failed.
    #[serde(rename = "invite.completed")]
    InviteCompleted(InviteCounts),
    #[serde(rename = "connection.changed")]
    ConnectionChanged { provider: PanelProvider, status: StepState },
    #[serde(rename = "sync.progress")]
    SyncProgress(SyncCounts),
    /// The run is no longer under way: it has read everybody, or failed, or was cancelled.
    #[serde(rename = "sync.completed")]
    SyncCompleted(SyncCounts),
    /// Whether leaving the page now would lose something.
    #[serde(rename = "dirty")]
    Dirty { dirty: bool },
    /// The focus leaves the panel by Tab.
    #[serde(rename = "focus.out")]
    FocusOut { direction: FocusDirection },
    #[serde(rename = "pong")]
    Pong { call: u32 },
    /// The session has ended, and nothing of its user is kept.
    #[serde(rename = "logged.out")]
    LoggedOut,
    /// So many rows of a table have come; after its last portion, its review is open.
    #[serde(rename = "rows.taken")]
    RowsTaken { call: u32, rows: u32 },
}

/// The invitations of a batch, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InviteCounts {
    pub total: u32,
    pub sent: u32,
    pub failed: u32,
    pub skipped: u32,
    /// Known once the backend has all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub batch_id: Option<String>,
}

/// The people of a run of Action Field Sync, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SyncCounts {
    pub run_id: String,
    pub read: u64,
    /// How many there are to read, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub expected: Option<u64>,
    pub failed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PanelProvider {
    Salesforce,
    Marketo,
}

/// Why there is no panel, or what it could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PanelErrorCode {
    /// It was opened as a page of its own.
    NotEmbedded,
    /// The console's configuration lists no page that may embed it, or an entry is no origin.
    NoEmbedders,
    /// The page that embeds it is not listed.
    HostNotListed,
    /// The page that embeds it has the panel's own origin, so the frame's sandbox protects neither.
    SameOrigin,
    /// No listed page has answered.
    HandshakeTimeout,
    /// The host's script speaks no version of the protocol that the panel speaks.
    VersionUnsupported,
    /// The session token was issued for another page or another flow.
    SessionMismatch,
    /// A message was no JSON, or not as the schema says.
    MessageMalformed,
    MessageTooLong,
    /// An option has no value that the panel knows.
    OptionUnknown,
    /// A value of the look is not as it must be, or something could not be read with it.
    LookRefused,
    /// The panel has no such path.
    PathUnknown,
    /// Rows that the host hands over are not as they must be, or cannot be taken now.
    RowsRefused,
    /// The backend has refused or not answered.
    RequestFailed,
}

/// Why a message cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    TooLong,
    /// Of a type that a newer version may have: ignored.
    UnknownType,
    Malformed,
}

/// Its type is read first, as that of an unknown one is no failure.
#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
}

fn read<T: DeserializeOwned>(text: &str, kinds: &[&str]) -> Result<T, Unusable> {
    if text.len() > MESSAGE_BYTES {
        return Err(Unusable::TooLong);
    }
    let Typed { kind } = serde_json::from_str(text).map_err(|_| Unusable::Malformed)?;
    if !kinds.contains(&kind.as_str()) {
        return Err(Unusable::UnknownType);
    }
    serde_json::from_str(text).map_err(|_| Unusable::Malformed)
}

impl Handshake {
    pub fn read(text: &str) -> Result<Self, Unusable> {
        read(text, Self::VARIANTS)
    }
}

impl HostMessage {
    pub fn read(text: &str) -> Result<Self, Unusable> {
        read(text, Self::VARIANTS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INIT: &str =
        r#"{"type":"init","options":{"theme":"dark","density":"compact","locale":"es-MX"},"path":"users"}"#;

    #[test]
    fn e3_a_message_is_known_or_ignored_or_malformed() {
        assert!(matches!(HostMessage::read(INIT), Ok(HostMessage::Init { .. })));
        assert_eq!(HostMessage::read(r#"{"type":"ping","call":7}"#), Ok(HostMessage::Ping { call: 7 }));
        for (text, why) in [
            (r#"{"type":"teleport","to":"moon"}"#, Unusable::UnknownType),
            (r#"{"type":"ping"}"#, Unusable::Malformed),
            (r#"{"type":"ping","call":-1}"#, Unusable::Malformed),
            (r#"{"type":"ping","call":7,"more":1}"#, Unusable::Malformed),
            (r#"{"type":"options","options":{"colour":"red"}}"#, Unusable::Malformed),
            (r#"{"type":"options","options":{"theme":"sepia"}}"#, Unusable::Malformed),
            (r#"{"type":7}"#, Unusable::Malformed),
            ("[]", Unusable::Malformed),
            ("", Unusable::Malformed),
        ] {
            assert_eq!(HostMessage::read(text), Err(why), "{text}");
        }
        let long = format!(r#"{{"type":"navigate","path":"{}"}}"#, "a".repeat(MESSAGE_BYTES));
        assert_eq!(HostMessage::read(&long), Err(Unusable::TooLong));
        let deep = "[".repeat(MESSAGE_BYTES);
        assert_eq!(HostMessage::read(&deep), Err(Unusable::Malformed));
    }

    #[test]
    fn e7_a_newer_panel_may_speak_more_versions() {
        let hello = r#"{"type":"hello","protocol":"msi-panel","v":[2,1],"nonce":"n"}"#;
        assert!(matches!(Handshake::read(hello), Ok(Handshake::Hello { .. })));
        let other = r#"{"type":"hello","protocol":"penpal","v":[1],"nonce":"n"}"#;
        assert_eq!(Handshake::read(other), Err(Unusable::Malformed));
    }

    #[test]
    fn e18_events_are_told_by_their_names() {
        let event =
            PanelMessage::InviteCompleted(InviteCounts { total: 2, sent: 2, ..InviteCounts::default() });
        assert_eq!(
            serde_json::to_value(&event).unwrap(),
            serde_json::json!({"type": "invite.completed", "total": 2, "sent": 2, "failed": 0, "skipped": 0})
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(50_000) })]

        #[test]
        fn e3_random_text_is_read_without_panic(text in ".{0,60}") {
            prop_assert!(HostMessage::read(&text).is_err() && Handshake::read(&text).is_err());
        }

        /// Pieces of real messages in random order, and cut anywhere.
        #[test]
        fn e3_random_messages_are_read_without_panic(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"type\"", "\"init\"", "\"token\"", "\"accept\"", "\"call\"", "\"v\"",
                    "\"options\"", "\"path\"", "\"nonce\"", "null", "7", "-1", "1e999", "\"\\ud800\"", "true", INIT,
                ]),
                0..12,
            ),
            cut in 0_usize..200,
        ) {
            let text = pieces.concat();
            let cut = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            for text in [text.as_str(), &text[..cut]] {
                let _ = Handshake::read(text);
                if let Ok(message) = HostMessage::read(text) {
                    let again = serde_json::to_string(&message).unwrap();
                    prop_assert_eq!(HostMessage::read(&again), Ok(message));
                }
            }
        }
    }
}
