use std::{borrow::Cow, fmt, str::FromStr};

use super::{AddressError, idn, idna2008};
use crate::text::part;

/// An address that can be invited.
///
/// It keeps the original spelling, to which mail is sent, and provides the key by which duplicates and members are
/// compared.
#[derive(Clone, Debug)]
pub struct Address {
    original: String,
    at: usize,
    /// `None` when the domain is ASCII already.
    ascii_domain: Option<String>,
}

impl Address {
    /// Checks a bare address: nothing is trimmed, no display name is accepted.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (at, ascii_domain) = check(text)?;
        Ok(Self { original: text.to_owned(), at, ascii_domain })
    }

    /// The address as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.original
    }

    /// The part before the `@`, as written.
    #[must_use]
    pub fn local(&self) -> &str {
        part(&self.original, ..self.at)
    }

    /// The part after the `@`, as written.
    #[must_use]
    pub fn domain(&self) -> &str {
        part(&self.original, self.at + 1..)
    }

    /// The domain with A-labels, in lower case.
    #[must_use]
    pub fn ascii_domain(&self) -> Cow<'_, str> {
        match &self.ascii_domain {
            Some(domain) => Cow::Borrowed(domain),
            None if self.domain().bytes().any(|b| b.is_ascii_uppercase()) => {
                Cow::Owned(self.domain().to_ascii_lowercase())
            }
            None => Cow::Borrowed(self.domain()),
        }
    }

    /// The domain in Unicode where it is an internationalised one, to be shown beside the other form.
    #[must_use]
    pub fn unicode_domain(&self) -> Option<String> {
        idn::to_unicode(&self.ascii_domain())
    }

    /// The domain in its other form, where it is an internationalised one: with A-labels where it was written in
    /// Unicode, else in Unicode. To be shown beside the address, so that both forms are visible.
    #[must_use]
    pub fn other_domain(&self) -> Option<String> {
        self.ascii_domain.clone().or_else(|| self.unicode_domain())
    }

    /// The domain as people read it: in Unicode where it is an internationalised one, in lower case.
    pub fn readable_domain(&self) -> String {
        self.unicode_domain().unwrap_or_else(|| self.ascii_domain().into_owned())
    }

    /// The key by which duplicates, members and invitations are compared: lower case, domain with A-labels.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = self.local().to_ascii_lowercase();
        key.push('@');
        key.push_str(&self.ascii_domain());
        key
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.original)
    }
}

/// Two addresses are equal when mail to them reaches the same person: by key.
impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Address {}

/// A domain with A-labels, in lower case; `None` where no address can have it.
pub fn ascii_domain(domain: &str) -> Option<String> {
    Some(Address::parse(&["a@", domain].concat()).ok()?.ascii_domain().into_owned())
}

/// Where the `@` is, and the domain with A-labels if it was not ASCII.
fn check(text: &str) -> Result<(usize, Option<String>), AddressError> {
    let at = check_shape(text)?;
    let domain = part(text, at + 1..);
    let ascii_domain = if domain.is_ascii() {
        None
    } else if domain.bytes().all(|b| !b.is_ascii() || is_label_byte(b) || b == b'.') {
        Some(idn::to_ascii(domain).ok_or(AddressError::InvalidIdn)?)
    } else {
        return Err(AddressError::LabelCharacter);
    };
    check_domain(ascii_domain.as_deref().unwrap_or(domain))?;
    if at + 1 + ascii_domain.as_deref().unwrap_or(domain).len() > 254 {
        return Err(AddressError::AddressTooLong);
    }
    Ok((at, ascii_domain))
}

/// The rules that do not depend on the domain; returns the position of the `@`.
fn check_shape(text: &str) -> Result<usize, AddressError> {
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    if text.starts_with('"') {
        // A display name in quotes has its address in angle brackets.
        return Err(if text.ends_with('>') { AddressError::DisplayName } else { AddressError::QuotedLocal });
    }
    if text.contains(['<', '>']) {
        return Err(AddressError::DisplayName);
    }
    let at = text.find('@').ok_or(AddressError::NoAt)?;
    let (local, domain) = (part(text, ..at), part(text, at + 1..));
    if domain.contains('@') {
        return Err(AddressError::TwoAts);
    }
    if text.chars().any(char::is_whitespace) {
        return Err(AddressError::SpaceInside);
    }
    if text.chars().any(char::is_control) {
        return Err(AddressError::ControlCharacter);
    }
    check_local(local)?;
    if domain.is_empty() {
        return Err(AddressError::EmptyDomain);
    }
    if domain.starts_with('[') {
        return Err(AddressError::AddressLiteral);
    }
    Ok(at)
}

fn check_local(local: &str) -> Result<(), AddressError> {
    if local.is_empty() {
        return Err(AddressError::EmptyLocal);
    }
    if !local.is_ascii() {
        return Err(AddressError::NonAsciiLocal);
    }
    if !local.bytes().all(is_atom_or_dot) {
        return Err(AddressError::LocalCharacter);
    }
    if local.starts_with('.') || local.ends_with('.') || local.as_bytes().windows(2).any(|pair| pair == b"..")
    {
        return Err(AddressError::DotPlacement);
    }
    if local.len() > 64 {
        return Err(AddressError::LocalTooLong);
    }
    Ok(())
}

fn is_atom_or_dot(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

/// The rules of an ASCII domain.
fn check_domain(domain: &str) -> Result<(), AddressError> {
    if domain.is_empty() {
        return Err(AddressError::EmptyDomain);
    }
    let mut has_a_label = false;
    for label in domain.split('.') {
        check_label(label)?;
        has_a_label |= is_a_label(label);
    }
    let Some((_, tld)) = domain.rsplit_once('.') else {
        return Err(AddressError::DotlessDomain);
    };
    if tld.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressError::NumericTld);
    }
    if tld.len() == 1 {
        return Err(AddressError::OneLetterTld);
    }
    if has_a_label && !idn::has_valid_a_labels(&domain.to_ascii_lowercase()) {
        return Err(AddressError::InvalidIdn);
    }
    Ok(())
}

fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

fn is_a_label(label: &str) -> bool {
    label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"))
}

fn check_label(label: &str) -> Result<(), AddressError> {
    if label.is_empty() {
        return Err(AddressError::EmptyLabel);
    }
    if !label.bytes().all(is_label_byte) {
        return Err(AddressError::LabelCharacter);
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(AddressError::LabelHyphen);
    }
    if label.len() > 63 {
        return Err(AddressError::LabelTooLong);
    }
    if idna2008::has_reserved_hyphens(label) && !is_a_label(label) {
        return Err(AddressError::InvalidIdn);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Address, AddressError};

    #[test]
    fn s13_valid_addresses_are_accepted_as_written() {
        for text in [
            "ana@example.com",
            "ANA@Example.COM",
            "o'neil+tag@mail.example.co.uk",
            "a.b-c_d@example.museum",
            "x@abc--d.example",
            "x@a--b.example",
            "x@col·lecció.cat",
            "ana@例子.测试",
            "ana@xn--fsqu00a.xn--0zwm56d",
            &format!("{}@example.com", "x".repeat(64)),
        ] {
            assert_eq!(Address::parse(text).as_ref().map(Address::as_str), Ok(text));
        }
    }

    #[test]
    fn s13_each_broken_rule_has_its_own_code() {
        use AddressError as E;
        let long_local = format!("{}@example.com", "x".repeat(65));
        let long_label = format!("a@{}.com", "x".repeat(64));
        let long = format!("a@{}com", "abcdefgh.".repeat(29));
        for (text, expected) in [
            ("", E::Empty),
            ("no-at.example.com", E::NoAt),
            ("two@@example.com", E::TwoAts),
            ("a@b@example.com", E::TwoAts),
            (" a@example.com", E::SpaceInside),
            ("a b@example.com", E::SpaceInside),
            ("a@example.com\u{a0}", E::SpaceInside),
            ("a\0@example.com", E::ControlCharacter),
            ("Ana <ana@example.com>", E::DisplayName),
            ("@example.com", E::EmptyLocal),
            ("\"a b\"@example.com", E::QuotedLocal),
            ("\"a@b\"@example.com", E::QuotedLocal),
            ("用户@例子.测试", E::NonAsciiLocal),
            ("a(b)@example.com", E::LocalCharacter),
            (".a@example.com", E::DotPlacement),
            ("dot.@example.com", E::DotPlacement),
            ("a..b@example.com", E::DotPlacement),
            (&long_local, E::LocalTooLong),
            (&long, E::AddressTooLong),
            ("a@", E::EmptyDomain),
            ("a@example..com", E::EmptyLabel),
            ("a@.example.com", E::EmptyLabel),
            ("a@example.com.", E::EmptyLabel),
            (&long_label, E::LabelTooLong),
            ("a@-example.com", E::LabelHyphen),
            ("a@exa_mple.com", E::LabelCharacter),
            ("a@xn--0.com", E::InvalidIdn),
            ("a@ü／b.com", E::InvalidIdn),
            ("a@©.example", E::InvalidIdn),
            ("a@i❤.example", E::InvalidIdn),
            ("a@xn--i-7iq.example", E::InvalidIdn),
            ("a@😀.example", E::InvalidIdn),
            ("a@x²☃.example", E::InvalidIdn),
            ("a@ab--cd.example", E::InvalidIdn),
            ("a@mail.AB--cd.example", E::InvalidIdn),
            ("a@aü--b.example", E::InvalidIdn),
            ("a@ü-.example", E::InvalidIdn),
            ("a@ü%41.com", E::LabelCharacter),
            ("a@ü.１２", E::NumericTld),
            ("a@localhost", E::DotlessDomain),
            ("a@[127.0.0.1]", E::AddressLiteral),
            ("a@example.c", E::OneLetterTld),
            ("a@127.0.0.1", E::NumericTld),
        ] {
            assert_eq!(Address::parse(text).err(), Some(expected), "{text}");
        }
    }

    #[test]
    fn s7_key_ignores_case_and_the_form_of_the_domain() {
        let key = |text| Address::parse(text).map(|address| address.key());
        assert_eq!(key("ANA@Example.COM"), Ok("ana@example.com".into()));
        assert_eq!(key("Ana@例子.测试"), key("ana@xn--fsqu00a.xn--0zwm56d"));
    }

    #[test]
    fn s13_internationalised_domains_have_both_forms() {
        let address = Address::parse("ana@xn--fsqu00a.xn--0zwm56d").unwrap();
        assert_eq!(address.unicode_domain().as_deref(), Some("例子.测试"));
        assert_eq!(Address::parse("ana@例子.测试").unwrap().ascii_domain(), "xn--fsqu00a.xn--0zwm56d");
        assert_eq!(Address::parse("ana@example.com").unwrap().unicode_domain(), None);
    }
}
