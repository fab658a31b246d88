//! The built app on a web server.
//!
//! [`Site`] says where the app lies, where its backend is, and who may embed it. From it come the response headers of
//! every path ([`Site::headers`]), which the reference backend sends itself, and the files that make other hosts send the
//! same ([`Target::files`]), and the version that browsers keep ([`Version`]). [`fit()`] writes both, with the app, into a folder that can be published.

mod fit;
mod headers;
mod paths;
mod site;
mod targets;
mod version;

pub use fit::{CONFIG, Coding, FitError, Fitted, fit, with_embedders};
pub use headers::{CACHE_ASSETS, CACHE_NAMED, Headers};
pub use paths::{PAGE, PathKind, SERVICE_WORKER};
pub use site::{Api, BasePath, Origin, Site, SiteError, is_loopback};
pub use targets::{HostFile, Target, TargetError, UnfitHost};
pub use version::Version;
