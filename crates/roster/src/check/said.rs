//! What a row says of its person beside address and names, in so few bits that they lie beside the address: rows of one person
//! are compared without being read again.

use people::{Locale, Role};

use super::{
    Context,
    rules::{Resolved, known_teams},
};
use crate::{Field, Seed};
use values::{language, role};

/// What a row says, or one of its values: a few bits for each field, which are zero where it says nothing. The lowest byte is
/// free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said(u32);

/// The bits of a field, and how many there are.
const fn place(field: Field) -> (u32, u32) {
    match field {
        Field::Role => (8, 2),
        Field::Language => (10, 3),
        Field::Workspace => (13, 8),
        Field::Teams => (21, 11),
        Field::Email | Field::FirstName | Field::LastName => (0, 0),
    }
}

/// The fields whose values decide what a person may do: rows of one person that differ in names alone invite the same.
pub(super) const COMPARED: [Field; 4] = [Field::Role, Field::Teams, Field::Workspace, Field::Language];

const fn mask(field: Field) -> u32 {
    let (first, count) = place(field);
    ((1 << count) - 1) << first
}

impl Said {
    pub(super) const NOTHING: Self = Self(0);

    /// What a value of a column says that has no problem. Names in another order, case or language say the same.
    pub(super) fn of(context: &Context, seed: Seed, field: Field, value: &str) -> Self {
        let known = &context.known;
        match field {
            _ if value.is_empty() => Self::NOTHING,
            Field::Role => role::parse(value).map_or(Self::NOTHING, Self::of_role),
            Field::Language => language::parse(value).map_or(Self::NOTHING, Self::of_language),
            Field::Workspace => known
                .workspace(value)
                .map_or(Self::NOTHING, |workspace| Self::of_workspace(seed, workspace.as_deref())),
            Field::Teams => Self::of_teams(seed, &known_teams(value, known)),
            Field::Email | Field::FirstName | Field::LastName => Self::NOTHING,
        }
    }

    /// What a row says that has no problem in these fields.
    pub(super) fn of_row(seed: Seed, row: &Resolved) -> Self {
        let given =
            |field: Field, said: Self| if row.values.get(field).is_empty() { Self::NOTHING } else { said };
        given(Field::Role, Self::of_role(row.role))
            .and(row.language.map_or(Self::NOTHING, Self::of_language))
            .and(given(Field::Workspace, Self::of_workspace(seed, row.workspace.as_deref())))
            .and(given(Field::Teams, Self::of_teams(seed, &row.teams)))
    }

    fn of_role(role: Role) -> Self {
        Self::new(Field::Role, role as u64)
    }

    fn of_language(language: Locale) -> Self {
        Self::new(Field::Language, language as u64)
    }

    fn of_workspace(seed: Seed, workspace: Option<&str>) -> Self {
        Self::new(Field::Workspace, workspace.map_or(0, |name| seed.short(name.as_bytes())))
    }

    fn of_teams(seed: Seed, teams: &[String]) -> Self {
        // In any order.
        let hashes = teams.iter().map(|team| seed.short(team.as_bytes()));
        Self::new(Field::Teams, hashes.fold(0, u64::wrapping_add))
    }

    fn new(field: Field, number: u64) -> Self {
        let (first, count) = place(field);
        let most = (1 << count) - 1;
        Self(((number % most) as u32 + 1) << first)
    }

    #[inline(always)]
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether both say something of the field, and not the same.
    pub(super) const fn differs(self, other: Self, field: Field) -> bool {
        let (own, others) = (self.0 & mask(field), other.0 & mask(field));
        own != 0 && others != 0 && own != others
    }

    pub(super) fn contradicts(self, other: Self) -> bool {
        COMPARED.into_iter().any(|field| self.differs(other, field))
    }

    /// The bits, without the lowest byte.
    #[inline(always)]
    pub(super) const fn bits(self) -> u32 {
        self.0
    }

    /// What bits say, without their lowest byte.
    #[inline(always)]
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits & !0xff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Changes, Known, Mapping};

    #[test]
    fn s7_values_say_the_same_in_any_spelling_and_nothing_contradicts_nothing() {
        let known = Known {
            teams: Some(vec!["EMEA".to_owned(), "APAC".to_owned()]),
            workspaces: Some(vec!["North".to_owned(), "South".to_owned()]),
            ..Known::default()
        };
        let context = Context::new(None, &Mapping::default(), &known, Changes::default());
        let said = |field, value| Said::of(&context, Seed([1, 2]), field, value);
        for (field, values) in [
            (Field::Role, [["Admin", "administrador"], ["User", "Benutzer"]]),
            (Field::Teams, [["EMEA; apac", "APAC|emea;Everyone"], ["EMEA", "emea;EMEA"]]),
            (Field::Workspace, [["North", "north"], ["Default", "Standard"]]),
            (Field::Language, [["es", "Español"], ["en", "English"]]),
        ] {
            let [[a, same], [b, like_b]] = values.map(|pair| pair.map(|value| said(field, value)));
            assert_eq!((a, b), (same, like_b), "{field:?}");
            assert!(a.contradicts(b) && a.differs(b, field) && !a.contradicts(same), "{field:?}");
            assert!(!a.contradicts(Said::NOTHING) && !Said::NOTHING.contradicts(a), "{field:?}");
            assert_eq!((said(field, ""), Said::from_bits(a.bits() | 0xff)), (Said::NOTHING, a));
            let others = COMPARED.into_iter().filter(|other| *other != field);
            assert!(others.into_iter().all(|other| !a.differs(b, other)), "{field:?}");
        }
        let all = COMPARED.map(mask);
        assert_eq!(all.iter().fold(0, |bits, own| bits | own), !0xff);
        assert_eq!(all.iter().map(|own| own.count_ones()).sum::<u32>(), 24);
    }
}
