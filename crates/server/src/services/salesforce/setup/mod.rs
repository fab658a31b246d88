//! The set-up of an org for Actions: what belongs into it, and whether it is there.

mod checks;
mod parts;
mod values;

pub(crate) use checks::verify;
pub(crate) use values::paste_values;
