//! The mapping of a file's columns to fields.

pub use headings::{Confidence, Kind};
use serde::{Deserialize, Serialize};

use crate::{Field, Target};

/// A column of the file with its proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// 0-based.
    pub index: u32,
    /// The header's cell; empty without a header.
    pub header: String,
    pub target: Target,
    pub confidence: Confidence,
    /// What its first values are.
    pub kind: Kind,
}

/// The mapping of columns to fields, and the default values for empty cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// One target per column. A column beyond the end is ignored. No target but `Ignore` and `Email` may occur twice;
    /// of two columns with another target the first counts, and of several with addresses the first cell that is not empty.
    pub targets: Vec<Target>,
    /// The text to use where the field has no column or the cell is empty. At most one per field; an empty text counts
    /// as none.
    #[serde(default)]
    pub defaults: Vec<(Field, String)>,
}

impl Mapping {
    /// The default value of the field; an empty text if none is set.
    #[must_use]
    pub fn default_of(&self, field: Field) -> &str {
        self.defaults.iter().find(|(other, _)| *other == field).map_or("", |(_, text)| text)
    }

    /// The mapping as far as these targets are taken. A default stays where its field has no column: an empty cell of a
    /// column that there is says that nothing is meant.
    #[must_use]
    pub fn narrowed(&self, takes: impl Fn(Target) -> bool) -> Self {
        let targets: Vec<Target> =
            self.targets.iter().map(|&target| if takes(target) { target } else { Target::Ignore }).collect();
        let is_for_all =
            |(field, _): &&(Field, String)| takes((*field).into()) && !targets.contains(&(*field).into());
        Self { defaults: self.defaults.iter().filter(is_for_all).cloned().collect(), targets }
    }

    /// Maps a column, 0-based, to a target, which every other column loses.
    pub fn map(&mut self, column: usize, target: Target) {
        let others = self.targets.iter_mut().filter(|other| **other == target);
        others.for_each(|other| *other = Target::Ignore);
        self.add(column, target);
    }

    /// Maps a column, 0-based, to a target that other columns keep, as several may have addresses.
    pub fn add(&mut self, column: usize, target: Target) {
        if self.targets.len() <= column {
            self.targets.resize(column + 1, Target::Ignore);
        }
        self.targets[column] = target;
    }

    /// The first column with that target, 0-based.
    #[must_use]
    pub fn column(&self, target: Target) -> Option<usize> {
        self.targets.iter().position(|&candidate| candidate == target)
    }
}

/// A short text that is equal for files of the same header or, without any, of the same kinds of values. Not for secrets.
#[must_use]
pub fn header_signature(columns: &[ColumnInfo]) -> String {
    let hash = columns.iter().fold(FNV, |hash, column| hashed(hash, columns, column));
    format!("{}-{hash:016x}", columns.len())
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

fn hashed(hash: u64, columns: &[ColumnInfo], column: &ColumnInfo) -> u64 {
    let mixed = |hash: u64, value: u64| (hash ^ value).wrapping_mul(0x0100_0000_01b3);
    let bytes = crate::text::fold(&column.header).into_bytes();
    let hash = bytes.into_iter().chain([0xff]).fold(hash, |hash, byte| mixed(hash, byte.into()));
    // Where there is no header at all, places alone would say nothing of what is there.
    let has_headers = columns.iter().any(|column| !column.header.is_empty());
    if has_headers { hash } else { mixed(hash, column.kind as u64) }
}

/// What a column is known by in other files: its header, and which of several columns with that header it is. Without one
/// it is the place among as many columns and, in a file without headers, what its values are.
fn key(columns: &[ColumnInfo], index: usize) -> String {
    let hash = hashed(FNV, columns, &columns[index]);
    let place = if columns[index].header.is_empty() {
        columns.len() << 16 | index
    } else {
        columns[..index].iter().filter(|other| hashed(FNV, columns, other) == hash).count()
    };
    format!("{hash:x}.{place:x}")
}

/// The mapping of these columns as a line of text, to be used again for the next file by [`recall`]. It has the headers
/// as hashes.
#[must_use]
pub fn remember(columns: &[ColumnInfo], mapping: &Mapping) -> String {
    let entries = (0..columns.len()).map(|index| {
        let target = mapping.targets.get(index).copied().unwrap_or_default();
        format!("{}={}", key(columns, index), target.name())
    });
    entries.collect::<Vec<_>>().join(" ")
}

/// The mapping that [`remember`] wrote into one of the lines for columns like these: in another order, with other ones
/// beside them; without headers at the same places and, where no column has one, with values of the same kinds. Every column that it used must be there; of
/// several lines the one that knows most columns counts, then the first. Columns that it does not know have what is proposed
/// for them, unless the field is taken.
///
/// ```
/// use roster::{NativeDecoders, Overrides, Target, look, recall, remember};
///
/// let open = |text: &str| look(text.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap();
/// let before = open("Contact,Code\na@x.example,N1\n");
/// let mut chosen = before.mapping.clone();
/// chosen.targets[1] = Target::Teams;
/// let lines = remember(&before.columns, &chosen);
///
/// let next = open("Code,Role,Contact\nN2,Admin,b@x.example\n");
/// let mapping = recall(&next.columns, &lines).unwrap();
/// assert_eq!(mapping.targets, [Target::Teams, Target::Role, Target::Email]);
/// ```
#[must_use]
pub fn recall(columns: &[ColumnInfo], lines: &str) -> Option<Mapping> {
    let keys: Vec<String> = (0..columns.len()).map(|index| key(columns, index)).collect();
    let mut best = (0, None);
    for line in lines.lines() {
        let mut known: Vec<Option<Target>> = vec![None; columns.len()];
        let is_usable = line.split(' ').all(|entry| {
            let Some((key, target)) = entry.split_once('=') else { return false };
            let Some(target) = Target::from_name(target) else { return false };
            let place = keys.iter().position(|other| other == key);
            if let Some(place) = place {
                known[place] = Some(target);
            }
            place.is_some() || target == Target::Ignore
        });
        let count = known.iter().flatten().count();
        if is_usable && known.contains(&Some(Target::Email)) && count > best.0 {
            best = (count, Some(known));
        }
    }
    let known = best.1?;
    let targets = columns.iter().zip(&known).map(|(column, target)| match target {
        Some(target) => *target,
        None if known.contains(&Some(column.target)) => Target::Ignore,
        None => column.target,
    });
    Some(Mapping { targets: targets.collect(), ..Mapping::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_a_target_that_is_given_to_a_column_is_taken_from_the_others() {
        let mut mapping =
            Mapping { targets: vec![Target::Email, Target::Role, Target::Email], ..Mapping::default() };
        mapping.map(4, Target::Email);
        let ignored = Target::Ignore;
        assert_eq!(mapping.targets, [ignored, Target::Role, ignored, ignored, Target::Email]);
        mapping.add(0, Target::Email);
        assert_eq!((mapping.column(Target::Email), mapping.column(Target::Teams)), (Some(0), None));
    }

    #[test]
    fn s2_files_of_one_header_have_one_signature() {
        let columns = |headers: &[&str], kinds: &[Kind]| -> Vec<ColumnInfo> {
            let column = |(header, kind): (&&str, &Kind)| ColumnInfo {
                index: 0,
                header: (*header).to_owned(),
                target: Target::Ignore,
                confidence: Default::default(),
                kind: *kind,
            };
            headers.iter().zip(kinds).map(column).collect()
        };
        let signature = |headers: &[&str]| header_signature(&columns(headers, &[Kind::Words; 2]));
        assert_eq!(signature(&["Email", "Role"]), signature(&["EMAIL", "role"]));
        for other in [&["Email"][..], &["Role", "Email"], &["Email", "Roles"], &["EmailRole", ""], &[]] {
            assert_ne!(signature(&["Email", "Role"]), signature(other), "{other:?}");
        }
        // Without headers, what the columns hold tells files apart.
        let (first, last) = ([Kind::Addresses, Kind::Words], [Kind::Words, Kind::Addresses]);
        let of = |headers: &[&str], kinds| header_signature(&columns(headers, kinds));
        assert_ne!(of(&["", ""], &first), of(&["", ""], &last));
        assert_eq!(of(&["Email", "Role"], &first), of(&["Email", "Role"], &last));
    }
}
