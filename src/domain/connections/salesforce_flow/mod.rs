//! Salesforce's authorisation: in a window of its own, or in this one where the browser blocks pop-ups.
//!
//! The flow is created while the user reads what will happen. The press that follows opens its address at once, as
//! pop-up blockers require. The outcome is read from the backend; the message of the window's last page only triggers
//! that. A window that Salesforce has cut off from this page looks closed from here, so "closed" is not acted on until
//! the user confirms it.

mod dialog;
mod environment;
mod flow;
mod popup;
mod redirected;

pub(crate) use dialog::FlowDialog;
pub(crate) use environment::{EnvironmentChoice, EnvironmentFields, environment_name};
pub(crate) use flow::SalesforceFlow;
