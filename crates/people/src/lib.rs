//! What the wire contract and the rules of files both say of a person: the name and what it consists of, the role, the language.

pub mod characters;
mod locale;
pub mod names;
mod role;

pub use locale::Locale;
pub use role::Role;
