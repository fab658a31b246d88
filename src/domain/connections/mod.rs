//! A connection to Salesforce or Marketo, as shared by all screens that show one: its state, its actions, and the flow
//! through Salesforce's authorisation.

mod controls;
mod facts;
pub(crate) mod salesforce_flow;
mod status;

pub(crate) use controls::{CheckNow, Disconnect};
pub(crate) use facts::{MarketoFacts, SalesforceFacts};
pub(crate) use status::{ConnectionStatus, ConnectionTrouble, last_check};
