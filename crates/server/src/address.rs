//! Mail addresses: the rules of the browser's check, applied again.

use api_types::ProblemCode;
use roster::email::Address;

use crate::error::{ApiError, ApiResult};

/// Reads an address of a request.
pub(crate) fn parse(text: &str, field: &str) -> ApiResult<Address> {
    Address::parse(text.trim())
        .map_err(|error| ApiError::new(ProblemCode::AddressInvalid).in_field(field).detail(error.name()))
}

/// The key by which an address is looked up; for text that is no address, something that nobody has.
pub(crate) fn lookup_key(text: &str) -> String {
    Address::parse(text.trim()).map_or_else(|_| text.trim().to_lowercase(), |address| address.key())
}

/// The address as mail servers without Unicode support take it.
pub(crate) fn for_smtp(address: &str) -> Option<String> {
    let address = Address::parse(address).ok()?;
    Some(format!("{}@{}", address.local(), address.ascii_domain()))
}
