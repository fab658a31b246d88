//! What can be found: each by its words, in the user's language or in English.

use api_types::{Batch, Team, User, UserQuery};

use super::labels;
use crate::api::query;
use crate::domain::errors::Code;
use crate::domain::invitations::labels as invitations;
use crate::domain::navigation::{Place, Route, Section, shortcuts};
use crate::domain::people;
use crate::domain::session;
use crate::i18n::unaccented;
use crate::platform::theme::Theme;
use crate::t;
use crate::term;
use crate::ui::{HelpPage, IconName, Term};

/// How many people one search shows.
pub(super) const PEOPLE: u32 = 5;

/// The groups of results, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OfferKind {
    Screen,
    Command,
    Person,
    Team,
    Batch,
    Error,
    Help,
}

impl OfferKind {
    /// The heading above its results.
    pub(super) fn heading(self) -> Term {
        match self {
            Self::Screen => t!("quick.screens").into(),
            Self::Command => t!("quick.acts").into(),
            Self::Person => t!("quick.people").into(),
            Self::Team => term!("field.teams"),
            Self::Batch => term!("nav.invitation_batches"),
            Self::Error => t!("quick.errors").into(),
            Self::Help => t!("nav.help").into(),
        }
    }

    /// How many results of the kind are shown.
    const fn at_most(self) -> usize {
        match self {
            Self::Screen => 16,
            // And the way to all of them.
            Self::Person => PEOPLE as usize + 1,
            _ => 5,
        }
    }

    /// Whether it is shown before anything is typed.
    const fn is_offered(self) -> bool {
        matches!(self, Self::Screen | Self::Command)
    }
}

/// What choosing a result does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Go {
    /// To a path of the console.
    To(String),
    /// To a page of the guide, beside this one.
    Help(HelpPage),
    Theme(Theme),
    Shortcuts,
    SignOut,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) kind: OfferKind,
    pub(super) icon: IconName,
    pub(super) label: String,
    /// What is said beside the label, such as an address.
    pub(super) note: String,
    /// The keys that do the same.
    pub(super) keys: Option<char>,
    pub(super) go: Go,
    /// Whether it is shown before anything is typed.
    is_offered: bool,
    /// Its words, [`unaccented`].
    words: String,
}

impl Offer {
    fn new(kind: OfferKind, icon: IconName, label: String, note: String, go: Go) -> Self {
        let words = unaccented(&format!("{label} {note}"));
        Self { kind, icon, label, note, keys: None, go, is_offered: kind.is_offered(), words }
    }

    fn screen(kind: OfferKind, label: &Term, route: &Route) -> Self {
        Self::new(kind, route.icon(), label.in_line(), String::new(), Go::To(route.path()))
            .with_words(label.english())
    }

    /// A part of a screen, which is found by its own name.
    fn section(label: String, section: Section) -> Self {
        let screen = section.screen();
        let name = Place::screens().into_iter().find(|(_, route)| *route == screen);
        let note = name.map(|(name, _)| name.in_line()).unwrap_or_default();
        let go = Go::To(section.path());
        Self { is_offered: false, ..Self::new(OfferKind::Screen, screen.icon(), label, note, go) }
    }

    /// Also found by other words.
    fn with_words(mut self, more: &str) -> Self {
        self.words.push(' ');
        self.words.push_str(&unaccented(more));
        self
    }

    /// Whether it contains every word that was typed.
    fn fits(&self, typed: &str) -> bool {
        typed.split_whitespace().all(|word| self.words.contains(word))
    }
}

/// What is known without asking the server: only what the signed-in user may open.
pub(super) fn local() -> Vec<Offer> {
    let letters = shortcuts();
    let screens = Place::screens().into_iter().map(|(label, route)| {
        let keys = letters.iter().find(|(_, entry)| entry.1 == route).map(|(letter, _)| *letter);
        Offer { keys, ..Offer::screen(OfferKind::Screen, &label, &route) }
    });
    let ways = [
        (term!("users.invite_users"), Route::Invite),
        (term!("users.invite_users_via_csv"), Route::InviteCsv),
        (t!("users.invite_users_from_salesforce").into(), Route::InviteSalesforce),
        (t!("users.update_users_via_csv").into(), Route::UpdateCsv),
    ];
    let ways = ways.into_iter().filter(|_| session::is_admin());
    let check = (Term::from(t!("nav.validate")), Route::Validate);
    let commands =
        ways.chain([check]).map(|(label, route)| Offer::screen(OfferKind::Command, &label, &route));
    let sections = [
        (t!("api_keys.title"), Section::ApiKeys),
        (t!("security.audit_log"), Section::AuditLog),
        (t!("webhooks.title"), Section::Webhooks),
    ];
    let sections = sections.into_iter().filter(|_| session::is_admin());
    let sections = sections
        .chain([(t!("profile.language"), Section::Language), (t!("factors.title"), Section::TwoStep)]);
    let sections = sections.map(|(label, section)| Offer::section(label, section));
    let own = [
        command(t!("quick.shortcuts"), IconName::Info, Go::Shortcuts),
        command(t!("nav.sign_out"), IconName::Person, Go::SignOut),
    ];
    let themes = [
        (Theme::Light, t!("nav.theme_light")),
        (Theme::Dark, t!("nav.theme_dark")),
        (Theme::System, t!("nav.theme_system")),
    ];
    let themes = themes
        .map(|(theme, name)| command(t!("quick.theme", name = name), IconName::Globe, Go::Theme(theme)));
    let errors = Code::all().filter(|_| session::is_admin()).map(|code| {
        let path = format!("{}#{}", Route::Diagnostics.path(), code.anchor());
        Offer::new(OfferKind::Error, IconName::Alert, code.as_str().to_owned(), code.meaning(), Go::To(path))
    });
    let help = HelpPage::ALL.iter().map(|page| {
        let label = t!("quick.help_on", what = labels::help(*page).in_line());
        Offer::new(OfferKind::Help, IconName::Info, label, String::new(), Go::Help(*page))
    });
    screens.chain(sections).chain(commands).chain(own).chain(themes).chain(errors).chain(help).collect()
}

fn command(label: String, icon: IconName, go: Go) -> Offer {
    Offer::new(OfferKind::Command, icon, label, String::new(), go)
}

/// A person whom the server found by these words: with other accents than the name has, or with none.
pub(super) fn person(user: User, typed: &str) -> Offer {
    let name = user.display_name();
    let route = Route::User(user.id);
    let note = if name == user.email { String::new() } else { user.email };
    Offer::new(OfferKind::Person, route.icon(), name, note, Go::To(route.path())).with_words(typed)
}

/// The list of all people whom the server found by these words, of whom only the first are shown; `count` says how many.
pub(super) fn all_people(count: String, typed: &str) -> Offer {
    let label = t!("quick.show_all", screen = term!("nav.user_management").in_line());
    let wanted = UserQuery { search: Some(typed.to_owned()), ..UserQuery::default() };
    let path = query(&Route::Users.path(), &wanted);
    Offer::new(OfferKind::Person, Route::Users.icon(), label, count, Go::To(path)).with_words(typed)
}

pub(super) fn team(team: Team) -> Offer {
    let route = Route::Team(team.id);
    let label = people::team(&team.name);
    Offer::new(OfferKind::Team, route.icon(), label, String::new(), Go::To(route.path()))
        .with_words(&team.name)
}

pub(super) fn batch(batch: &Batch) -> Offer {
    let route = Route::Batch(batch.id.clone());
    let label = invitations::name(batch);
    Offer::new(OfferKind::Batch, route.icon(), label, batch.created_by.clone(), Go::To(route.path()))
}

/// The offers that fit what is typed, by kind, those that begin with it first.
pub(super) fn find<'a>(offers: impl IntoIterator<Item = &'a Offer>, typed: &str) -> Vec<Offer> {
    let typed = unaccented(typed.trim());
    let is_wanted = |offer: &&Offer| if typed.is_empty() { offer.is_offered } else { offer.fits(&typed) };
    let mut found: Vec<&Offer> = offers.into_iter().filter(is_wanted).collect();
    found.sort_by_key(|offer| (offer.kind, !offer.words.starts_with(&typed)));
    found
        .chunk_by(|one, other| one.kind == other.kind)
        .flat_map(|group| group.iter().take(group[0].kind.at_most()))
        .map(|offer| (*offer).clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use api_types::TeamId;

    use super::*;

    fn offer(kind: OfferKind, label: &str, note: &str) -> Offer {
        Offer::new(kind, IconName::File, label.into(), note.into(), Go::Shortcuts)
    }

    fn labels(found: &[Offer]) -> Vec<&str> {
        found.iter().map(|offer| offer.label.as_str()).collect()
    }

    #[test]
    fn what_begins_with_the_words_comes_first_in_its_group() {
        let offers = [
            offer(OfferKind::Person, "Marta", "marta@example.com"),
            offer(OfferKind::Screen, "Team Management", ""),
            offer(OfferKind::Screen, "Marketo", ""),
            offer(OfferKind::Screen, "Check Marketo", "").with_words("Prüfen"),
        ];
        assert_eq!(labels(&find(&offers, "MAR")), ["Marketo", "Check Marketo", "Marta"]);
        assert_eq!(labels(&find(&offers, "marketo check")), ["Check Marketo"]);
        assert_eq!(labels(&find(&offers, "prüf")), ["Check Marketo"]);
        assert_eq!(labels(&find(&offers, "pruf")), ["Check Marketo"]);
        assert_eq!(labels(&find(&offers, "@example")), ["Marta"]);
        assert!(find(&offers, "nothing").is_empty());
    }

    #[test]
    fn i3_the_team_of_everybody_is_found_by_its_name_on_the_screens_and_by_its_own() {
        let everyone = Team { id: TeamId("1".into()), name: "Everyone".into(), everyone: true, members: 3 };
        // Without a catalogue, a text is its key.
        let offers = [team(everyone)];
        assert_eq!(labels(&find(&offers, "team.everyone")), ["team.everyone"]);
        assert_eq!(labels(&find(&offers, "everyone")), ["team.everyone"]);
    }

    #[test]
    fn before_anything_is_typed_there_are_screens_and_acts_and_later_only_some_of_a_kind() {
        let many: Vec<Offer> =
            (0..50).map(|number| offer(OfferKind::Error, &format!("error {number}"), "")).collect();
        assert!(find(&many, " ").is_empty());
        assert_eq!(find(&many, "error").len(), 5);
        assert_eq!(find(&[offer(OfferKind::Screen, "Users", "")], "").len(), 1);
    }
}
