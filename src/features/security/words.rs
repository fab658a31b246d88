use api_types::{AuditAction, AuditEvent};

use crate::i18n;
use crate::t;

/// What was done, in the person's language.
pub(super) fn action(action: AuditAction) -> String {
    i18n::coded("audit", action.as_str(), &[]).unwrap_or_else(|| action.as_str().to_owned())
}

/// Who did it.
pub(super) fn actor(event: &AuditEvent) -> String {
    if event.actor.is_empty() { t!("security.server") } else { event.actor.clone() }
}
