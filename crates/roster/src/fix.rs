//! Changes to many rows at once. A fix is a rule applied whenever a row is read, not an entry per row.

use serde::{Deserialize, Serialize};

use crate::Field;
use people::Role;
use values::ProblemCode;

/// A change to every row it fits, applied in the order in which the fixes were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fix {
    /// Wherever the field (for teams: one of the teams) is `from`, in any letter case, it becomes `to`.
    /// An empty `to` removes the value.
    ReplaceValue { field: Field, from: String, to: String },
    /// Wherever `find` stands in the field, in any case of the letters A to Z, `by` takes its place. An empty `find` is nowhere.
    ReplaceText { field: Field, find: String, by: String },
    /// Every address with a suggestion becomes it: a likely typo, or an address that is wrong but can be repaired.
    AcceptSuggestions,
    /// Every problem of that code with a suggestion is solved by it: a value becomes the suggested one, names or cells that
    /// stand in each other's place are exchanged, a whole name is split.
    Accept { code: ProblemCode },
    /// Of several addresses in a cell the first stays.
    FirstAddresses,
    /// Of several addresses in a cell the first stays, and a row behind those of the file gets the others, with the second of two
    /// names.
    SplitPeople,
    /// One more row stands behind all others, without values but for those of everybody.
    AddRow,
    /// Teams that the account does not have are left out.
    DropUnknownTeams,
    /// Unknown roles become this one.
    UnknownRolesAs { role: Role },
    /// Workspaces that the account does not have become the default one.
    UnknownWorkspacesAsDefault,
    /// Languages that the product does not have become the batch's own.
    UnknownLanguagesAsDefault,
    /// Of rows of one person that contradict each other the first stays, and those that contradict it are left out.
    KeepEarlier,
    /// Of rows of one person that contradict each other the last stays that contradicts the first, and the others are left out.
    KeepLater,
}
