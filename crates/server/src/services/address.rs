//! Mail addresses: the rules of the browser's check, applied again.

use api_types::ProblemCode;
use roster::email::Address;

use crate::error::{ApiError, ApiResult};
use crate::platform::token::sha256;

/// Reads an address of a request.
pub(crate) fn parse(text: &str, field: &str) -> ApiResult<Address> {
    Address::parse(text.trim())
        .map_err(|error| ApiError::new(ProblemCode::AddressInvalid).in_field(field).detail(error.name()))
}

/// The key by which an address is looked up; for text that is no address, of any length, a key that no address has.
pub(crate) fn lookup_key(text: &str) -> String {
    Address::parse(text.trim()).map_or_else(|_| sha256(text.as_bytes()), |address| address.key())
}

/// The domain by which addresses are compared.
pub(crate) fn domain(address: &str) -> Option<String> {
    Some(Address::parse(address).ok()?.ascii_domain().into_owned())
}

/// The address as mail servers without Unicode support take it.
pub(crate) fn for_smtp(address: &str) -> Option<String> {
    let address = Address::parse(address).ok()?;
    Some(format!("{}@{}", address.local(), address.ascii_domain()))
}
