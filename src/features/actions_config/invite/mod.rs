//! The card from which Marketo's administrators are invited.

mod admins;
mod card;
mod dialog;
mod original;
mod table;

pub(super) use card::InviteCard;
