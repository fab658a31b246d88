//! Labels of people of the account.

use api_types::{DeliveryStatus, EVERYONE, Persona, Protection, Role, User, UserStatus};

use leptos::prelude::*;

use crate::domain::setup::steps::persona;
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{IconName, Term, Tone, chips};

pub(crate) fn role(role: Role) -> Term {
    match role {
        Role::User => term!("role.user"),
        Role::Admin => term!("role.admin"),
    }
}

/// What a role allows.
pub(crate) fn role_allows(role: Role) -> String {
    match role {
        Role::User => t!("role.user_allows"),
        Role::Admin => t!("role.admin_allows"),
    }
}

pub(crate) fn status(status: UserStatus) -> Term {
    match status {
        UserStatus::Invited => term!("status.invited"),
        UserStatus::Active => term!("status.active"),
        UserStatus::Deactivated => term!("status.deactivated"),
        UserStatus::Expired => term!("status.expired"),
    }
}

pub(crate) const fn status_look(status: UserStatus) -> (Tone, IconName) {
    match status {
        UserStatus::Invited => (Tone::Busy, IconName::Mail),
        UserStatus::Active => (Tone::Success, IconName::Check),
        UserStatus::Deactivated => (Tone::Quiet, IconName::Pause),
        UserStatus::Expired => (Tone::Warning, IconName::Clock),
    }
}

/// The look of a person's status, and what keeps who is invited from answering: the mail was not delivered.
pub(crate) fn status_now(user: &User) -> ((Tone, IconName), Option<String>) {
    let delivery = user.invitation.as_ref().and_then(|invitation| invitation.delivery);
    match (user.status, delivery) {
        (UserStatus::Invited, Some(DeliveryStatus::Failed)) => {
            ((Tone::Failure, IconName::Alert), Some(t!("status.undelivered")))
        }
        _ => (status_look(user.status), None),
    }
}

/// The name of a team; the *Everyone* team's is in the user's language.
pub(crate) fn team(name: &str) -> String {
    if name == EVERYONE { t!("team.everyone") } else { name.to_owned() }
}

/// Teams as a list.
pub(crate) fn teams(teams: &[String]) -> String {
    i18n::list(teams.iter().map(|name| team(name)))
}

/// The teams besides *Everyone*.
fn named_teams(teams: &[String]) -> Vec<String> {
    teams.iter().filter(|team| *team != EVERYONE).cloned().collect()
}

/// The first of a person's teams; of whoever is in none of those that were made, *Everyone*.
pub(crate) fn team_chips(teams: &[String], shown: usize) -> AnyView {
    let named = named_teams(teams);
    if named.is_empty() { chips(vec![t!("team.everyone")], shown) } else { chips(named, shown) }
}

/// The name of a workspace; the default one's is in the user's language.
pub(crate) fn workspace(name: &str) -> String {
    if name == "Default" { t!("workspace.default") } else { name.to_owned() }
}

pub(crate) fn protection_reason(protection: Protection) -> String {
    match protection {
        Protection::Yourself => t!("users.protected_yourself"),
        Protection::LastAdmin => t!("users.protected_last_admin"),
        Protection::OriginalUser => t!("users.protected_original_user"),
        Protection::MarketoOwner => t!("users.protected_marketo_owner"),
    }
}

/// Which personas a user has now.
pub(crate) fn personas_done(user: &User) -> String {
    match personas_in_words(&user.personas) {
        Some(personas) => t!("users.personas_done", name = user.display_name(), personas = personas),
        None => t!("users.personas_none", name = user.display_name()),
    }
}

/// Personas as a list in a sentence; `None` where there are none.
pub(crate) fn personas_in_words(personas: &[Persona]) -> Option<String> {
    (!personas.is_empty()).then(|| i18n::list(personas.iter().map(|one| persona(*one).in_line())))
}
