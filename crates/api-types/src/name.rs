//! Names of people.

use crate::{MarketoAdmin, Me, Person, User};

pub use people::characters::holds_address;
pub use people::names::full_name;

/// The full name, or the address of a person without a name.
pub fn display_name(first_name: &str, last_name: &str, email: &str) -> String {
    let name = full_name(first_name, last_name);
    if name.is_empty() { email.to_owned() } else { name }
}

impl Person {
    /// The name, or the address of a person without a name.
    pub fn display_name(&self) -> &str {
        if self.name.trim().is_empty() { &self.email } else { &self.name }
    }
}

impl User {
    /// The full name, or the address of a person without a name.
    pub fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name, &self.email)
    }
}

impl Me {
    /// The full name, or the address of a person without a name.
    pub fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name, &self.email)
    }
}

impl MarketoAdmin {
    /// The full name, or the address of a person without a name.
    pub fn display_name(&self) -> String {
        display_name(&self.first_name, &self.last_name, &self.email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_no_name_goes_by_the_address() {
        for (first, last, expected) in [
            ("Ana", "Lopez", "Ana Lopez"),
            ("민준", "김", "김민준"),
            ("Ana", "", "Ana"),
            (" ", "Lopez", "Lopez"),
            ("", " ", "ana@example.com"),
        ] {
            assert_eq!(display_name(first, last, "ana@example.com"), expected);
        }
        assert_eq!(full_name("", ""), "");
    }
}
