//! What a column is said to be for.

use roster::{Mapping, Target};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The column of that field. Another column of the same field loses it.
    Only(Target),
    /// One more column of addresses, for rows whose columns of addresses before this one are empty.
    FurtherAddresses,
}

impl Choice {
    pub(super) const FURTHER_ADDRESSES: &str = "further_addresses";

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            Self::FURTHER_ADDRESSES => Self::FurtherAddresses,
            field => Self::Only(Target::from_name(field).unwrap_or_default()),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FurtherAddresses => Self::FURTHER_ADDRESSES,
            Self::Only(target) => target.name(),
        }
    }

    /// What the mapping says of a column.
    pub(super) fn of(mapping: &Mapping, column: usize) -> Self {
        match mapping.targets.get(column).copied().unwrap_or_default() {
            Target::Email if mapping.targets[..column].contains(&Target::Email) => Self::FurtherAddresses,
            target => Self::Only(target),
        }
    }

    pub(super) fn has_further(mapping: &Mapping) -> bool {
        mapping.targets.iter().filter(|target| **target == Target::Email).count() > 1
    }

    pub(super) fn apply(self, mapping: &mut Mapping, column: usize) {
        match self {
            Self::FurtherAddresses => mapping.add(column, Target::Email),
            Self::Only(target) => mapping.map(column, target),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(targets: &[Target], column: usize, choice: Choice) -> Vec<Target> {
        let mut mapping = Mapping { targets: targets.to_vec(), ..Mapping::default() };
        choice.apply(&mut mapping, column);
        mapping.targets
    }

    #[test]
    fn a_field_has_one_column() {
        let moved = apply(&[Target::Email, Target::Ignore], 1, Choice::Only(Target::Email));
        assert_eq!(moved, [Target::Ignore, Target::Email]);
        let ignored = apply(&moved, 2, Choice::Only(Target::Ignore));
        assert_eq!(ignored, [Target::Ignore, Target::Email, Target::Ignore]);
    }

    #[test]
    fn addresses_may_have_several_columns_of_which_those_behind_the_first_are_further_ones() {
        let targets = apply(&[Target::Ignore, Target::Role, Target::Email], 0, Choice::FurtherAddresses);
        assert_eq!(targets, [Target::Email, Target::Role, Target::Email]);
        let mapping = Mapping { targets, ..Mapping::default() };
        let choices = [0, 1, 2, 3].map(|column| Choice::of(&mapping, column));
        let only = Choice::Only;
        let expected =
            [only(Target::Email), only(Target::Role), Choice::FurtherAddresses, only(Target::Ignore)];
        assert_eq!(choices, expected);
        assert!(Choice::has_further(&mapping) && !Choice::has_further(&Mapping::default()));
        assert_eq!(choices.map(|choice| Choice::from_name(choice.name())), expected);
        let only_one = apply(&mapping.targets, 2, only(Target::Email));
        assert_eq!(only_one, [Target::Ignore, Target::Role, Target::Email]);
    }
}
