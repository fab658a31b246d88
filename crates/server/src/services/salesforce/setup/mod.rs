//! The set-up of an org for Actions: the parts it needs, and whether they are there.

mod checks;
mod parts;
mod values;

pub(super) use checks::package;
pub(crate) use checks::verify;
pub(super) use parts::{APP_EXCHANGE, NAMESPACE, PERMISSION_SET};
pub(crate) use values::paste_values;
