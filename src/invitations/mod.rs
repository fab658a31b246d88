//! What every screen with invitations on it shares: a batch as it is delivered, its words, a link, a correction.

mod act;
mod counts;
mod delivery;
mod filter;
mod link;
mod panel;
mod resend;
mod rows;
mod sent;
mod trouble;
pub(crate) mod words;

pub(crate) use act::Act;
pub(crate) use delivery::Delivery;
pub(crate) use filter::read_query;
pub(crate) use link::InvitationLinkDialog;
pub(crate) use panel::DeliveryPanel;
pub(crate) use sent::SentBatch;
pub(crate) use trouble::MailTroubleNote;
