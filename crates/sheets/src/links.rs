//! The addresses that cells of a sheet lead to.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// So many cells at most get the addresses of links, also again and again: one link may be that of any number of cells.
const MOST: u64 = 1 << 20;

/// By row and column, both from 0 on.
#[derive(Default)]
pub(crate) struct Links {
    addresses: HashMap<(u32, u32), Rc<str>>,
    /// How many cells were given one, on this sheet and those before.
    given: u64,
}

impl Links {
    /// For the next sheet: what is held of all sheets at once is bounded together.
    pub(crate) fn after(before: Option<&Self>) -> Self {
        Self { given: before.map_or(0, |before| before.given), ..Self::default() }
    }

    /// Adds an address that these cells lead to.
    pub(crate) fn add(&mut self, rows: RangeInclusive<u32>, columns: RangeInclusive<u32>, address: &Rc<str>) {
        let length =
            |range: &RangeInclusive<u32>| u64::from(*range.end()).saturating_sub((*range.start()).into()) + 1;
        let given = self.given.saturating_add(length(&rows).saturating_mul(length(&columns)));
        if given > MOST {
            return;
        }
        self.given = given;
        for row in rows {
            for column in columns.clone() {
                self.addresses.insert((row, column), address.clone());
            }
        }
    }

    pub(crate) fn take(&mut self, row: u32, column: u32) -> Option<Rc<str>> {
        if self.addresses.is_empty() { None } else { self.addresses.remove(&(row, column)) }
    }
}

/// The address of `mailto:ann@example.com?subject=...`.
pub(crate) fn address_of(target: &str) -> Option<String> {
    let rest =
        target.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map(|_| &target[7..])?;
    let escaped = rest.split(['?', ',']).next()?;
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let [first, tail @ ..] = rest {
        let code =
            tail.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes)
        .ok()
        .map(|address| address.trim().to_owned())
        .filter(|address| address.contains('@'))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Links, address_of};

    #[test]
    fn the_address_of_a_link() {
        assert_eq!(address_of("mailto:ann@example.com").as_deref(), Some("ann@example.com"));
        assert_eq!(address_of("MAILTO:ann%2Bx@example.com?subject=Hi").as_deref(), Some("ann+x@example.com"));
        assert_eq!(address_of("https://example.com/@ann"), None);
        assert_eq!(address_of("mailto:"), None);
        assert_eq!(address_of("mailto:100%"), None);
    }

    #[test]
    fn s8_links_of_the_same_cells_again_and_again_and_of_many_sheets_are_bounded() {
        let mut links = Links::default();
        let [ann, bo] = ["ann@example.com", "bo@example.com"].map(Rc::from);
        links.add(0..=999, 0..=999, &ann);
        links.add(0..=999, 0..=999, &bo);
        assert_eq!(links.take(0, 0).as_deref(), Some("ann@example.com"));
        let mut next = Links::after(Some(&links));
        next.add(0..=999, 0..=999, &bo);
        assert_eq!(next.take(0, 0), None);
        next.add(0..=9, 0..=9, &bo);
        assert_eq!(next.take(0, 0).as_deref(), Some("bo@example.com"));
    }

    #[test]
    fn a_link_of_a_whole_sheet_is_left_out() {
        let mut links = Links::default();
        let address = Rc::from("bo@example.com");
        links.add(0..=u32::MAX, 0..=u32::MAX, &address);
        assert_eq!(links.take(0, 0), None);
        links.add(2..=3, 1..=1, &address);
        assert_eq!(links.take(3, 1).as_deref(), Some("bo@example.com"));
        assert_eq!(links.take(3, 0), None);
    }
}
