//! Who calls: session cookies, and the proof that a request comes from the app.

pub(crate) mod cookie;
pub(crate) mod csrf;
pub(crate) mod device;
pub(crate) mod guesses;
pub(crate) mod known;
pub(crate) mod session;
