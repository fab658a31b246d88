//! The card with the credentials of the account's Marketo instance.

mod card;
mod reveal;

pub(super) use card::IntegrationCard;
