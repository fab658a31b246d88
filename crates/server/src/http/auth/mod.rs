//! Authentication: the session cookie or a bearer token, known browsers, and the proof that a request comes from the app.

pub(crate) mod bearer;
mod browser;
pub(crate) mod csrf;
pub(crate) mod device;
pub(crate) mod sender;
pub(crate) mod session;
