//! My Profile: name, language and password of the signed-in user.

mod access;
mod details;
mod here;
mod integrations;
mod keys;
mod language;
mod page;
mod password;

pub(crate) use page::Profile;
