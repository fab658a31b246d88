//! The verdict on each row: pure, and the same for a dry run and the real thing.

use std::collections::{HashMap, HashSet};

use api_types::{Locale, NewRow, Role, RowCode, RowVerdict, TeamId, UserId, UserStatus, limits};
use roster::email::Address;
use roster::{language, role};

use crate::db::teams::name_key;
use crate::db::users::AddressHolder;
use crate::services::names;
use crate::services::workspaces::Workspaces;

/// What verdicts depend on besides the row.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// Ids of teams by name key, without `Everyone`.
    pub(super) teams: HashMap<String, TeamId>,
    /// The name key of `Everyone`, which may be given without effect.
    pub(super) everyone: String,
    pub(super) workspaces: Workspaces,
    /// The users who have the addresses of the chunk already.
    pub(super) standings: HashMap<String, AddressHolder>,
    /// Addresses of earlier rows.
    pub(super) seen: HashSet<String>,
    pub(super) free_seats: u32,
    pub(super) defaults: Defaults,
    /// The highest role that the sender may give.
    pub(super) highest: Role,
}

/// The defaults for rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Defaults {
    pub(super) role: Role,
    pub(super) team_ids: Vec<TeamId>,
    pub(super) workspace_id: String,
    pub(super) language: Locale,
}

/// A row with its verdict.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) row: u32,
    pub(super) email: String,
    /// `None` where the address is not valid.
    pub(super) email_key: Option<String>,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) decision: Decision,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Ready(Invitee),
    Not { verdict: RowVerdict, code: Option<RowCode>, detail: Option<String> },
}

/// How a ready row is invited.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Invitee {
    pub(super) role: Role,
    pub(super) team_ids: Vec<TeamId>,
    pub(super) workspace_id: String,
    pub(super) language: Locale,
    /// The tag of a language that the product does not speak.
    pub(super) unknown_language: Option<String>,
    /// The user whose invitation has expired.
    pub(super) again: Option<UserId>,
}

/// Judges one row. Rows come in file order: each takes its address and, when ready, its seat from later rows.
pub(super) fn judge(row: NewRow, context: &mut Context) -> Judged {
    let email = row.email.trim().to_owned();
    let (email_key, decision) = match Address::parse(&email) {
        Ok(address) => {
            let key = address.key();
            let decision = decide(&row, &key, context);
            (Some(key), decision)
        }
        Err(error) => (None, not(RowVerdict::Error, RowCode::AddressInvalid, error.name())),
    };
    let name = |name: &Option<String>| names::given(name.as_deref().unwrap_or_default());
    Judged {
        row: row.row,
        // No valid address is longer.
        email: shorten(&email, limits::ADDRESS_MAX),
        email_key,
        first_name: name(&row.first_name),
        last_name: name(&row.last_name),
        decision,
    }
}

fn decide(row: &NewRow, key: &str, context: &mut Context) -> Decision {
    let mut invitee = match read_fields(row, context) {
        Ok(invitee) => invitee,
        Err(decision) => return decision,
    };
    if !context.seen.insert(key.to_owned()) {
        return Decision::Not { verdict: RowVerdict::Duplicate, code: None, detail: None };
    }
    if let Some(standing) = context.standings.get(key) {
        let (verdict, code) = match standing.status {
            UserStatus::Active => (RowVerdict::Member, None),
            UserStatus::Deactivated => (RowVerdict::Member, Some(RowCode::Deactivated)),
            UserStatus::Invited => (RowVerdict::Invited, None),
            UserStatus::Expired => {
                invitee.again = Some(standing.user_id.clone());
                (RowVerdict::Ready, None)
            }
        };
        if verdict != RowVerdict::Ready {
            return Decision::Not { verdict, code, detail: None };
        }
    }
    match context.free_seats.checked_sub(1) {
        Some(left) => context.free_seats = left,
        None => return Decision::Not { verdict: RowVerdict::OverSeats, code: None, detail: None },
    }
    Decision::Ready(invitee)
}

fn read_fields(row: &NewRow, context: &Context) -> Result<Invitee, Decision> {
    for name in [&row.first_name, &row.last_name].into_iter().flatten() {
        if name.chars().count() > limits::NAME_MAX {
            return Err(not(RowVerdict::Error, RowCode::NameTooLong, ""));
        }
    }
    let role = match filled(row.role.as_deref()) {
        None => context.defaults.role,
        Some(text) => match role::parse(text) {
            Some(role) => role,
            None => return Err(not(RowVerdict::Error, RowCode::UnknownRole, text)),
        },
    };
    if role > context.highest {
        return Err(not(RowVerdict::Error, RowCode::RoleBeyondKey, ""));
    }
    let mut team_ids = Vec::new();
    for name in row.teams.iter().filter_map(|name| filled(Some(name))) {
        match context.team(name) {
            Some(team) => team_ids.extend(team.cloned()),
            None => return Err(not(RowVerdict::Error, RowCode::UnknownTeam, name)),
        }
    }
    if row.teams.is_empty() {
        team_ids.clone_from(&context.defaults.team_ids);
    }
    team_ids.sort_unstable();
    team_ids.dedup();
    let workspace_id = match filled(row.workspace.as_deref()) {
        None => context.defaults.workspace_id.clone(),
        Some(name) => match context.workspaces.said(name) {
            Some(workspace) => workspace.id.0.clone(),
            None => return Err(not(RowVerdict::Error, RowCode::UnknownWorkspace, name)),
        },
    };
    let tag = filled(row.language.as_deref());
    let language = tag.and_then(language::parse);
    Ok(Invitee {
        role,
        team_ids,
        workspace_id,
        language: language.unwrap_or(context.defaults.language),
        unknown_language: tag.filter(|_| language.is_none()).map(|tag| shorten(tag, limits::NAME_MAX)),
        again: None,
    })
}

impl Context {
    /// A team by name: `Some(None)` for `Everyone`.
    pub(super) fn team(&self, name: &str) -> Option<Option<&TeamId>> {
        let key = name_key(name);
        if key == self.everyone {
            return Some(None);
        }
        self.teams.get(&key).map(Some)
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn not(verdict: RowVerdict, code: RowCode, detail: &str) -> Decision {
    let detail = (!detail.is_empty()).then(|| shorten(detail, limits::NAME_MAX));
    Decision::Not { verdict, code: Some(code), detail }
}

/// Cuts a text whose length no rule limits.
fn shorten(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use api_types::Workspace;

    use super::*;

    fn context() -> Context {
        Context {
            teams: HashMap::from([("emea sales".to_owned(), TeamId("t1".to_owned()))]),
            everyone: "everyone".to_owned(),
            workspaces: Workspaces::from_iter([Workspace {
                id: "w1".to_owned().into(),
                name: "Default".to_owned(),
                default: true,
            }]),
            free_seats: 10,
            highest: Role::Admin,
            defaults: Defaults { workspace_id: "w1".to_owned(), ..Defaults::default() },
            ..Context::default()
        }
    }

    fn row(email: &str) -> NewRow {
        NewRow { row: 1, email: email.to_owned(), ..NewRow::default() }
    }

    fn verdict(row: NewRow, context: &mut Context) -> (RowVerdict, Option<RowCode>) {
        match judge(row, context).decision {
            Decision::Ready(_) => (RowVerdict::Ready, None),
            Decision::Not { verdict, code, .. } => (verdict, code),
        }
    }

    #[test]
    fn s7_the_same_address_in_other_letters_is_a_duplicate() {
        let mut context = context();
        assert_eq!(verdict(row("Ana@Example.com"), &mut context), (RowVerdict::Ready, None));
        assert_eq!(verdict(row("ana@example.COM"), &mut context), (RowVerdict::Duplicate, None));
    }

    #[test]
    fn s13_an_invalid_address_names_its_rule() {
        let judged = judge(row("ana@localhost"), &mut context());
        let expected = not(RowVerdict::Error, RowCode::AddressInvalid, "dotless_domain");
        assert_eq!(judged.decision, expected);
        assert_eq!(judged.email_key, None);
    }

    #[test]
    fn standings_decide_and_an_expired_invitation_is_no_hindrance() {
        let mut context = context();
        for (email, status) in [
            ("a@example.com", UserStatus::Active),
            ("d@example.com", UserStatus::Deactivated),
            ("i@example.com", UserStatus::Invited),
            ("e@example.com", UserStatus::Expired),
        ] {
            context
                .standings
                .insert(email.to_owned(), AddressHolder { user_id: UserId(email.to_owned()), status });
        }
        assert_eq!(verdict(row("a@example.com"), &mut context), (RowVerdict::Member, None));
        assert_eq!(
            verdict(row("d@example.com"), &mut context),
            (RowVerdict::Member, Some(RowCode::Deactivated))
        );
        assert_eq!(verdict(row("i@example.com"), &mut context), (RowVerdict::Invited, None));
        let Decision::Ready(invitee) = judge(row("e@example.com"), &mut context).decision else {
            panic!("not ready")
        };
        assert_eq!(invitee.again, Some(UserId("e@example.com".to_owned())));
    }

    #[test]
    fn seats_go_to_ready_rows_in_file_order() {
        let mut context = Context { free_seats: 1, ..context() };
        assert_eq!(verdict(row("two@@example.com"), &mut context).0, RowVerdict::Error);
        assert_eq!(verdict(row("a@example.com"), &mut context).0, RowVerdict::Ready);
        assert_eq!(verdict(row("b@example.com"), &mut context).0, RowVerdict::OverSeats);
    }

    #[test]
    fn names_of_roles_teams_and_languages_are_understood_or_named() {
        let mut context = context();
        let mut ana = row("ana@example.com");
        ana.role = Some("Administrador".to_owned());
        ana.teams = vec!["emea SALES".to_owned(), "Everyone".to_owned()];
        ana.language = Some("es-419".to_owned());
        let Decision::Ready(invitee) = judge(ana, &mut context).decision else { panic!("not ready") };
        assert_eq!((invitee.role, invitee.language), (Role::Admin, Locale::Es));
        assert_eq!(invitee.team_ids, [TeamId("t1".to_owned())]);

        let mut bob = row("bob@example.com");
        bob.role = Some("Superuser".to_owned());
        assert_eq!(verdict(bob, &mut context), (RowVerdict::Error, Some(RowCode::UnknownRole)));
        let mut eve = row("eve@example.com");
        eve.teams = vec!["No such team".to_owned()];
        assert_eq!(verdict(eve, &mut context), (RowVerdict::Error, Some(RowCode::UnknownTeam)));
        let mut joe = row("joe@example.com");
        joe.workspace = Some("Nowhere".to_owned());
        assert_eq!(verdict(joe, &mut context), (RowVerdict::Error, Some(RowCode::UnknownWorkspace)));
    }
}
