//! What every screen with invitations on it shares.

mod link;
mod resend;
mod words;

pub(crate) use link::InvitationLinkDialog;
pub(crate) use resend::{Correction, ResendDialog};
pub(crate) use words::row_code;
