//! The account's connection to Marketo, and who may use it.

mod access;
mod connect;
mod connected;
mod grant;
mod page;
mod paste;
mod secret_field;
mod set_up;
mod state;

pub(crate) use page::Marketo;
