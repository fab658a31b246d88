//! Getting in: sign-in by password or one-time link, activation, forgotten passwords.

mod activate;
mod again;
mod gate;
mod password;
mod sign_in;

pub(crate) use activate::Activate;
pub(crate) use again::SignInAgain;
pub(crate) use password::{ForgotPassword, ResetPassword};
pub(crate) use sign_in::{SignIn, path_and_back};
