//! Shared by all screens with invitations: the options of a batch, sending from this browser, the delivery of a batch,
//! a link, a correction.

mod action;
mod counts;
mod delivery;
mod filter;
pub(crate) mod labels;
mod link;
pub(crate) mod options;
mod panel;
mod resend;
mod rows;
pub(crate) mod sending;
mod sent;
mod trouble;

pub(crate) use action::InvitationAction;
pub(crate) use delivery::Delivery;
pub(crate) use filter::read_query;
pub(crate) use link::InvitationLinkDialog;
pub(crate) use panel::DeliveryPanel;
pub(crate) use sent::SentBatch;
pub(crate) use trouble::MailTroubleNote;
