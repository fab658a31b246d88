//! Links from screens into the user guide, whose pages are served beside the app (`docs/guide`).

use api_types::Locale;
use leptos::prelude::*;

use crate::i18n;
use crate::platform::address::of_file;
use crate::t;

/// The languages of the guide; users of other languages get the first.
const LANGUAGES: [Locale; 3] = [Locale::En, Locale::Es, Locale::Ko];

macro_rules! pages {
    ($($page:ident = $name:literal),+ $(,)?) => {
        /// A page of the guide that screens link to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum HelpPage { $($page),+ }

        impl HelpPage {
            pub(crate) const ALL: &[Self] = &[$(Self::$page),+];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$page => $name),+ }
            }
        }
    };
}

pages! {
    ActionsConfig = "actions-config",
    Diagnostics = "diagnostics",
    General = "general",
    Invitations = "invitations",
    Invite = "invite",
    InviteCsv = "invite-csv",
    InviteSalesforce = "invite-salesforce",
    Marketo = "marketo",
    Profile = "profile",
    Salesforce = "salesforce",
    SalesforceSetup = "salesforce-setup",
    Security = "security",
    SetupGuide = "setup-guide",
    SignIn = "sign-in",
    Teams = "teams",
    User = "user",
    Users = "users",
    Validate = "validate",
}

impl HelpPage {
    /// Its address, in the language of the screens or in English.
    pub(crate) fn href(self) -> String {
        href(self, language_for(i18n::current().get_untracked()))
    }
}

/// Opens a page of the guide in a new tab, so that nothing on the screen is lost. `purpose` is what it explains, in a sentence.
pub(crate) fn help_link(page: HelpPage, purpose: Option<Signal<String>>) -> impl IntoView {
    link(page.href(), None, purpose)
}

/// Opens the part of a page that a heading begins. `of` is what it explains, for screen readers.
pub(crate) fn help_link_to(page: HelpPage, heading: &str, of: &str) -> impl IntoView + use<> {
    link(format!("{}#{heading}", page.href()), Some(t!("common.of", text = of)), None)
}

/// The sign for help; its words are for screen readers.
fn link(href: String, of: Option<String>, purpose: Option<Signal<String>>) -> impl IntoView {
    let language = language_for(i18n::current().get_untracked());
    view! {
        <a class="help" href=of_file(&href) hreflang=language.tag() target="_blank" rel="noopener"
            title=move || purpose.map_or_else(|| t!("nav.help"), |purpose| purpose.get())>
            <span aria-hidden="true">"?"</span><span class="visually-hidden">{t!("nav.help")}</span>
            {of.map(|of| view! { <span class="visually-hidden">{of}</span> })}
        </a>
    }
}

fn language_for(screens: Locale) -> Locale {
    if LANGUAGES.contains(&screens) { screens } else { LANGUAGES[0] }
}

/// Below the folder of the deployment.
fn href(page: HelpPage, language: Locale) -> String {
    format!("guide/{}/{}.html", language.tag(), page.name())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_page_is_written_in_every_language_of_the_guide() {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide");
        for language in LANGUAGES {
            for page in HelpPage::ALL {
                let file = guide.join(language.tag()).join(page.name()).with_extension("md");
                assert!(file.is_file(), "{} is missing", file.display());
            }
        }
    }

    #[test]
    fn people_of_other_languages_read_english() {
        assert_eq!(language_for(Locale::Ko), Locale::Ko);
        assert_eq!(language_for(Locale::PtBr), Locale::En);
        assert_eq!(href(HelpPage::InviteCsv, Locale::Es), "guide/es/invite-csv.html");
    }
}
