//! A connection to Salesforce or Marketo, as every screen that has to do with one shows it: how it stands, what can be
//! done to it, and the way to one through Salesforce's authorisation.

mod controls;
pub(crate) mod salesforce_flow;
mod status;

pub(crate) use controls::{CheckNow, Disconnect};
pub(crate) use status::{ConnectionStatus, ConnectionTrouble, last_check};
