//! Rows as a screen shows them and as the backend receives them.

use serde::{Deserialize, Serialize};

use crate::{Field, Standing, Verdict};
use people::{Locale, Role};
use values::{Problem, ProblemCode};

/// The values of a row by field, as shown: with fixes and edits applied, addresses extracted from `Name <address>`,
/// outer white space removed; otherwise as in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowValues {
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub role: String,
    pub teams: String,
    pub workspace: String,
    pub language: String,
}

impl RowValues {
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Email => &self.email,
            Field::FirstName => &self.first_name,
            Field::LastName => &self.last_name,
            Field::Role => &self.role,
            Field::Teams => &self.teams,
            Field::Workspace => &self.workspace,
            Field::Language => &self.language,
        }
    }

    pub fn get_mut(&mut self, field: Field) -> &mut String {
        match field {
            Field::Email => &mut self.email,
            Field::FirstName => &mut self.first_name,
            Field::LastName => &mut self.last_name,
            Field::Role => &mut self.role,
            Field::Teams => &mut self.teams,
            Field::Workspace => &mut self.workspace,
            Field::Language => &mut self.language,
        }
    }
}

/// A row of the review grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// The 1-based record number, as the person sees it in the file.
    pub row: u64,
    pub values: RowValues,
    /// Of a row that was left out: what its values alone make of it.
    pub verdict: Verdict,
    pub left_out: bool,
    pub problems: Vec<Problem>,
    /// The fields that the user changed in this row.
    pub edited: Vec<Field>,
    /// For a duplicate: the earlier row with the same address.
    pub duplicate_of: Option<u64>,
    /// In which fields it contradicts that row.
    pub differing: Vec<Field>,
    /// For a member or an invited person: the standing in the account.
    pub standing: Option<Standing>,
    /// The domain in its other form (A-labels or Unicode), where the address has an internationalised one.
    pub other_domain: Option<String>,
}

/// A row that can be invited, with its final values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    /// The 1-based record number.
    pub row: u64,
    /// The address in the person's spelling, to which mail is sent.
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub role: Role,
    /// Spelled as the account spells them; empty: Everyone only.
    pub teams: Vec<String>,
    /// Spelled as the account spells it, also where the row says *Default*; `None`: the row says none.
    pub workspace: Option<String>,
    /// `None`: the language of the batch.
    pub language: Option<Locale>,
    /// Which of role, teams and workspace the file says, and does not leave to a default.
    #[serde(default)]
    pub given: Vec<Field>,
}

/// The filter of the rows to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Every row that was not left out, as below.
    #[default]
    All,
    /// Every row that is not ready.
    Problems,
    Verdict(Verdict),
    /// Every row with a problem of this code.
    Code(ProblemCode),
    /// Every row that was left out.
    LeftOut,
    /// Every row with a warning, whatever its verdict.
    Warned,
}
