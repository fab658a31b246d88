//! The kinds of problems in a file, and what solves each of them in all rows.

use roster::{Field, Fix, Known, ProblemCode, Role, Summary, ValueCount};

use crate::features::people_file::purpose::Purpose;
use crate::t;

/// Values of one kind that are offered one by one.
const VALUES_SHOWN: usize = 6;

/// The problems of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ProblemKind {
    pub(super) code: ProblemCode,
    pub(super) rows: u64,
    /// What mends all of them at once.
    pub(super) for_all: Vec<(String, Fix)>,
    /// The most frequent values that are wrong.
    pub(super) values: Vec<WrongValue>,
}

/// A value that is wrong in some rows, and what can replace it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WrongValue {
    pub(super) text: String,
    pub(super) choices: Vec<(String, Fix)>,
    /// A name that the account does not have.
    pub(super) unknown: Option<UnknownName>,
    /// The name that was probably meant.
    pub(super) meant: Option<String>,
}

/// A name that can be replaced by one of the account's.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum UnknownName {
    /// It can also be created.
    Team(String),
    Workspace(String),
}

impl UnknownName {
    pub(super) fn of(value: &ValueCount) -> Option<Self> {
        match value.field {
            Field::Teams => Some(Self::Team(value.value.clone())),
            Field::Workspace => Some(Self::Workspace(value.value.clone())),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &str {
        let (Self::Team(name) | Self::Workspace(name)) = self;
        name
    }

    pub(super) fn field(&self) -> Field {
        match self {
            Self::Team(_) => Field::Teams,
            Self::Workspace(_) => Field::Workspace,
        }
    }

    /// What can take its place.
    pub(super) fn instead(&self, known: &Known) -> Vec<String> {
        let names = match self {
            Self::Team(_) => &known.teams,
            Self::Workspace(_) => &known.workspaces,
        };
        names.clone().unwrap_or_default()
    }

    /// The label of the choice, its empty option, and what is to be done first.
    pub(super) fn words(&self) -> [String; 3] {
        match self {
            Self::Team(team) => [
                t!("invite_csv.fix_team_instead", team = team.as_str()),
                t!("invite_csv.fix_team_choose"),
                t!("invite_csv.fix_team_choose_first"),
            ],
            Self::Workspace(workspace) => [
                t!("invite_csv.fix_workspace_instead", workspace = workspace.as_str()),
                t!("invite_csv.fix_workspace_choose"),
                t!("invite_csv.fix_workspace_choose_first"),
            ],
        }
    }
}

/// The kinds of problems, the grave ones first, and of those the frequent ones.
pub(super) fn kinds(summary: &Summary, known: &Known, purpose: Purpose) -> Vec<ProblemKind> {
    let mut kinds: Vec<ProblemKind> = summary
        .codes
        .iter()
        .map(|count| {
            let of_kind = || summary.values.iter().filter(|value| value.code == count.code);
            ProblemKind {
                code: count.code,
                rows: count.rows,
                for_all: suggested(summary, count.code)
                    .into_iter()
                    // A single value has its own.
                    .chain((of_kind().count() > 1).then(|| for_all(count.code, purpose)).flatten())
                    .collect(),
                values: of_kind().take(VALUES_SHOWN).map(|value| wrong_value(value, known)).collect(),
            }
        })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.code.severity()));
    kinds
}

/// What accepts the suggestions of a kind, or decides. Those for mistyped addresses are accepted together.
fn suggested(summary: &Summary, code: ProblemCode) -> Vec<(String, Fix)> {
    if code == ProblemCode::ContradictingRow {
        return vec![
            (t!("invite_csv.fix_keep_first_rows"), Fix::KeepEarlier),
            (t!("invite_csv.fix_keep_last_rows"), Fix::KeepLater),
        ];
    }
    let accept = Fix::Accept { code };
    if summary.rows_changed_by(&accept) == 0 {
        return Vec::new();
    }
    let label = match code {
        ProblemCode::NameInOneCell => t!("invite_csv.fix_split_names"),
        ProblemCode::SwappedNames => t!("invite_csv.fix_swap_names"),
        ProblemCode::SwappedAddress => t!("invite_csv.fix_swap_cells"),
        ProblemCode::AddressInName => t!("invite_csv.fix_remove_address"),
        ProblemCode::PlaceholderName => t!("invite_csv.fix_remove_all"),
        ProblemCode::SeveralAddresses => {
            return vec![
                (t!("invite_csv.fix_work_first"), accept),
                (t!("invite_csv.fix_keep_first"), Fix::FirstAddresses),
                (t!("invite_csv.fix_split_people"), Fix::SplitPeople),
            ];
        }
        ProblemCode::UnknownTeam | ProblemCode::UnknownRole | ProblemCode::UnknownWorkspace => {
            t!("invite_csv.fix_typos_accept")
        }
        _ => return Vec::new(),
    };
    vec![(label, accept)]
}

fn for_all(code: ProblemCode, purpose: Purpose) -> Option<(String, Fix)> {
    Some(match code {
        ProblemCode::UnknownTeam => (t!("invite_csv.fix_remove_all"), Fix::DropUnknownTeams),
        ProblemCode::UnknownRole => (t!("role.user"), Fix::UnknownRolesAs { role: Role::User }),
        ProblemCode::UnknownWorkspace => (purpose.instead_of_value(), Fix::UnknownWorkspacesAsDefault),
        ProblemCode::UnknownLanguage => (t!("invite_csv.fix_use_default"), Fix::UnknownLanguagesAsDefault),
        _ => return None,
    })
}

fn wrong_value(value: &ValueCount, known: &Known) -> WrongValue {
    let replace = |label: String, to: String| {
        (label, Fix::ReplaceValue { field: value.field, from: value.value.clone(), to })
    };
    let choices = match value.field {
        Field::Role => [(Role::User, t!("role.user"), "User"), (Role::Admin, t!("role.admin"), "Admin")]
            .into_iter()
            .filter(|(role, ..)| known.roles.as_ref().is_none_or(|roles| roles.contains(role)))
            .map(|(_, label, name)| replace(label, name.to_owned()))
            .collect(),
        _ => vec![replace(t!("invite_csv.fix_remove"), String::new())],
    };
    WrongValue {
        text: t!("invite_csv.wrong_value", value = value.value.as_str(), count = value.rows),
        choices,
        unknown: UnknownName::of(value),
        meant: value.suggestion.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u5_an_unknown_team_or_workspace_can_be_replaced_by_one_of_the_accounts() {
        let known = Known {
            teams: Some(vec!["North".into()]),
            workspaces: Some(vec!["Default".into(), "Asia".into()]),
            ..Known::default()
        };
        let of = |field| {
            let value = ValueCount {
                code: ProblemCode::UnknownTeam,
                field,
                value: "Nowhere".into(),
                rows: 2,
                suggestion: None,
            };
            UnknownName::of(&value).map(|unknown| (unknown.field(), unknown.instead(&known)))
        };
        assert_eq!(of(Field::Teams), Some((Field::Teams, vec!["North".into()])));
        assert_eq!(of(Field::Workspace), Some((Field::Workspace, vec!["Default".into(), "Asia".into()])));
        assert_eq!(of(Field::Role), None);
    }
}
