//! Access: sign-in by password, passkey or one-time link, activation, forgotten passwords.

mod activate;
mod acts;
mod again;
mod code_field;
mod entry;
mod form;
mod gate;
mod link;
mod page;
mod password;
mod prove;
mod replaced;
mod salesforce;
mod second;
mod steps;
mod window;

pub(crate) use activate::Activate;
pub(crate) use again::SignInAgain;
pub(crate) use gate::{Link, opened_link};
pub(crate) use link::SignInByLink;
pub(crate) use page::{SignIn, path_and_back_here};
pub(crate) use password::{ForgotPassword, ResetPassword};
pub(crate) use prove::ProofDialog;
pub(crate) use replaced::Replaced;
pub(crate) use window::{SignInAgainElsewhere, SignInElsewhere, SignInWindow};
