//! What every screen with invitations on it shares.

mod link;
mod resend;

pub(crate) use link::InvitationLinkDialog;
pub(crate) use resend::{Correction, ResendDialog};
