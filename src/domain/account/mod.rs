//! What decides who can be invited: teams, workspaces, free seats and the account's address keys. They are requested before
//! people are checked. Where a request fails the answer before it holds, or the review names what is not known; it asks again
//! when the server is back, and when the user says so. The Worker compares; the requests contain none of the people entered.

mod keys;
mod learn;
mod note;

pub(crate) use keys::once as keys_once;
pub(crate) use learn::{Account, Unknown, learn, learn_names, learn_people, own_domains};
pub(crate) use note::UnknownNote;
