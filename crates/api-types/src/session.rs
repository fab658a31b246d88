use std::fmt;

use serde::{Deserialize, Serialize};

use crate::embed::EmbedScope;
use crate::{CeremonyAnswer, Persona, SecondFactor, SessionId, TimeZone, Timestamp, UserId};
use people::{Locale, Role};

/// The credentials of a sign-in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    Password {
        email: String,
        password: String,
        /// Of the authenticator app, or a recovery code: where the answer without it was `code_needed` or
        /// `passkey_needed`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// A passkey, which says whose it is.
    Passkey(CeremonyAnswer),
    /// The one-time link of the operator's command line; the token comes from the URL fragment.
    Link { token: String },
}

/// The signed-in user, and how long the session lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub user: Me,
    pub account: AccountName,
    /// The session ends then unless there is a request before.
    pub idle_expires_at: Timestamp,
    /// The session ends then in any case.
    pub expires_at: Timestamp,
    /// Seconds until `idle_expires_at` at the time of the answer, for clients whose clock is wrong.
    pub idle_seconds: u64,
    /// `absent` in panels, and for whoever has signed in through Salesforce.
    #[serde(default)]
    pub second_factor: SecondFactor,
    /// What the session is limited to; only for a panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embed: Option<EmbedScope>,
    /// The path of the sandbox's mailbox; only in sandbox mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox_url: Option<String>,
    /// For what the browser keeps of the user's work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_key: Option<RowsKey>,
}

/// The key under which a browser seals the rows that it keeps for a user: 32 bytes in Base64 for URLs, the same in each of
/// the user's sessions. A panel has another for each origin that embeds it. It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowsKey(pub String);

impl fmt::Debug for RowsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowsKey")
    }
}

/// A session of a user: where they are signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenSession {
    pub id: SessionId,
    pub place: SessionPlace,
    /// The browser and its system, such as `Chrome, Windows`; empty if unknown, and for panels.
    pub browser: String,
    /// The address of the network from which it was opened; empty for panels, which a host's backend opens.
    pub network: String,
    pub signed_in_at: Timestamp,
    pub last_used_at: Timestamp,
    /// Whether it is the session of the request itself.
    pub is_current: bool,
}

/// What a session is used in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionPlace {
    Console,
    /// A console on another site, of this origin, has tokens of it.
    ConsoleElsewhere(String),
    /// The panel in a page of this origin; the key of this name has opened it.
    Panel {
        origin: String,
        key: String,
    },
}

/// A proof of who the signed-in user is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    Password(String),
    PasswordAndCode {
        password: String,
        /// Of the authenticator app, or a recovery code.
        code: String,
    },
    /// A code of the authenticator app, or a recovery code.
    AppCode(String),
    Passkey(CeremonyAnswer),
    /// The code that was mailed last: eight digits, spaces between them allowed.
    Code(String),
}

/// How the signed-in user proves who they are, and whether that is needed at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofAsked {
    /// At least one, the best first.
    pub ways: Vec<ProofWay>,
    /// Where a code is mailed to.
    pub email: String,
    /// Whether a proof of the last five minutes counts; the sign-in is one.
    pub is_fresh: bool,
}

/// A way to prove who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProofWay {
    Passkey,
    /// For users with a password and without an authenticator app.
    Password,
    PasswordAndCode,
    /// For users with an authenticator app who sign in without a password.
    AppCode,
    /// Signing in to Salesforce anew, for users who sign in through it.
    Salesforce,
    /// A code by mail, for users who have nothing of the above.
    Code,
}

/// Asks for tokens in place of the cookie, for the pages of another site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRequest {
    /// The origin of those pages, exactly as the server lists it.
    pub origin: String,
}

/// Exchanges a refresh token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRefresh {
    pub refresh_token: String,
}

/// Tokens in place of the session's cookie, for the pages of one origin.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionTokens {
    /// Sent as `Authorization: Bearer`, from that origin only.
    pub access_token: String,
    /// Works once: using it again revokes all tokens that were made from it, unless none of them has been used yet and it is
    /// within a minute.
    pub refresh_token: String,
    /// Seconds for which the access token works, unless it is replaced before.
    pub expires_in: u64,
}

/// The account by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountName {
    pub name: String,
}

/// The signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub id: UserId,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub role: Role,
    pub personas: Vec<Persona>,
    /// The chosen language; `None` for the browser's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// The time zone in which screens say times; `None` for the browser's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// False for a user who has only ever used a sign-in link.
    pub has_password: bool,
}

/// The profile of the signed-in user, with the settings that administrators have made for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    #[serde(flatten)]
    pub me: Me,
    /// Names of the teams, `Everyone` first.
    pub teams: Vec<String>,
    /// The Marketo workspace.
    pub workspace: String,
    /// How many valid API keys they have made.
    pub api_keys: u32,
}

/// Asks for a mail with a link to set a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordResetRequest {
    pub email: String,
}

/// Sets a new password by the token of the mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    pub token: String,
    pub new_password: String,
    /// Whether the person's API keys end, too.
    #[serde(default)]
    pub end_keys: bool,
}

/// Changes the password of the signed-in user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// Omitted by a user who has no password yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    pub new: String,
    /// Whether the caller's API keys end, too.
    #[serde(default)]
    pub end_keys: bool,
}

/// Changes of the caller's profile; fields that are left out stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LocaleChoice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZoneChoice>,
}

/// A language, or the browser's preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocaleChoice {
    Browser,
    #[serde(untagged)]
    Locale(Locale),
}

/// A time zone, or the browser's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeZoneChoice {
    Browser,
    #[serde(untagged)]
    Named(TimeZone),
}

/// By hand, as the derive does not see that a variant is written without its name.
#[cfg(feature = "openapi")]
mod schemas {
    use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
    use utoipa::openapi::{Ref, RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use super::{LocaleChoice, TimeZoneChoice};

    fn browser_or(other: &str, description: &str) -> RefOr<Schema> {
        let browser = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["browser"]));
        let either = AnyOfBuilder::new().item(browser).item(Ref::from_schema_name(other));
        Schema::from(either.description(Some(description)).build()).into()
    }

    impl PartialSchema for LocaleChoice {
        fn schema() -> RefOr<Schema> {
            browser_or("Locale", "A language, or the browser's preference.")
        }
    }

    impl PartialSchema for TimeZoneChoice {
        fn schema() -> RefOr<Schema> {
            browser_or("TimeZone", "A time zone, or the browser's.")
        }
    }

    impl ToSchema for LocaleChoice {}
    impl ToSchema for TimeZoneChoice {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i1_a_choice_is_written_as_a_text() {
        let zone = TimeZoneChoice::Named(TimeZone("Asia/Tokyo".to_owned()));
        let change = ProfileChange {
            locale: Some(LocaleChoice::Locale(Locale::PtBr)),
            time_zone: Some(zone),
            ..ProfileChange::default()
        };
        let text = serde_json::json!({"locale": "pt-BR", "time_zone": "Asia/Tokyo"});
        assert_eq!(serde_json::to_value(&change).unwrap(), text);
        assert_eq!(serde_json::to_value(LocaleChoice::Browser).unwrap(), "browser");
    }

    #[cfg(feature = "openapi")]
    #[test]
    fn i1_the_document_describes_a_choice_as_a_text() {
        use utoipa::PartialSchema as _;

        let described = serde_json::to_value(TimeZoneChoice::schema()).unwrap();
        let browser = serde_json::json!({"type": "string", "enum": ["browser"]});
        let named = serde_json::json!({"$ref": "#/components/schemas/TimeZone"});
        assert_eq!(described["anyOf"], serde_json::json!([browser, named]));
    }
}
