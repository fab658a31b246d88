//! The places of the console that contain screens or other places: what the rail, the gear menu, the breadcrumbs and
//! the places' own screens show of them.

use super::route::Route;
use crate::domain::session;
use crate::t;
use crate::term;
use crate::ui::{Crumb, Term};

/// A screen or place by its label.
pub(crate) type Entry = (Term, Route);

/// Whether a screen is about people.
const fn is_of_people(route: &Route) -> bool {
    matches!(route, Route::Users | Route::Batches | Route::Teams)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Behind the gear.
    Settings,
    MyAccount,
    AdminSettings,
    Integrations,
    /// Marketo's administration.
    MarketoAdmin,
    SalesInsight,
}

impl Place {
    /// The groups of the settings.
    pub(crate) const GROUPS: [Self; 3] = [Self::MyAccount, Self::AdminSettings, Self::Integrations];

    pub(crate) fn label(self) -> Term {
        match self {
            Self::Settings => term!("nav.settings"),
            Self::MyAccount => term!("nav.my_account"),
            Self::AdminSettings => term!("nav.admin_settings"),
            Self::Integrations => term!("nav.integrations"),
            Self::MarketoAdmin => term!("nav.admin"),
            Self::SalesInsight => term!("nav.sales_insight"),
        }
    }

    pub(crate) fn route(self) -> Route {
        match self {
            Self::Settings => Route::Settings,
            Self::MyAccount => Route::MyAccount,
            Self::AdminSettings => Route::AdminSettings,
            Self::Integrations => Route::Integrations,
            Self::MarketoAdmin => Route::MarketoAdmin,
            Self::SalesInsight => Route::SalesInsight,
        }
    }

    pub(crate) fn entry(self) -> Entry {
        (self.label(), self.route())
    }

    /// The entries that the signed-in user may open.
    pub(crate) fn entries(self) -> Vec<Entry> {
        let is_admin = session::is_admin();
        match self {
            Self::Settings => Self::GROUPS
                .into_iter()
                .filter(|group| is_admin || *group == Self::MyAccount)
                .map(Self::entry)
                .collect(),
            Self::MyAccount if is_admin => vec![(term!("nav.my_profile"), Route::Profile)],
            Self::MyAccount => {
                vec![
                    (term!("nav.my_profile"), Route::Profile),
                    (term!("nav.salesforce"), Route::MySalesforce),
                ]
            }
            _ if !is_admin => Vec::new(),
            Self::AdminSettings => vec![
                (term!("nav.general"), Route::General),
                (term!("nav.user_management"), Route::Users),
                (term!("nav.invitation_batches"), Route::Batches),
                (term!("nav.team_management"), Route::Teams),
                (term!("nav.salesforce"), Route::Salesforce),
                (term!("nav.marketo"), Route::Marketo),
                (term!("nav.security"), Route::Security),
            ],
            Self::Integrations => vec![(term!("nav.diagnostics"), Route::Diagnostics)],
            Self::MarketoAdmin => vec![Self::SalesInsight.entry()],
            Self::SalesInsight => vec![(term!("nav.actions_config"), Route::ActionsConfig)],
        }
    }

    /// Every screen that the signed-in user may open beside the setup guide, by what it is for: one word and its
    /// screens.
    pub(crate) fn groups() -> Vec<(Term, Vec<Entry>)> {
        if !session::is_admin() {
            return vec![(term!("nav.settings"), Self::MyAccount.entries())];
        }
        let (people, settings): (Vec<_>, Vec<_>) =
            Self::AdminSettings.entries().into_iter().partition(|(_, route)| is_of_people(route));
        let (connections, settings): (Vec<_>, Vec<_>) =
            settings.into_iter().partition(|(_, route)| matches!(route, Route::Salesforce | Route::Marketo));
        let mut setup = Self::SalesInsight.entries();
        setup.extend(connections);
        setup.push((term!("nav.salesforce_setup"), Route::SalesforceSetup));
        let settings = settings
            .into_iter()
            .chain([Self::MyAccount, Self::Integrations].into_iter().flat_map(Self::entries));
        vec![
            (t!("nav.people").into(), people),
            (t!("nav.set_up").into(), setup),
            (term!("nav.settings"), settings.collect()),
        ]
    }

    /// Every screen that the signed-in user may open, in the order of the rail.
    pub(crate) fn screens() -> Vec<Entry> {
        let guide = session::is_admin().then(|| (term!("nav.setup_guide"), Route::Home));
        guide.into_iter().chain(Self::groups().into_iter().flat_map(|(_, entries)| entries)).collect()
    }

    /// The places that contain this one, outermost first.
    pub(crate) fn above(self) -> Vec<Crumb> {
        match self {
            Self::Settings => Vec::new(),
            Self::MyAccount | Self::AdminSettings | Self::Integrations => Self::Settings.crumbs(),
            Self::MarketoAdmin => vec![Crumb::group(term!("nav.marketo"))],
            Self::SalesInsight => Self::MarketoAdmin.crumbs(),
        }
    }

    /// The breadcrumbs of the screens in this place.
    pub(crate) fn crumbs(self) -> Vec<Crumb> {
        let mut crumbs = self.above();
        crumbs.push(Crumb::page(self.label(), self.route().href()));
        crumbs
    }

    /// The breadcrumbs of a screen below one of this place.
    pub(crate) fn crumbs_below(self, screens: impl IntoIterator<Item = Entry>) -> Vec<Crumb> {
        let mut crumbs = self.crumbs();
        crumbs.extend(screens.into_iter().map(|(label, route)| Crumb::page(label, route.href())));
        crumbs
    }
}
