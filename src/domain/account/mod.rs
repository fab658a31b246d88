//! What decides who can be invited, asked before people are checked. The Worker compares; nobody entered goes into the
//! asking.

mod keys;
mod learn;
mod note;

pub(crate) use keys::once as keys_once;
pub(crate) use learn::{Unknown, learn, learn_people, own_domains};
pub(crate) use note::UnknownNote;
