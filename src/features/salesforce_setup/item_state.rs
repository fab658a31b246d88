use api_types::ChecklistItem;

use crate::t;
use crate::ui::{IconName, Tone};

/// The state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemState {
    /// The org reports it as done.
    Verified,
    /// Confirmed by a user.
    Ticked,
    /// The org reports it as not done.
    Missing,
    /// The org has reported it as done, and no longer does.
    Regressed,
    Open,
}

impl From<&ChecklistItem> for ItemState {
    fn from(item: &ChecklistItem) -> Self {
        match (&item.verified, &item.ticked) {
            (Some(verification), _) if verification.passed => Self::Verified,
            (Some(verification), _) if verification.regressed => Self::Regressed,
            (Some(_), _) => Self::Missing,
            (None, Some(_)) => Self::Ticked,
            (None, None) => Self::Open,
        }
    }
}

impl ItemState {
    pub(super) const fn tone(self) -> Tone {
        match self {
            Self::Verified | Self::Ticked => Tone::Success,
            Self::Missing => Tone::Warning,
            Self::Regressed => Tone::Failure,
            Self::Open => Tone::Quiet,
        }
    }

    pub(super) const fn icon(self) -> IconName {
        match self {
            Self::Verified | Self::Ticked => IconName::Check,
            Self::Missing | Self::Regressed => IconName::Alert,
            Self::Open => IconName::Ring,
        }
    }

    pub(super) fn label(self) -> String {
        match self {
            Self::Verified => t!("salesforce_setup.verified"),
            Self::Ticked => t!("salesforce_setup.ticked"),
            Self::Missing => t!("salesforce_setup.missing"),
            Self::Regressed => t!("salesforce_setup.regressed"),
            Self::Open => t!("salesforce_setup.open"),
        }
    }
}

#[cfg(test)]
mod tests {
    use api_types::{ChecklistItemId, PersonName, Ticked, Timestamp, Verification};

    use super::*;

    fn item(verified: Option<(bool, bool)>, ticked: bool) -> ChecklistItem {
        let by = PersonName { name: "Ana".to_owned(), id: None };
        let at = || Timestamp("2026-11-20T08:00:00Z".into());
        ChecklistItem {
            id: ChecklistItemId::InstallPackage,
            verified: verified.map(|(passed, regressed)| Verification {
                passed,
                regressed,
                at: at(),
                found: Vec::new(),
            }),
            ticked: ticked.then(|| Ticked { by, at: at() }),
            values: Vec::new(),
        }
    }

    #[test]
    fn the_orgs_word_goes_before_a_tick() {
        assert_eq!(ItemState::from(&item(Some((true, false)), false)), ItemState::Verified);
        assert_eq!(ItemState::from(&item(Some((false, false)), true)), ItemState::Missing);
        assert_eq!(ItemState::from(&item(Some((false, true)), true)), ItemState::Regressed);
        assert_eq!(ItemState::from(&item(None, true)), ItemState::Ticked);
        assert_eq!(ItemState::from(&item(None, false)), ItemState::Open);
    }
}
