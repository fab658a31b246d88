//! The entered addresses, each a chip. Pure: the Worker's results are passed in.

use std::collections::HashSet;

use api_types::NewRow;
use csv_worker::protocol::answer::AddressEntry;
use roster::{ProblemCode, Severity};

/// An address as entered, with the results of its check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chip {
    pub(super) id: u32,
    pub(super) entry: AddressEntry,
    pub(super) standing: EntryState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum EntryState {
    Fine,
    /// Will be invited, but should be looked at.
    Doubtful(ProblemCode),
    /// Cannot be invited.
    Invalid(ProblemCode),
    /// An earlier chip has the same address.
    Duplicate,
    /// A member, or a person with an open invitation.
    Known(roster::Standing),
}

impl EntryState {
    pub(super) fn is_invited(self) -> bool {
        matches!(self, Self::Fine | Self::Doubtful(_))
    }

    pub(super) fn code(self) -> Option<ProblemCode> {
        match self {
            Self::Fine | Self::Known(_) => None,
            Self::Doubtful(code) | Self::Invalid(code) => Some(code),
            Self::Duplicate => Some(ProblemCode::DuplicateAddress),
        }
    }
}

/// The chips in the order in which they were entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chips {
    chips: Vec<Chip>,
    last_id: u32,
}

impl Chips {
    pub(super) fn is_empty(&self) -> bool {
        self.chips.is_empty()
    }

    pub(super) fn all(&self) -> &[Chip] {
        &self.chips
    }

    pub(super) fn add(&mut self, entries: impl IntoIterator<Item = AddressEntry>) {
        for entry in entries {
            self.last_id += 1;
            self.chips.push(Chip { id: self.last_id, entry, standing: EntryState::Fine });
        }
        self.judge();
    }

    /// Removes a chip; returns it, and the id of the chip that takes its place, if any.
    pub(super) fn remove(&mut self, id: u32) -> Option<(Chip, Option<u32>)> {
        let at = self.chips.iter().position(|chip| chip.id == id)?;
        let removed = self.chips.remove(at);
        self.judge();
        let next = self.chips.get(at).or(self.chips.last()).map(|chip| chip.id);
        Some((removed, next))
    }

    pub(super) fn remove_last(&mut self) -> Option<Chip> {
        let id = self.chips.last()?.id;
        self.remove(id).map(|(chip, _)| chip)
    }

    /// Replaces a chip with other addresses; returns the id of the first.
    pub(super) fn replace(&mut self, id: u32, entries: Vec<AddressEntry>) -> Option<u32> {
        let at = self.chips.iter().position(|chip| chip.id == id)?;
        self.chips.remove(at);
        let first = self.last_id + 1;
        for (offset, entry) in entries.into_iter().enumerate() {
            self.last_id += 1;
            self.chips.insert(at + offset, Chip { id: self.last_id, entry, standing: EntryState::Fine });
        }
        self.judge();
        (self.last_id >= first).then_some(first)
    }

    /// Replaces a chip's address with the suggested one; the name stays.
    pub(super) fn correct(&mut self, id: u32, mut entries: Vec<AddressEntry>) -> Option<u32> {
        let name = self.chips.iter().find(|chip| chip.id == id)?.entry.name.clone();
        for entry in &mut entries {
            entry.name = entry.name.take().or_else(|| name.clone());
        }
        self.replace(id, entries)
    }

    /// Removes all chips that invite no one; returns how many.
    pub(super) fn remove_unfit(&mut self) -> usize {
        let before = self.chips.len();
        self.chips.retain(|chip| chip.standing.is_invited());
        self.judge();
        before - self.chips.len()
    }

    /// The chip of a row of [`Self::rows`].
    pub(super) fn of_row(&self, row: u32) -> Option<&Chip> {
        self.chips.get(usize::try_from(row).ok()?.checked_sub(1)?)
    }

    /// Judges every chip again: which one is the duplicate depends on the others.
    fn judge(&mut self) {
        let mut seen = HashSet::new();
        for chip in &mut self.chips {
            let code = chip.entry.code.filter(|code| code.severity() != Severity::Duplicate);
            chip.standing = match (&chip.entry.key, code) {
                (None, code) => EntryState::Invalid(code.unwrap_or(ProblemCode::MissingEmail)),
                (Some(_), Some(code)) if code.severity() == Severity::Error => EntryState::Invalid(code),
                (Some(key), _) if !seen.insert(key.clone()) => EntryState::Duplicate,
                (Some(_), code) => match (chip.entry.standing, code) {
                    (Some(standing), _) => EntryState::Known(standing),
                    (None, Some(code)) => EntryState::Doubtful(code),
                    (None, None) => EntryState::Fine,
                },
            };
        }
    }

    /// The people to invite, numbered by the position of their chips.
    pub(super) fn rows(&self) -> Vec<NewRow> {
        (1..)
            .zip(&self.chips)
            .filter(|(_, chip)| chip.standing.is_invited())
            .map(|(row, chip)| {
                NewRow::typed(row, chip.entry.address.clone(), chip.entry.name.as_deref().unwrap_or_default())
            })
            .collect()
    }

    /// How many people would be invited.
    pub(super) fn invited(&self) -> usize {
        self.chips.iter().filter(|chip| chip.standing.is_invited()).count()
    }

    /// The chips that are not invited.
    pub(super) fn left_out(&self) -> Vec<Chip> {
        self.chips.iter().filter(|chip| !chip.standing.is_invited()).cloned().collect()
    }

    /// At most this many chips to draw, in their order; if not all fit, those that need attention come first.
    pub(super) fn shown(&self, most: usize) -> Vec<Chip> {
        let is_notable = |chip: &Chip| chip.standing != EntryState::Fine;
        let notable = self.chips.iter().filter(|chip| is_notable(chip)).count();
        let mut fine_left = most.saturating_sub(notable);
        let draws = |chip: &&Chip| {
            if is_notable(chip) {
                return true;
            }
            let draw = fine_left > 0;
            fine_left = fine_left.saturating_sub(1);
            draw
        };
        self.chips.iter().filter(draws).take(most).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(address: &str) -> AddressEntry {
        AddressEntry {
            name: None,
            address: address.to_owned(),
            key: address.contains('@').then(|| address.to_lowercase()),
            code: (!address.contains('@')).then_some(ProblemCode::NoAt),
            standing: None,
            suggestion: None,
            other_domain: None,
        }
    }

    fn chips(addresses: &[&str]) -> Chips {
        let mut chips = Chips::default();
        chips.add(addresses.iter().map(|address| entry(address)));
        chips
    }

    fn standings(chips: &Chips) -> Vec<EntryState> {
        chips.all().iter().map(|chip| chip.standing).collect()
    }

    #[test]
    fn s7_the_first_of_equal_addresses_is_invited_whatever_their_letter_case() {
        let mut chips = chips(&["Ana@x.example", "ana@X.example", "bo"]);
        let (fine, invalid) = (EntryState::Fine, EntryState::Invalid(ProblemCode::NoAt));
        assert_eq!(standings(&chips), [fine, EntryState::Duplicate, invalid]);
        let first = chips.all()[0].id;
        chips.remove(first);
        assert_eq!(standings(&chips), [fine, invalid]);
    }

    #[test]
    fn r18_who_is_known_already_is_left_out_and_so_is_their_second_entry() {
        let mut chips = Chips::default();
        let known = |standing| AddressEntry { standing: Some(standing), ..entry("ana@x") };
        chips.add([known(roster::Standing::Invited), known(roster::Standing::Invited), entry("bo@x")]);
        let expected =
            [EntryState::Known(roster::Standing::Invited), EntryState::Duplicate, EntryState::Fine];
        assert_eq!(standings(&chips), expected);
        assert_eq!((chips.invited(), chips.left_out().len()), (1, 2));
    }

    #[test]
    fn u3_removing_says_which_chip_the_keyboard_goes_to() {
        let mut chips = chips(&["a@x", "b@x", "c@x"]);
        let ids: Vec<u32> = chips.all().iter().map(|chip| chip.id).collect();
        assert_eq!(chips.remove(ids[0]).and_then(|(_, next)| next), Some(ids[1]));
        assert_eq!(chips.remove(ids[2]).and_then(|(_, next)| next), Some(ids[1]));
        assert_eq!(chips.remove_last().map(|chip| chip.id), Some(ids[1]));
        assert_eq!(chips.remove(ids[0]), None);
        assert!(chips.is_empty());
    }

    #[test]
    fn a_correction_keeps_place_and_name() {
        let mut chips = chips(&["a@x", "b@gmial.com", "c@x"]);
        chips.chips[1].entry.name = Some("Bo Lee".into());
        let id = chips.all()[1].id;
        chips.correct(id, vec![entry("b@gmail.com")]);
        let row = &chips.rows()[1];
        assert_eq!((row.row, row.email.as_str()), (2, "b@gmail.com"));
        assert_eq!((row.first_name.as_deref(), row.last_name.as_deref()), (Some("Bo"), Some("Lee")));
    }

    #[test]
    fn an_edit_takes_the_place_with_as_many_addresses_as_were_typed_and_their_names() {
        let mut chips = chips(&["a@x", "b", "c@x"]);
        chips.chips[1].entry.name = Some("Bo Lee".into());
        let id = chips.all()[1].id;
        let first = chips.replace(id, vec![entry("b@x"), entry("d@x")]);
        let addresses: Vec<&str> = chips.all().iter().map(|chip| chip.entry.address.as_str()).collect();
        assert_eq!(addresses, ["a@x", "b@x", "d@x", "c@x"]);
        assert_eq!(first, Some(chips.all()[1].id));
        assert_eq!(chips.rows()[1].first_name, None, "a name that was taken away is gone");
        assert_eq!(chips.of_row(3).map(|chip| chip.entry.address.as_str()), Some("d@x"));
        assert_eq!(chips.replace(id, Vec::new()), None);
    }

    #[test]
    fn what_cannot_be_invited_goes_at_once() {
        let mut chips = chips(&["a@x", "nobody", "A@x", "c@x", "nothing"]);
        assert_eq!(chips.remove_unfit(), 3);
        assert_eq!(chips.rows().len(), 2);
        assert_eq!(chips.remove_unfit(), 0);
    }

    #[test]
    fn doubtful_addresses_are_invited_and_invalid_ones_left_out() {
        let mut chips = Chips::default();
        chips.add([
            AddressEntry { code: Some(ProblemCode::LikelyTypo), ..entry("a@gmial.com") },
            entry("nobody"),
            AddressEntry { code: Some(ProblemCode::DuplicateAddress), ..entry("c@x") },
        ]);
        assert_eq!(chips.rows().iter().map(|row| row.row).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(chips.left_out().len(), 1);
    }

    #[test]
    fn of_very_many_chips_those_with_problems_are_shown_first() {
        let addresses: Vec<String> = (0..1_000).map(|number| format!("p{number}@x")).collect();
        let mut chips = chips(&addresses.iter().map(String::as_str).collect::<Vec<_>>());
        chips.add([entry("nobody")]);
        let shown = chips.shown(300);
        assert_eq!(shown.len(), 300);
        assert!(shown.iter().any(|chip| !chip.standing.is_invited()));
        assert_eq!(chips.shown(2_000).len(), 1_001, "in the end every one can be seen");
    }
}
