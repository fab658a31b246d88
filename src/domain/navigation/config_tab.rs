use super::route::Route;
use crate::platform::address::routes_base;
use strum::VariantArray;

/// The tabs of Actions Config. Each has a card that links from elsewhere lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub(crate) enum ConfigTab {
    Invite,
    Integration,
    Sync,
    People,
}

impl ConfigTab {
    pub(crate) const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// Its name in the address.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Integration => "integration",
            Self::Sync => "sync",
            Self::People => "people",
        }
    }

    /// The id of the heading of its card.
    pub(crate) const fn anchor(self) -> &'static str {
        match self {
            Self::Invite => "invite-title",
            Self::Integration => "integration-title",
            Self::Sync => "sync-title",
            Self::People => "people-title",
        }
    }

    /// The tab with a name; the first for any other.
    pub(crate) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.name() == name).unwrap_or(Self::Invite)
    }

    /// The tab that an address names. Links made before there were tabs only name the card.
    pub(crate) fn at(name: Option<&str>, hash: &str) -> Option<Self> {
        name.map(Self::named).or_else(|| {
            let anchor = hash.trim_start_matches('#');
            Self::ALL.into_iter().find(|tab| tab.anchor() == anchor)
        })
    }

    /// The path below the base of the deployment.
    pub(crate) fn path(self) -> String {
        format!("{}?tab={}", Route::ActionsConfig.path(), self.name())
    }

    pub(crate) fn href(self) -> String {
        format!("{}{}", routes_base(), self.path())
    }

    /// The link to its card, whose heading then has the focus.
    pub(crate) fn card_href(self) -> String {
        format!("{}#{}", self.href(), self.anchor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_the_tab_of_its_card() {
        for tab in ConfigTab::ALL {
            let path = tab.path();
            let name = path.split_once("?tab=").map(|(_, name)| name);
            assert_eq!(ConfigTab::at(name, ""), Some(tab));
            assert_eq!(ConfigTab::at(None, &format!("#{}", tab.anchor())), Some(tab));
        }
    }

    #[test]
    fn the_tab_in_an_address_goes_before_its_anchor() {
        assert_eq!(ConfigTab::at(Some("people"), "#sync-title"), Some(ConfigTab::People));
        assert_eq!(ConfigTab::at(Some("nothing"), "#sync-title"), Some(ConfigTab::Invite));
        assert_eq!([ConfigTab::at(None, "#nothing"), ConfigTab::at(None, "")], [None, None]);
    }
}
