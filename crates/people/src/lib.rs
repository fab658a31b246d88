//! What the wire contract and the rules of files both say of a person: the name, the role, the language.

mod locale;
pub mod names;
mod role;

pub use locale::Locale;
pub use role::Role;
