//! The verdict on a row: pure, and the same when it is compared, applied and undone.

use std::collections::{HashMap, HashSet};

use api_types::{
    MemberAction, MemberChangeCode, MemberValues, MemberVerdict, NewMemberChange, Protection, Role, TeamId,
    UserStatus, limits,
};
use roster::role;

use crate::db::teams::name_key;
use crate::services::members::FreeSeats;
use crate::services::workspaces::Workspaces;

/// The teams and workspaces of the account.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Id and name by name key, without `Everyone`.
    pub(super) teams: HashMap<String, (TeamId, String)>,
    /// The name key of `Everyone`, which may be given without effect.
    pub(super) everyone: String,
    pub(super) workspaces: Workspaces,
}

/// A person of the account as they are now.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) role: Role,
    pub(super) teams: Vec<String>,
    pub(super) workspace: String,
    pub(super) status: UserStatus,
    pub(super) protection: Option<Protection>,
}

/// The verdict, and what changes where it is [`MemberVerdict::Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) verdict: MemberVerdict,
    pub(super) code: Option<MemberChangeCode>,
    pub(super) detail: Option<String>,
    pub(super) before: MemberValues,
    pub(super) after: MemberValues,
}

impl Judged {
    pub(super) fn not(verdict: MemberVerdict, code: Option<MemberChangeCode>) -> Self {
        Self { verdict, code, detail: None, before: MemberValues::default(), after: MemberValues::default() }
    }

    pub(super) fn error(code: MemberChangeCode, detail: &str) -> Self {
        let detail = Some(shorten(detail, limits::NAME_MAX));
        Self { detail, ..Self::not(MemberVerdict::Error, Some(code)) }
    }
}

/// The values that a row asks for, as the account spells them.
pub(super) fn read(
    row: &NewMemberChange,
    action: MemberAction,
    names: &Names,
) -> Result<MemberValues, Box<Judged>> {
    let status = match action {
        MemberAction::Deactivate => Some(UserStatus::Deactivated),
        MemberAction::Reactivate => Some(UserStatus::Active),
        MemberAction::Update => None,
    };
    if status.is_some() {
        return Ok(MemberValues { status, ..MemberValues::default() });
    }
    let role = filled(row.role.as_deref())
        .map(|text| {
            role::parse(text).ok_or_else(|| Box::new(Judged::error(MemberChangeCode::UnknownRole, text)))
        })
        .transpose()?;
    let workspace = filled(row.workspace.as_deref())
        .map(|name| {
            let found = names.workspaces.said(name);
            found.ok_or_else(|| Box::new(Judged::error(MemberChangeCode::UnknownWorkspace, name)))
        })
        .transpose()?
        .map(|workspace| workspace.name.clone());
    let mut teams = None;
    for name in row.teams.iter().flatten().filter_map(|name| filled(Some(name))) {
        let teams: &mut Vec<String> = teams.get_or_insert_default();
        let key = name_key(name);
        match names.teams.get(&key) {
            _ if key == names.everyone => {}
            Some((_, name)) if teams.contains(name) => {}
            Some((_, name)) => teams.push(name.clone()),
            None => return Err(Box::new(Judged::error(MemberChangeCode::UnknownTeam, name))),
        }
    }
    Ok(MemberValues { role, teams: teams.map(sorted), workspace, status: None })
}

/// Judges the change of a person to these values. `highest` is the highest role that may be given.
pub(super) fn judge(member: &Member, wanted: &MemberValues, seats: &FreeSeats, highest: Role) -> Judged {
    use MemberVerdict::{Change, NotAllowed, NotMember, OverSeats, Unchanged};
    if matches!(member.status, UserStatus::Invited | UserStatus::Expired) {
        return Judged::not(NotMember, Some(MemberChangeCode::Invited));
    }
    let (before, after) = difference(member, wanted);
    if after.is_empty() {
        return Judged::not(Unchanged, None);
    }
    let is_protected = after.status == Some(UserStatus::Deactivated) || ends_admin(&before, &after);
    if let Some(protection) = member.protection.filter(|_| is_protected) {
        return Judged::not(NotAllowed, Some(protection.into()));
    }
    // Access gives a person their role back.
    let given =
        after.role.or(after.status.filter(|status| *status == UserStatus::Active).map(|_| member.role));
    if given.is_some_and(|role| role > highest) {
        return Judged::not(NotAllowed, Some(MemberChangeCode::RoleBeyondKey));
    }
    if after.status == Some(UserStatus::Active) && !seats.has_any() {
        return Judged::not(OverSeats, Some(MemberChangeCode::SeatsExhausted));
    }
    Judged { verdict: Change, code: None, detail: None, before, after }
}

/// Whether the change takes a role away from an administrator.
pub(super) fn ends_admin(before: &MemberValues, after: &MemberValues) -> bool {
    before.role == Some(Role::Admin) && after.role == Some(Role::User)
}

/// The values that differ: as they are, and as they are wanted.
fn difference(member: &Member, wanted: &MemberValues) -> (MemberValues, MemberValues) {
    let (mut before, mut after) = (MemberValues::default(), MemberValues::default());
    if let Some(role) = wanted.role.filter(|role| *role != member.role) {
        (before.role, after.role) = (Some(member.role), Some(role));
    }
    if let Some(teams) = wanted.teams.as_ref().filter(|teams| !same_teams(teams, &member.teams)) {
        (before.teams, after.teams) = (Some(member.teams.clone()), Some(teams.clone()));
    }
    if let Some(workspace) = wanted.workspace.as_ref().filter(|name| **name != member.workspace) {
        (before.workspace, after.workspace) = (Some(member.workspace.clone()), Some(workspace.clone()));
    }
    if let Some(status) = wanted.status.filter(|status| *status != member.status) {
        (before.status, after.status) = (Some(member.status), Some(status));
    }
    (before, after)
}

/// The values of before that can be put back, as nobody has changed them since, and whether others have been changed.
pub(super) fn to_restore(
    member: &Member,
    before: &MemberValues,
    after: &MemberValues,
) -> (MemberValues, bool) {
    let is_role = after.role == Some(member.role);
    let is_teams = after.teams.as_ref().is_some_and(|teams| same_teams(teams, &member.teams));
    let is_workspace = after.workspace.as_ref() == Some(&member.workspace);
    let is_status = after.status == Some(member.status);
    let restored = MemberValues {
        role: before.role.filter(|_| is_role),
        teams: before.teams.clone().filter(|_| is_teams),
        workspace: before.workspace.clone().filter(|_| is_workspace),
        status: before.status.filter(|_| is_status),
    };
    let changed_since = (after.role.is_some() && !is_role)
        || (after.teams.is_some() && !is_teams)
        || (after.workspace.is_some() && !is_workspace)
        || (after.status.is_some() && !is_status);
    (restored, changed_since)
}

fn same_teams(one: &[String], other: &[String]) -> bool {
    let keys = |teams: &[String]| teams.iter().map(|name| name_key(name)).collect::<HashSet<_>>();
    keys(one) == keys(other)
}

fn sorted(mut teams: Vec<String>) -> Vec<String> {
    teams.sort_by_key(|name| name_key(name));
    teams
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Cuts a text whose length no rule limits.
pub(super) fn shorten(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

#[cfg(test)]
mod tests {
    use api_types::Workspace;

    use super::*;

    fn names() -> Names {
        fn named(key: &str, name: &str) -> (String, (TeamId, String)) {
            (key.to_owned(), (format!("id of {name}").into(), name.to_owned()))
        }
        fn workspace(name: &str, default: bool) -> Workspace {
            Workspace { id: format!("id of {name}").into(), name: name.to_owned(), default }
        }
        Names {
            teams: HashMap::from([named("emea", "EMEA"), named("apac", "APAC")]),
            everyone: "everyone".to_owned(),
            workspaces: [workspace("Default", true), workspace("Japan", false)].into_iter().collect(),
        }
    }

    fn ana() -> Member {
        Member {
            role: Role::User,
            teams: vec!["EMEA".to_owned()],
            workspace: "Default".to_owned(),
            status: UserStatus::Active,
            protection: None,
        }
    }

    fn row(role: &str, teams: &[&str], workspace: &str) -> NewMemberChange {
        NewMemberChange {
            role: Some(role.to_owned()),
            teams: Some(teams.iter().map(|team| (*team).to_owned()).collect()),
            workspace: Some(workspace.to_owned()),
            ..NewMemberChange::default()
        }
    }

    fn update(row: &NewMemberChange, member: &Member) -> Judged {
        match read(row, MemberAction::Update, &names()) {
            Ok(wanted) => judge(member, &wanted, &FreeSeats::of(0), Role::Admin),
            Err(judged) => *judged,
        }
    }

    #[test]
    fn empty_cells_change_nothing() {
        assert_eq!(update(&row(" ", &[""], ""), &ana()).verdict, MemberVerdict::Unchanged);
        assert_eq!(update(&NewMemberChange::default(), &ana()).verdict, MemberVerdict::Unchanged);
    }

    #[test]
    fn only_what_differs_changes() {
        let judged = update(&row("Administrador", &["emea", "Everyone"], "JAPAN"), &ana());
        assert_eq!(judged.verdict, MemberVerdict::Change);
        let after = MemberValues {
            role: Some(Role::Admin),
            workspace: Some("Japan".to_owned()),
            ..MemberValues::default()
        };
        assert_eq!(judged.after, after);
        assert_eq!(judged.before.workspace.as_deref(), Some("Default"));
        let out = update(&row("", &["Everyone"], ""), &ana());
        assert_eq!(out.after.teams, Some(Vec::new()), "in no team but Everyone");
    }

    #[test]
    fn what_the_account_does_not_have_is_an_error_that_names_it() {
        for (row, code, named) in [
            (row("Superuser", &[], ""), MemberChangeCode::UnknownRole, "Superuser"),
            (row("", &["Nobody"], ""), MemberChangeCode::UnknownTeam, "Nobody"),
            (row("", &[], "Nowhere"), MemberChangeCode::UnknownWorkspace, "Nowhere"),
        ] {
            let judged = update(&row, &ana());
            assert_eq!((judged.verdict, judged.code), (MemberVerdict::Error, Some(code)));
            assert_eq!(judged.detail.as_deref(), Some(named));
        }
    }

    #[test]
    fn the_protected_keep_role_and_access_and_change_otherwise() {
        let me = Member { role: Role::Admin, protection: Some(Protection::Yourself), ..ana() };
        let refused = update(&row("User", &[], "Japan"), &me);
        assert_eq!(
            (refused.verdict, refused.code),
            (MemberVerdict::NotAllowed, Some(MemberChangeCode::Yourself))
        );
        assert_eq!(update(&row("", &["APAC"], "Japan"), &me).verdict, MemberVerdict::Change);
        let off = read(&NewMemberChange::default(), MemberAction::Deactivate, &names()).unwrap();
        assert_eq!(judge(&me, &off, &FreeSeats::of(9), Role::Admin).verdict, MemberVerdict::NotAllowed);
    }

    #[test]
    fn access_is_given_back_while_a_seat_is_free() {
        let gone = Member { status: UserStatus::Deactivated, ..ana() };
        let on = read(&NewMemberChange::default(), MemberAction::Reactivate, &names()).unwrap();
        assert_eq!(judge(&gone, &on, &FreeSeats::of(1), Role::Admin).verdict, MemberVerdict::Change);
        assert_eq!(judge(&gone, &on, &FreeSeats::of(0), Role::Admin).verdict, MemberVerdict::OverSeats);
        assert_eq!(judge(&ana(), &on, &FreeSeats::of(0), Role::Admin).verdict, MemberVerdict::Unchanged);
        let invited = Member { status: UserStatus::Invited, ..ana() };
        assert_eq!(judge(&invited, &on, &FreeSeats::of(1), Role::Admin).verdict, MemberVerdict::NotMember);
    }

    #[test]
    fn undoing_puts_back_what_nobody_has_changed_since() {
        let judged = update(&row("Admin", &["APAC"], "Japan"), &ana());
        let changed = Member {
            role: Role::Admin,
            teams: vec!["apac".to_owned()],
            workspace: "Default".to_owned(),
            ..ana()
        };
        let (restored, changed_since) = to_restore(&changed, &judged.before, &judged.after);
        assert!(changed_since, "the workspace");
        assert_eq!((restored.role, restored.workspace), (Some(Role::User), None));
        assert_eq!(restored.teams, Some(vec!["EMEA".to_owned()]));
    }
}
