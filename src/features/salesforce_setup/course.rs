//! The way through the check-list: which item an address opens, and which comes next.

use api_types::{ChecklistItemId, SetupStepId};

use crate::domain::setup::steps;

/// The parts of the check-list, as the steps that they belong to.
pub(super) const PARTS: [SetupStepId; 2] = [SetupStepId::InstallPackage, SetupStepId::ConfigureActions];

pub(super) fn items() -> impl Iterator<Item = ChecklistItemId> + Clone {
    ChecklistItemId::ALL.iter().copied()
}

/// The items of a part.
pub(super) fn of_part(part: SetupStepId) -> impl Iterator<Item = ChecklistItemId> + Clone {
    items().filter(move |id| id.step() == part)
}

/// What to do next: no step waits for the optional items.
pub(super) fn next(is_done: impl Fn(ChecklistItemId) -> bool) -> Option<ChecklistItemId> {
    let open: Vec<_> = items().filter(|id| !is_done(*id)).collect();
    open.iter().find(|id| id.required()).or(open.first()).copied()
}

/// Where to go on from an item: to the next open one below it, and from the last to what was left out.
pub(super) fn after(
    here: ChecklistItemId,
    is_done: impl Fn(ChecklistItemId) -> bool,
) -> Option<ChecklistItemId> {
    let is_open = |id: &ChecklistItemId| *id != here && !is_done(*id);
    let below = items().skip_while(|id| *id != here).find(is_open);
    below.or_else(|| next(|id| !is_open(&id)))
}

/// The item that an address opens: the one it names, or the first open one of the part that its anchor names, or the
/// next of all.
pub(super) fn opened(
    name: Option<&str>,
    hash: &str,
    is_done: impl Fn(ChecklistItemId) -> bool,
) -> ChecklistItemId {
    let part = match hash.trim_start_matches('#') {
        steps::PACKAGE_ANCHOR => Some(SetupStepId::InstallPackage),
        steps::CONFIGURATION_ANCHOR => Some(SetupStepId::ConfigureActions),
        _ => None,
    };
    let of_part = |part| of_part(part).find(|id| !is_done(*id)).or_else(|| of_part(part).next());
    name.and_then(named)
        .or_else(|| part.and_then(of_part))
        .or_else(|| next(&is_done))
        .unwrap_or(ChecklistItemId::InstallPackage)
}

/// The item that an address names.
pub(super) fn named(name: &str) -> Option<ChecklistItemId> {
    items().find(|id| id.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: ChecklistItemId = ChecklistItemId::InstallPackage;
    const LAST: ChecklistItemId = ChecklistItemId::ListViewButtons;

    fn nothing(_: ChecklistItemId) -> bool {
        false
    }

    #[test]
    fn s6_s7_required_items_come_before_optional_ones() {
        assert_eq!(next(nothing), Some(FIRST));
        assert_eq!(next(|id| id == FIRST), Some(ChecklistItemId::ObjectsDeployed));
        let before_governance = |id| id != ChecklistItemId::Governance && id != ChecklistItemId::UserAccess;
        assert_eq!(next(before_governance), Some(ChecklistItemId::UserAccess));
        assert_eq!(next(ChecklistItemId::required), Some(ChecklistItemId::Governance));
        assert_eq!(next(|_| true), None);
    }

    #[test]
    fn s6_s7_done_goes_on_to_the_next_open_item() {
        assert_eq!(after(FIRST, nothing), Some(ChecklistItemId::ObjectsDeployed));
        let is_deployed = |id| id == ChecklistItemId::ObjectsDeployed;
        assert_eq!(after(FIRST, is_deployed), Some(ChecklistItemId::ReadStandardObjects));
        assert_eq!(after(ChecklistItemId::EnableMsiActions, nothing), Some(ChecklistItemId::Governance));
        assert_eq!(after(LAST, is_deployed), Some(FIRST));
        assert_eq!(after(LAST, |id| id != LAST), None);
        assert_eq!(after(LAST, |_| true), None);
    }

    #[test]
    fn s6_s7_an_address_opens_its_item() {
        assert_eq!(opened(Some("page_layouts"), "#install-package", nothing), ChecklistItemId::PageLayouts);
        assert_eq!(opened(None, "", |id| id == FIRST), ChecklistItemId::ObjectsDeployed);
        assert_eq!(opened(Some("nothing"), "", nothing), FIRST);
        assert_eq!(opened(None, "", |_| true), FIRST);
    }

    #[test]
    fn s6_s7_a_step_opens_at_its_first_open_item() {
        let anchor = format!("#{}", steps::CONFIGURATION_ANCHOR);
        let sites = ChecklistItemId::MarketoRemoteSites;
        assert_eq!(opened(None, &anchor, nothing), sites);
        assert_eq!(opened(None, &anchor, |id| id == sites), ChecklistItemId::PageLayouts);
        assert_eq!(opened(None, &anchor, |_| true), sites);
    }
}
