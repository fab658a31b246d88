//! My Profile: name, language, password and second factors of the signed-in user.

mod access;
mod details;
mod here;
mod integrations;
mod keys;
mod language;
mod page;
mod password;
mod two_step;

pub(crate) use page::Profile;
