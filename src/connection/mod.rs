//! A connection to Salesforce or Marketo, as every screen that has to do with one shows it: how it stands, why it failed,
//! and what can be done to it.

mod controls;
mod status;
pub(crate) mod words;

pub(crate) use controls::{CheckNow, Disconnect};
pub(crate) use status::{ConnectionStatus, ConnectionTrouble, last_check};
