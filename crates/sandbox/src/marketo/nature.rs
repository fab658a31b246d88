//! How instances differ.

use std::time::Duration;

use strum::VariantArray;

use super::answer::MarketoError;
use super::field::Field;

/// Calls of [`Nature::ExpiredTokens`] and [`Nature::Unavailable`] fail in the same places of each round of so many.
const ROUND: u64 = 20;
/// The calls a day of [`Nature::SmallQuota`].
const SMALL_QUOTA: u64 = 60;
/// How long lookups of [`Nature::SlowLookups`] take.
const SLOW: Duration = Duration::from_secs(45);
/// How many exports of [`Nature::FilesGone`] have no file, counted from the first.
const FILES_GONE: u64 = 2;

/// The instance of a Munchkin Account ID.
impl std::str::FromStr for Nature {
    type Err = UnknownInstance;

    fn from_str(id: &str) -> Result<Self, UnknownInstance> {
        let is_it = |nature: &&Self| nature.munchkin_id().eq_ignore_ascii_case(id);
        Self::VARIANTS.iter().find(is_it).copied().ok_or(UnknownInstance)
    }
}

/// The stand-in has no such instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownInstance;

impl std::fmt::Display for UnknownInstance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<_> = Nature::VARIANTS.iter().map(|nature| nature.munchkin_id()).collect();
        write!(f, "the stand-in for Marketo has the instances {}", ids.join(", "))
    }
}

impl std::error::Error for UnknownInstance {}

/// How an instance differs from the one that has everything. Each has a Munchkin Account ID of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Nature {
    /// Everything is there, and works.
    Whole,
    /// Exports by `updatedAt` and by smart list are refused (1035).
    WithoutUpdatedAt,
    /// `linkedInProfileURL` is no field.
    WithoutSocialFields,
    /// Marketo's own sync with Salesforce is not set up: there are no `sfdc*` fields.
    WithoutSalesforceSync,
    /// `sfdcLeadId` is no field.
    WithoutLeadIds,
    /// Users are Adobe's: ids are GUIDs, and names may be `null`.
    OnAdobeIdentity,
    /// The files of the first two exports are gone, although their states say *Completed*.
    FilesGone,
    /// Now and then two calls in a row are refused with 602.
    ExpiredTokens,
    /// Now and then a call is refused with 614.
    Unavailable,
    /// 60 calls a day.
    SmallQuota,
    /// Looking people up takes 45 seconds.
    SlowLookups,
}

impl Nature {
    pub const fn munchkin_id(self) -> &'static str {
        match self {
            Self::Whole => "284-RPR-133",
            Self::WithoutUpdatedAt => "284-RPR-135",
            Self::WithoutSocialFields => "284-RPR-136",
            Self::WithoutSalesforceSync => "284-RPR-137",
            Self::OnAdobeIdentity => "284-RPR-138",
            Self::FilesGone => "284-RPR-139",
            Self::ExpiredTokens => "284-RPR-140",
            Self::Unavailable => "284-RPR-141",
            Self::SmallQuota => "284-RPR-142",
            Self::SlowLookups => "284-RPR-143",
            Self::WithoutLeadIds => "284-RPR-144",
        }
    }

    /// The fields of people.
    pub(super) fn fields(self) -> impl Iterator<Item = Field> {
        Field::VARIANTS.iter().copied().filter(move |field| self.has(*field))
    }

    /// The field of that name.
    pub(super) fn field(self, name: &str) -> Result<Field, MarketoError> {
        let field = name.parse().ok().filter(|field| self.has(*field));
        field.ok_or_else(|| MarketoError::saying(1006, format!("Field '{name}' not found")))
    }

    /// The fields of names that are separated by commas.
    pub(super) fn field_list(self, names: &str) -> Result<Vec<Field>, MarketoError> {
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| self.field(name)).collect()
    }

    pub(super) fn has(self, field: Field) -> bool {
        match self {
            Self::WithoutSocialFields => field != Field::LinkedIn,
            Self::WithoutLeadIds => field != Field::SfdcLeadId,
            Self::WithoutSalesforceSync => !field.into_str().starts_with("sfdc"),
            _ => true,
        }
    }

    /// Whether exports can be filtered by `updatedAt` and by smart list.
    pub(super) fn has_recent_filters(self) -> bool {
        self != Self::WithoutUpdatedAt
    }

    /// The calls of a day, if they are fewer than usual.
    pub(super) fn calls_per_day(self) -> Option<u64> {
        (self == Self::SmallQuota).then_some(SMALL_QUOTA)
    }

    /// The code with which a call is refused; `number` counts the calls.
    pub(super) fn refuses(self, number: u64) -> Option<u16> {
        match (self, number % ROUND) {
            (Self::ExpiredTokens, 7 | 8) => Some(602),
            (Self::Unavailable, 5) => Some(614),
            _ => None,
        }
    }

    /// Whether the file of an export is gone; `number` counts the exports from 1.
    pub(super) fn lacks_file(self, number: u64) -> bool {
        self == Self::FilesGone && number <= FILES_GONE
    }

    /// How long a lookup takes.
    pub(super) fn lookup_takes(self) -> Option<Duration> {
        (self == Self::SlowLookups).then_some(SLOW)
    }

    /// Whether users are Adobe's.
    pub(super) fn has_adobe_users(self) -> bool {
        self == Self::OnAdobeIdentity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_have_fields_of_their_own() {
        for &field in Field::VARIANTS {
            assert_eq!(Nature::Whole.field(field.into_str()), Ok(field));
        }
        assert_eq!(Nature::Whole.field_list("id, nothing").unwrap_err().code, 1006);
        assert_eq!(Nature::WithoutSocialFields.field_list("linkedInProfileURL").unwrap_err().code, 1006);
        assert_eq!(Nature::WithoutSalesforceSync.field_list("sfdcLeadId").unwrap_err().code, 1006);
    }
}
