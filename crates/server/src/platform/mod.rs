//! Operating system, HTTP and cryptography. Independent of the product.

pub(crate) mod certificate;
pub(crate) mod clock;
pub(crate) mod cookie;
pub(crate) mod destinations;
pub(crate) mod disk;
pub(crate) mod ending;
pub(crate) mod for_recipients;
pub(crate) mod html;
pub(crate) mod jitter;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod outbound;
pub(crate) mod partial;
pub(crate) mod pieces;
pub(crate) mod place;
pub(crate) mod portion;
pub(crate) mod proxy;
pub(crate) mod request_id;
pub(crate) mod secret_url;
pub(crate) mod secrets;
pub(crate) mod text;
pub(crate) mod tls;
pub(crate) mod token;
pub(crate) mod url;
