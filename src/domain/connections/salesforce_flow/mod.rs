//! Going through Salesforce's authorisation: in a window of its own, or in this one where the browser opens none.
//!
//! The flow is made while the person reads what will happen. The press that follows opens its address at once, which is
//! what pop-up blockers allow. How it ends is read from the backend; the message of the window's last page only says
//! when to look. A window that Salesforce has cut off from this page looks closed from here, so "closed" is never
//! believed before the person says so.

mod dialog;
mod environment;
mod flow;
mod popup;
mod redirected;

pub(crate) use dialog::FlowDialog;
pub(crate) use environment::{EnvironmentChoice, EnvironmentFields, environment_name};
pub(crate) use flow::SalesforceFlow;
