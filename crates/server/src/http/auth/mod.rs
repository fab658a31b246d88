//! Who calls: what carries a session, browsers that are known, and the proof that a request comes from the app.

pub(crate) mod csrf;
pub(crate) mod device;
pub(crate) mod session;
