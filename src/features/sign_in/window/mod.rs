//! Signing in where the backend is on another site than the console: browsers keep cookies from such requests.
//!
//! The console opens a window, a page of the app on the backend's own origin, where the person signs in or is signed in
//! already. The window hands tokens over to the page that opened it, and closes.

mod ask;
mod hand_over;
mod message;

pub(crate) use ask::{SignInAgainElsewhere, SignInElsewhere};
pub(crate) use hand_over::SignInWindow;
