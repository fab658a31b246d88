//! The keys that lead to screens: `g`, then a letter. Keys without a modifier can be switched off, for people whose
//! speech or stick types for them (WCAG 2.1.4).

use super::place::{Entry, Place};
use super::route::Route;
use crate::platform::storage;

/// The storage key of the setting; its presence turns them off.
const KEPT: &str = "msi-no-single-keys";

/// Whether keys without a modifier do something.
pub(crate) fn has_single_keys() -> bool {
    storage::kept(KEPT).is_none()
}

/// Turns them on or off in this browser.
pub(crate) fn use_single_keys(on: bool) {
    storage::keep(KEPT, (!on).then_some(""));
}

/// The letter after `g` that leads to a screen.
const fn letter(route: &Route) -> Option<char> {
    Some(match route {
        Route::Home => 'h',
        Route::ActionsConfig => 'a',
        Route::Profile => 'p',
        Route::General => 'g',
        Route::Users => 'u',
        Route::Batches => 'i',
        Route::Teams => 't',
        Route::Salesforce | Route::MySalesforce => 's',
        Route::Marketo => 'm',
        Route::Security => 'l',
        Route::Diagnostics => 'd',
        Route::SalesforceSetup => 'c',
        _ => return None,
    })
}

/// The screens that the signed-in user may open by a letter, with it.
pub(crate) fn shortcuts() -> Vec<(char, Entry)> {
    let screens = Place::screens().into_iter();
    screens.filter_map(|entry| Some((letter(&entry.1)?, entry))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_screens_of_a_person_have_the_same_letter() {
        let admins = [
            Route::Home,
            Route::ActionsConfig,
            Route::Profile,
            Route::General,
            Route::Users,
            Route::Batches,
            Route::Teams,
            Route::Salesforce,
            Route::Marketo,
            Route::Security,
            Route::Diagnostics,
            Route::SalesforceSetup,
        ];
        let letters: HashSet<char> = admins.iter().filter_map(letter).collect();
        assert_eq!(letters.len(), admins.len());
        assert_ne!(letter(&Route::Profile), letter(&Route::MySalesforce));
    }
}
