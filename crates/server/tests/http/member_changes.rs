//! Changes of members by a file.

use api_types::{
    AuditAction, List, MemberAction, MemberChange, MemberChangeBatch, MemberChangeChunk,
    MemberChangeChunkResult, MemberChangeCode, MemberChangeState, MemberUndo, MemberVerdict, NewMemberChange,
    NewMemberChangeBatch, ProblemCode, Role, Team, User, UserStatus, paths,
};
use reqwest::Method;
use serde_json::json;

use crate::harness::{ADMIN, Client, Server, key, row, send};

fn person(row: u32, email: &str) -> NewMemberChange {
    NewMemberChange { row, email: email.to_owned(), ..NewMemberChange::default() }
}

pub(crate) fn to_role(row: u32, email: &str, role: &str) -> NewMemberChange {
    NewMemberChange { role: Some(role.to_owned()), ..person(row, email) }
}

pub(crate) fn to_teams(row: u32, email: &str, teams: &[&str]) -> NewMemberChange {
    let teams = teams.iter().map(|team| (*team).to_owned()).collect();
    NewMemberChange { teams: Some(teams), ..person(row, email) }
}

fn of(action: MemberAction, expected_rows: usize) -> NewMemberChangeBatch {
    NewMemberChangeBatch {
        action,
        file_name: Some("people.csv".to_owned()),
        expected_rows: u32::try_from(expected_rows).unwrap(),
    }
}

impl Client {
    pub(crate) async fn compare(
        &self,
        action: MemberAction,
        rows: &[NewMemberChange],
        chunk: usize,
    ) -> (MemberChangeBatch, Vec<MemberChange>) {
        let answer = self.once(paths::MEMBER_CHANGES, &of(action, rows.len())).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let batch: MemberChangeBatch = answer.json();
        let mut judged = Vec::new();
        for (index, rows) in (0..).zip(rows.chunks(chunk)) {
            let chunk = MemberChangeChunk { index, rows: rows.to_vec() };
            let result: MemberChangeChunkResult =
                self.once(&paths::member_change_chunks(&batch.id), &chunk).await.json();
            judged.extend(result.rows);
        }
        (self.get(&paths::member_change(&batch.id)).await.json(), judged)
    }

    pub(crate) async fn applied(&self, batch: &MemberChangeBatch) -> MemberChangeBatch {
        let answer = self.once(&paths::member_change_apply(&batch.id), &()).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        self.still(batch).await
    }

    pub(crate) async fn undone(&self, batch: &MemberChangeBatch) -> MemberChangeBatch {
        let answer = self.once(&paths::member_change_undo(&batch.id), &()).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        self.still(batch).await
    }

    /// Follows the batch until the server is not at work on it.
    pub(crate) async fn still(&self, batch: &MemberChangeBatch) -> MemberChangeBatch {
        loop {
            let now: MemberChangeBatch = self.get(&paths::member_change(&batch.id)).await.json();
            if !now.is_moving() {
                return now;
            }
        }
    }

    async fn changes(&self, batch: &MemberChangeBatch, query: &str) -> Vec<MemberChange> {
        let path = format!("{}?limit=200&{query}", paths::member_change_rows(&batch.id));
        self.get(&path).await.json::<List<MemberChange>>().items
    }

    async fn user(&self, email: &str) -> User {
        self.get(&format!("/users?search={email}")).await.json::<List<User>>().items.remove(0)
    }
}

#[tokio::test]
async fn r18_what_is_compared_is_what_is_done_and_nothing_changes_before() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for email in ["ana@example.com", "bob@example.com", "eva@example.com"] {
        server.member(email).await;
    }
    admin.invite(&[row(2, "invited@example.com")]).await;
    let rows = [
        NewMemberChange {
            workspace: Some("Standard".to_owned()),
            ..to_role(2, " ANA@example.com", "Administrador")
        },
        to_teams(3, "bob@example.com", &["emea sales", "Everyone"]),
        person(4, "eva@example.com"),
        to_role(5, "ana@example.com", "User"),
        to_role(6, ADMIN, "User"),
        to_role(7, "nobody@example.com", "User"),
        to_role(8, "invited@example.com", "Admin"),
        to_role(9, "two@@example.com", "Admin"),
        to_role(10, "eva@example.com", "Superuser"),
        to_teams(11, "eva@example.com", &["No such team"]),
    ];
    let (batch, judged) = admin.compare(MemberAction::Update, &rows, 3).await;
    let said: Vec<_> = judged.iter().map(|row| (row.row, row.verdict, row.code)).collect();
    assert_eq!(
        said,
        [
            (2, MemberVerdict::Change, None),
            (3, MemberVerdict::Change, None),
            (4, MemberVerdict::Unchanged, None),
            (5, MemberVerdict::Duplicate, None),
            (6, MemberVerdict::NotAllowed, Some(MemberChangeCode::Yourself)),
            (7, MemberVerdict::NotMember, None),
            (8, MemberVerdict::NotMember, Some(MemberChangeCode::Invited)),
            (9, MemberVerdict::Error, Some(MemberChangeCode::AddressInvalid)),
            (10, MemberVerdict::Error, Some(MemberChangeCode::UnknownRole)),
            (11, MemberVerdict::Error, Some(MemberChangeCode::UnknownTeam)),
        ]
    );
    assert_eq!((judged[0].before.role, judged[0].after.role), (Some(Role::User), Some(Role::Admin)));
    assert_eq!(judged[1].after.teams, Some(vec!["EMEA Sales".to_owned()]));
    assert_eq!(batch.state, MemberChangeState::Open);
    assert_eq!(admin.user("ana@example.com").await.role, Role::User, "nothing has changed");

    let done = admin.applied(&batch).await;
    assert_eq!((done.state, done.applied, done.done, done.total), (MemberChangeState::Applied, 2, 2, 2));
    assert_eq!(done.verdicts, batch.verdicts, "the same verdicts");
    let after: Vec<_> = admin.changes(&batch, "").await;
    for (row, compared) in after.iter().zip(&judged) {
        let expected = MemberChange { applied: row.verdict == MemberVerdict::Change, ..compared.clone() };
        assert_eq!(*row, expected);
    }
    assert_eq!(admin.user("ana@example.com").await.role, Role::Admin);
    assert_eq!(admin.user("bob@example.com").await.teams, ["Everyone", "EMEA Sales"]);
    let teams = server.audited(AuditAction::TeamMembersChanged).await;
    assert_eq!(teams[0].subject, "EMEA Sales (+bob@example.com)");
    assert_eq!(teams[0].person_id, Some(admin.user("bob@example.com").await.id));
    let audited = server.audited(AuditAction::MembersUpdated).await;
    assert_eq!(audited[0].subject, "people.csv (2)");
    let roles = server.audited(AuditAction::RoleChanged).await;
    assert_eq!(roles[0].subject, "ana@example.com (admin)");
    assert_eq!(admin.changes(&batch, "verdict=error").await.len(), 3);
}

#[tokio::test]
async fn members_are_deactivated_and_reactivated_while_seats_are_free() {
    let server = Server::start_with(|config| config.account.seats = Some(4)).await;
    let admin = server.admin().await;
    let ana = server.member("ana@example.com").await;
    for email in ["bob@example.com", "eva@example.com"] {
        server.member(email).await;
    }
    let rows = [person(2, "ana@example.com"), person(3, "bob@example.com"), person(4, ADMIN)];
    let (off, judged) = admin.compare(MemberAction::Deactivate, &rows, 9).await;
    assert_eq!(judged[2].code, Some(MemberChangeCode::Yourself));
    assert_eq!(admin.applied(&off).await.applied, 2);
    assert_eq!(admin.user("ana@example.com").await.status, UserStatus::Deactivated);
    assert_eq!(ana.get(paths::SESSION).await.code(), ProblemCode::SignedOut, "a13: at once");

    server.member("zoe@example.com").await;
    let rows = [person(2, "ana@example.com"), person(3, "bob@example.com"), person(4, "eva@example.com")];
    let (on, judged) = admin.compare(MemberAction::Reactivate, &rows, 1).await;
    let verdicts: Vec<_> = judged.iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [MemberVerdict::Change, MemberVerdict::OverSeats, MemberVerdict::Unchanged]);
    let done = admin.applied(&on).await;
    assert_eq!((done.applied, done.verdicts), (1, on.verdicts));
    assert_eq!(admin.user("ana@example.com").await.status, UserStatus::Active);

    let undone = admin.undone(&off).await;
    assert_eq!((undone.undone.restored, undone.undone.left), (0, 2));
    let left: Vec<_> = admin.changes(&off, "undo=left").await.into_iter().map(|row| row.undo_code).collect();
    assert_eq!(left, [Some(MemberChangeCode::ChangedSince), Some(MemberChangeCode::SeatsExhausted)]);
}

#[tokio::test]
async fn r17_undoing_puts_back_what_nobody_has_changed_since_and_says_what_it_left() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for email in ["ana@example.com", "bob@example.com", "eva@example.com"] {
        server.member(email).await;
    }
    let promote = |row, email| NewMemberChange {
        role: Some("Admin".to_owned()),
        ..to_teams(row, email, &["EMEA Sales"])
    };
    let rows = [promote(2, "ana@example.com"), promote(3, "bob@example.com"), promote(4, "eva@example.com")];
    let (batch, _) = admin.compare(MemberAction::Update, &rows, 9).await;
    admin.applied(&batch).await;
    let bob = admin.user("bob@example.com").await;
    let demoted = admin
        .request(Method::PATCH, &paths::user(&bob.id))
        .header("if-match", bob.version)
        .json(&json!({"role": "user"}));
    assert_eq!(send(demoted).await.status, 200);
    let eva = admin.user("eva@example.com").await;
    assert_eq!(admin.delete(&paths::user(&eva.id)).await.status, 204);

    let undone = admin.undone(&batch).await;
    assert_eq!(undone.state, MemberChangeState::Undone);
    let counts = undone.undone;
    assert_eq!((counts.restored, counts.partly, counts.left), (1, 1, 1));
    let said: Vec<_> =
        admin.changes(&batch, "").await.into_iter().map(|row| (row.undo.unwrap(), row.undo_code)).collect();
    assert_eq!(
        said,
        [
            (MemberUndo::Restored, None),
            (MemberUndo::Partly, Some(MemberChangeCode::ChangedSince)),
            (MemberUndo::Left, Some(MemberChangeCode::Removed)),
        ]
    );
    let ana = admin.user("ana@example.com").await;
    assert_eq!((ana.role, ana.teams.as_slice()), (Role::User, ["Everyone".to_owned()].as_slice()));
    assert_eq!(admin.user("bob@example.com").await.teams, ["Everyone"]);
    assert_eq!(server.audited(AuditAction::MembersUpdateUndone).await[0].subject, "people.csv (3)");
    let again = admin.once(&paths::member_change_undo(&batch.id), &()).await;
    assert_eq!(again.status, 202, "undone once");
}

#[tokio::test]
async fn r17_undoing_puts_back_the_rest_where_a_team_from_before_is_gone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let north: Team = admin.once(paths::TEAMS, &json!({"name": "North"})).await.json();
    let ana = admin.user("ana@example.com").await.id;
    admin.post(&paths::team_members(&north.id), &json!({"add": [ana], "remove": []})).await;
    let rows = [NewMemberChange {
        role: Some("Admin".to_owned()),
        ..to_teams(2, "ana@example.com", &["EMEA Sales"])
    }];
    let (batch, judged) = admin.compare(MemberAction::Update, &rows, 9).await;
    assert_eq!(judged[0].before.teams.as_deref(), Some(["North".to_owned()].as_slice()));
    assert_eq!(admin.applied(&batch).await.applied, 1);
    assert_eq!(admin.delete(&paths::team(&north.id)).await.status, 204);

    let undone = admin.undone(&batch).await.undone;
    assert_eq!((undone.restored, undone.partly, undone.left), (0, 1, 0));
    let changes = admin.changes(&batch, "").await;
    let said = (changes[0].undo, changes[0].undo_code);
    assert_eq!(said, (Some(MemberUndo::Partly), Some(MemberChangeCode::ChangedSince)));
    let ana = admin.user("ana@example.com").await;
    assert_eq!((ana.role, ana.teams.as_slice()), (Role::User, ["Everyone".to_owned()].as_slice()));
}

#[tokio::test]
async fn a14_a_batch_is_judged_for_whoever_applies_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let bob = server.administrator("bob@example.com").await;
    let rows = [person(2, "bob@example.com")];
    let (batch, judged) = admin.compare(MemberAction::Deactivate, &rows, 10).await;
    assert_eq!(judged[0].verdict, MemberVerdict::Change);
    let done = bob.applied(&batch).await;
    assert_eq!(done.applied, 0);
    let rows = bob.changes(&batch, "").await;
    assert_eq!(rows[0].code, Some(MemberChangeCode::Yourself));
    assert_eq!(admin.user("bob@example.com").await.status, UserStatus::Active);
}

#[tokio::test]
async fn r1_no_repetition_has_a_second_effect() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let (create, add, go) = (key(), key(), key());
    let new = of(MemberAction::Update, 1);
    let one: MemberChangeBatch = admin.keyed(&create, paths::MEMBER_CHANGES, &new).await.json();
    let two: MemberChangeBatch = admin.keyed(&create, paths::MEMBER_CHANGES, &new).await.json();
    assert_eq!(one, two);
    let chunk = MemberChangeChunk { index: 0, rows: vec![to_role(2, "ana@example.com", "Admin")] };
    let path = paths::member_change_chunks(&one.id);
    let first: MemberChangeChunkResult = admin.keyed(&add, &path, &chunk).await.json();
    assert_eq!(admin.keyed(&add, &path, &chunk).await.json::<MemberChangeChunkResult>(), first);
    let same: MemberChangeChunkResult = admin.once(&path, &chunk).await.json();
    assert_eq!(same, first, "also under another key");
    let other = MemberChangeChunk { index: 0, rows: vec![person(2, "bob@example.com")] };
    assert_eq!(admin.once(&path, &other).await.code(), ProblemCode::ChunkConflict);
    for _ in 0..2 {
        assert_eq!(admin.keyed(&go, &paths::member_change_apply(&one.id), &()).await.status, 202);
    }
    assert_eq!(admin.applied(&one).await.applied, 1);
    assert_eq!(server.audited(AuditAction::RoleChanged).await.len(), 1);
    let more = MemberChangeChunk { index: 1, rows: vec![person(3, "bob@example.com")] };
    assert_eq!(admin.once(&path, &more).await.code(), ProblemCode::BatchClosed);
}

#[tokio::test]
async fn a_batch_is_applied_once_it_has_its_rows_and_a_cancelled_one_never() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let missing: MemberChangeBatch =
        admin.once(paths::MEMBER_CHANGES, &of(MemberAction::Deactivate, 2)).await.json();
    let chunk = MemberChangeChunk { index: 0, rows: vec![person(2, "ana@example.com")] };
    admin.once(&paths::member_change_chunks(&missing.id), &chunk).await;
    let apply = paths::member_change_apply(&missing.id);
    assert_eq!(admin.once(&apply, &()).await.code(), ProblemCode::RowsMissing);
    admin.once(&paths::member_change_cancel(&missing.id), &()).await;
    assert_eq!(admin.once(&apply, &()).await.code(), ProblemCode::BatchClosed);
    assert_eq!(
        admin.once(&paths::member_change_undo(&missing.id), &()).await.code(),
        ProblemCode::BatchClosed
    );
    assert_eq!(admin.user("ana@example.com").await.status, UserStatus::Active);
    let empty = admin.once(paths::MEMBER_CHANGES, &of(MemberAction::Update, 0)).await;
    assert_eq!(empty.problem().field.as_deref(), Some("expected_rows"));
}

#[tokio::test]
async fn r5_a_server_that_stops_goes_on_where_it_was() {
    let mut server = Server::start_with(|config| config.sample_data = true).await;
    let admin = server.admin().await;
    let everybody: List<User> = admin.get("/users?limit=200&status=active&role=user").await.json();
    let rows: Vec<_> = (2..)
        .zip(&everybody.items)
        .map(|(row, user)| to_teams(row, &user.email, &["EMEA Sales", "Field & Partners"]))
        .collect();
    let (batch, _) = admin.compare(MemberAction::Update, &rows, 100).await;
    assert!(batch.verdicts.change > 50, "{:?}", batch.verdicts);
    admin.once(&paths::member_change_apply(&batch.id), &()).await;
    server.restart().await;
    let admin = admin.at(&server.base);
    let done = admin.still(&batch).await;
    assert_eq!((done.state, done.applied), (MemberChangeState::Applied, batch.verdicts.change));
    assert_eq!(done.verdicts, batch.verdicts);
}

#[tokio::test]
async fn the_last_administrator_stays_one_also_where_the_file_names_all() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let other = server.administrator("other@example.com").await;
    // The person who asks is protected from themselves; both are named.
    let rows = [to_role(2, ADMIN, "User"), to_role(3, "other@example.com", "User")];
    let (batch, judged) = other.compare(MemberAction::Update, &rows, 1).await;
    let codes: Vec<_> = judged.iter().map(|row| (row.verdict, row.code)).collect();
    assert_eq!(
        codes,
        [(MemberVerdict::Change, None), (MemberVerdict::NotAllowed, Some(MemberChangeCode::Yourself)),]
    );
    assert_eq!(other.applied(&batch).await.applied, 1);
    assert_eq!(admin.get(paths::USERS).await.code(), ProblemCode::SignedOut);
}

#[tokio::test]
async fn r17_somebody_else_who_has_the_address_by_now_is_never_changed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for email in ["ana@example.com", "bob@example.com"] {
        server.member(email).await;
    }
    let someone_else = async |email| {
        let before = admin.user(email).await.id;
        assert_eq!(admin.delete(&paths::user(&before)).await.status, 204);
        server.member(email).await;
        assert_ne!(admin.user(email).await.id, before);
    };
    let rows = [to_role(2, "ana@example.com", "Admin"), to_role(3, "bob@example.com", "Admin")];
    let (batch, _) = admin.compare(MemberAction::Update, &rows, 9).await;
    someone_else("ana@example.com").await;
    assert_eq!(admin.applied(&batch).await.applied, 1);
    let said: Vec<_> =
        admin.changes(&batch, "").await.into_iter().map(|row| (row.verdict, row.code)).collect();
    let removed = (MemberVerdict::NotMember, Some(MemberChangeCode::Removed));
    assert_eq!(said, [removed, (MemberVerdict::Change, None)]);
    assert_eq!(admin.user("ana@example.com").await.role, Role::User);

    someone_else("bob@example.com").await;
    let bob = admin.user("bob@example.com").await;
    let promoted = admin
        .request(Method::PATCH, &paths::user(&bob.id))
        .header("if-match", bob.version)
        .json(&json!({"role": "admin"}));
    assert_eq!(send(promoted).await.status, 200);
    let undone = admin.undone(&batch).await;
    assert_eq!((undone.undone.restored, undone.undone.left), (0, 1));
    assert_eq!(admin.changes(&batch, "").await[1].undo_code, Some(MemberChangeCode::Removed));
    assert_eq!(admin.user("bob@example.com").await.role, Role::Admin);
}

#[tokio::test]
async fn r18_a_comparison_of_yesterday_is_not_applied_while_it_is_being_forgotten() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let (batch, _) = admin.compare(MemberAction::Deactivate, &[person(2, "ana@example.com")], 1).await;
    let unfinished: MemberChangeBatch =
        admin.once(paths::MEMBER_CHANGES, &of(MemberAction::Deactivate, 1)).await.json();
    server.clock.advance(std::time::Duration::from_secs(24 * 3600));
    let admin = server.admin().await;
    let answer = admin.once(&paths::member_change_apply(&batch.id), &()).await;
    assert_eq!(answer.code(), ProblemCode::ComparisonExpired);
    let chunk = MemberChangeChunk { index: 0, rows: vec![person(2, "ana@example.com")] };
    let answer = admin.once(&paths::member_change_chunks(&unfinished.id), &chunk).await;
    assert_eq!(answer.code(), ProblemCode::ComparisonExpired);
    assert_eq!(admin.user("ana@example.com").await.status, UserStatus::Active);
}

#[tokio::test]
async fn r18_a_comparison_is_applied_within_a_day_of_its_last_rows() {
    const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);
    let server = Server::start().await;
    let admin = server.admin().await;
    let people = ["ana@example.com", "bob@example.com"];
    for email in people {
        server.member(email).await;
    }
    let batch: MemberChangeBatch =
        admin.once(paths::MEMBER_CHANGES, &of(MemberAction::Deactivate, 2)).await.json();
    for (index, email) in (0..).zip(people) {
        server.clock.advance(14 * HOUR);
        let chunk = MemberChangeChunk { index, rows: vec![person(index + 2, email)] };
        let admin = server.admin().await;
        assert_eq!(admin.once(&paths::member_change_chunks(&batch.id), &chunk).await.status, 200);
    }
    let applied = server.admin().await.applied(&batch).await;
    assert_eq!((applied.state, applied.applied), (MemberChangeState::Applied, 2));
}

#[tokio::test]
async fn a_comparison_that_was_not_applied_is_forgotten_after_a_day() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let (open, _) = admin.compare(MemberAction::Update, &[person(2, ADMIN)], 1).await;
    server.clock.advance(std::time::Duration::from_secs(25 * 3600));
    server.restart().await;
    loop {
        let admin = server.admin().await;
        let answer = admin.get(&paths::member_change(&open.id)).await;
        if answer.status == 404 {
            break;
        }
    }
}
