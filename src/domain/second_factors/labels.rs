use api_types::Factors;

use crate::i18n;
use crate::platform::passkeys::{self, PasskeyError, Support};
use crate::t;

/// Why passkeys cannot be used on this page; `None` where they can.
pub(crate) fn no_passkeys_here() -> Option<String> {
    match passkeys::support() {
        Support::Usable => None,
        Support::NoName => Some(t!("factors.no_name")),
        Support::TooOld => Some(t!("factors.too_old")),
    }
}

/// Why the browser has not given a passkey.
pub(crate) fn not_asked(error: PasskeyError) -> String {
    match error {
        PasskeyError::Cancelled => t!("factors.not_used"),
        PasskeyError::Unsupported => t!("factors.unsupported"),
        PasskeyError::AlreadyThere | PasskeyError::Failed => t!("factors.browser_failed"),
    }
}

/// Why the browser has not made one.
pub(super) fn not_made(error: PasskeyError) -> String {
    match error {
        PasskeyError::Cancelled => t!("factors.not_made"),
        PasskeyError::AlreadyThere => t!("factors.already_there"),
        PasskeyError::Unsupported => t!("factors.unsupported"),
        PasskeyError::Failed => t!("factors.browser_failed"),
    }
}

/// What a person has, without the recovery codes; `None` where that is nothing.
pub(crate) fn in_words(factors: &Factors) -> Option<String> {
    let passkeys =
        (!factors.passkeys.is_empty()).then(|| t!("factors.passkeys_count", count = factors.passkeys.len()));
    let parts: Vec<_> =
        passkeys.into_iter().chain(factors.app_since.is_some().then(|| t!("factors.app"))).collect();
    (!parts.is_empty()).then(|| i18n::list(&parts))
}
