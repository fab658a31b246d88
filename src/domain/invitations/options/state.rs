//! The options as typed and chosen.

use api_types::{BatchOptions, Locale, MailDraft, Persona, Role, Team, Workspace, limits};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::i18n;
use crate::t;
use crate::ui::FieldState;

/// The options as typed and chosen. They belong to a flow, so that leaving the form loses nothing.
#[derive(Clone, Copy)]
pub(crate) struct OptionsState {
    pub(super) role: RwSignal<Role>,
    /// The personas of invited administrators.
    pub(super) personas: RwSignal<Vec<Persona>>,
    /// Names of teams besides *Everyone*.
    pub(super) teams: RwSignal<Vec<String>>,
    /// `None` is the default workspace.
    pub(super) workspace: RwSignal<Option<String>>,
    /// The name of the default workspace, once loaded.
    pub(super) default_workspace: RwSignal<Option<String>>,
    pub(super) language: RwSignal<Locale>,
    pub(super) message: FieldState,
    /// Days as typed; empty until the account's default is loaded.
    pub(super) expiry: FieldState,
}

/// The options as typed and chosen, as stored in a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TypedOptions {
    role: Role,
    personas: Vec<Persona>,
    teams: Vec<String>,
    workspace: Option<String>,
    language: Locale,
    message: String,
    expiry: String,
}

impl TypedOptions {
    pub(crate) fn has_message(&self) -> bool {
        !self.message.trim().is_empty()
    }
}

impl OptionsState {
    /// The default options, with the mail in the language of the screen.
    pub(crate) fn new() -> Self {
        Self {
            role: RwSignal::new(Role::default()),
            personas: RwSignal::new(Vec::new()),
            teams: RwSignal::new(Vec::new()),
            workspace: RwSignal::new(None),
            default_workspace: RwSignal::new(None),
            language: RwSignal::new(i18n::current().get_untracked()),
            message: FieldState::new("mail-message", ""),
            expiry: FieldState::new("mail-expiry", ""),
        }
    }

    /// Invites administrators with this persona.
    pub(crate) fn invite_for(&self, persona: Persona) {
        self.role.set(Role::Admin);
        self.personas.set(vec![persona]);
    }

    /// The fields that can be wrong, for an error summary.
    pub(crate) fn fields(&self) -> Vec<FieldState> {
        vec![self.message, self.expiry]
    }

    /// The options; `None` after setting a message at each invalid field.
    pub(crate) fn read(&self) -> Option<BatchOptions> {
        let draft = self.draft()?;
        Some(untrack(|| self.with_mail(draft)))
    }

    /// The options as they would be read now; `None` where a field is invalid, or the account's default is not there yet.
    /// Reactive.
    pub(crate) fn valid(&self) -> Option<BatchOptions> {
        let message = self.message.text.with(|text| message(text)).ok()?;
        let expires_in_days = self.expiry.text.with(|text| (!text.is_empty()).then(|| days(text)))?.ok()?;
        Some(self.with_mail(MailDraft { language: self.language.get(), message, expires_in_days }))
    }

    fn with_mail(&self, MailDraft { language, message, expires_in_days }: MailDraft) -> BatchOptions {
        let role = self.role.get();
        BatchOptions {
            role,
            personas: match role {
                Role::Admin => self.personas.get(),
                Role::User => Vec::new(),
            },
            teams: self.teams.get(),
            workspace: self.workspace.get(),
            language,
            message,
            expires_in_days,
        }
    }

    /// The name of the chosen or default workspace; reactive.
    pub(crate) fn workspace_name(&self) -> Option<String> {
        self.workspace.get().or_else(|| self.default_workspace.get())
    }

    /// The options that affect the mail.
    pub(super) fn draft(&self) -> Option<MailDraft> {
        let message = self.message.parse(message, |length| {
            t!("mail_options.message_too_long", length = length, limit = limits::MESSAGE_MAX)
        });
        let expires_in_days = self.expiry.parse(days, |()| {
            t!(
                "mail_options.expiry_wrong",
                first = *limits::EXPIRES_IN_DAYS.start(),
                last = *limits::EXPIRES_IN_DAYS.end()
            )
        });
        Some(MailDraft {
            language: self.language.get_untracked(),
            message: message?,
            expires_in_days: expires_in_days?,
        })
    }

    /// Everything typed and chosen, valid or not; reactive.
    pub(crate) fn typed(&self) -> TypedOptions {
        TypedOptions {
            role: self.role.get(),
            personas: self.personas.get(),
            teams: self.teams.get(),
            workspace: self.workspace.get(),
            language: self.language.get(),
            message: self.message.text.get(),
            expiry: self.expiry.text.get(),
        }
    }

    /// Restores what was typed and chosen.
    pub(crate) fn restore(&self, typed: TypedOptions) {
        self.role.set(typed.role);
        self.personas.set(typed.personas);
        self.teams.set(typed.teams);
        self.workspace.set(typed.workspace);
        self.language.set(typed.language);
        self.message.text.set(typed.message);
        self.expiry.text.set(typed.expiry);
    }

    /// Takes out what the account no longer has: nothing on the screen could. The form may be gone.
    pub(super) fn let_go_of_gone(&self, teams: &[Team], workspaces: &[Workspace]) {
        self.teams.try_update(|names| names.retain(|name| teams.iter().any(|team| team.name == *name)));
        self.workspace.try_update(|chosen| {
            chosen.take_if(|name| !workspaces.iter().any(|workspace| workspace.name == *name));
        });
    }

    /// Restores the default options.
    pub(crate) fn reset(&self) {
        self.role.set(Role::default());
        self.personas.set(Vec::new());
        self.teams.set(Vec::new());
        self.workspace.set(None);
        self.default_workspace.set(None);
        self.language.set(i18n::current().get_untracked());
        for field in self.fields() {
            field.text.set(String::new());
            field.error.set(None);
        }
    }
}

/// A personal message, trimmed; the error is its length in characters.
fn message(text: &str) -> Result<Option<String>, usize> {
    let text = text.trim();
    match text.chars().count() {
        0 => Ok(None),
        length if length > limits::MESSAGE_MAX => Err(length),
        _ => Ok(Some(text.to_owned())),
    }
}

/// Days of validity; an empty text means the default.
fn days(text: &str) -> Result<u8, ()> {
    match text.trim() {
        "" => Ok(limits::EXPIRES_IN_DAYS_DEFAULT),
        text => text.parse().ok().filter(|days| limits::EXPIRES_IN_DAYS.contains(days)).ok_or(()),
    }
}

#[cfg(test)]
mod tests {
    use api_types::{TeamId, WorkspaceId};

    use super::*;

    #[test]
    fn r17_an_invitation_is_valid_for_one_to_thirty_days() {
        assert_eq!(days(""), Ok(7));
        assert_eq!(days(" 1 "), Ok(1));
        assert_eq!(days("30"), Ok(30));
        for wrong in ["0", "31", "-1", "7.5", "a week", "300"] {
            assert_eq!(days(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a18_of_what_was_chosen_days_ago_only_what_the_account_still_has_is_chosen() {
        let team =
            |name: &str| Team { id: TeamId(name.into()), name: name.into(), everyone: false, members: 0 };
        let workspace =
            |name: &str| Workspace { id: WorkspaceId(name.into()), name: name.into(), default: false };
        Owner::new().with(|| {
            let state = OptionsState::new();
            state.teams.set(["North", "South"].map(str::to_owned).into());
            state.workspace.set(Some("Japan".to_owned()));
            state.let_go_of_gone(&[team("Everyone"), team("South"), team("north")], &[workspace("Japan")]);
            assert_eq!(state.teams.get_untracked(), ["South"]);
            assert_eq!(state.workspace.get_untracked().as_deref(), Some("Japan"));
            state.let_go_of_gone(&[team("South")], &[workspace("Default")]);
            assert_eq!(state.workspace.get_untracked(), None, "the default one");
        });
    }

    #[test]
    fn a_message_is_trimmed_and_counted_in_characters() {
        assert_eq!(message(" \n "), Ok(None));
        assert_eq!(message(" Welcome\n"), Ok(Some("Welcome".into())));
        assert_eq!(message(&"김".repeat(limits::MESSAGE_MAX)).map(|text| text.is_some()), Ok(true));
        assert_eq!(message(&"x".repeat(limits::MESSAGE_MAX + 1)), Err(limits::MESSAGE_MAX + 1));
    }
}
