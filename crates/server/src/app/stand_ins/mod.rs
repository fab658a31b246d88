//! The stand-ins that a server in sandbox mode runs.

#[cfg(feature = "sandbox")]
mod with;
#[cfg(not(feature = "sandbox"))]
mod without;

#[cfg(feature = "sandbox")]
pub use with::StandIns;
#[cfg(not(feature = "sandbox"))]
pub use without::StandIns;
