//! Team Management.

use api_types::{List, ProblemCode, Team, TeamId, TeamMembersChanged, User, UserId, limits, paths};
use serde_json::json;

use crate::harness::{Answer, Client, Server, row};
use crate::long_lists::database;

async fn create(client: &Client, name: &str) -> Answer {
    client.once(paths::TEAMS, &json!({ "name": name })).await
}

async fn teams(client: &Client) -> Vec<Team> {
    client.get(paths::TEAMS).await.json::<List<Team>>().items
}

async fn everyone(client: &Client) -> Team {
    teams(client).await.remove(0)
}

async fn members(client: &Client, team: &TeamId, query: &str) -> List<User> {
    client.get(&format!("{}?{query}", paths::team_members(team))).await.json()
}

async fn change(client: &Client, team: &TeamId, add: &[UserId], remove: &[UserId]) -> Answer {
    client.post(&paths::team_members(team), &json!({ "add": add, "remove": remove })).await
}

/// The ids of people who are invited for the purpose.
async fn people(client: &Client, names: &[&str]) -> Vec<UserId> {
    let addresses = names.iter().zip(2..).map(|(name, at)| row(at, &format!("{name}@example.com")));
    client.invite(&addresses.collect::<Vec<_>>()).await;
    let mut ids = Vec::new();
    for name in names {
        let found: List<User> = client.get(&format!("/users?search={name}@example.com")).await.json();
        ids.push(found.items[0].id.clone());
    }
    ids
}

#[tokio::test]
async fn r20_a_team_whose_memberships_are_being_deleted_lists_nobody() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut database = database(&server).await;
    for statement in [
        "INSERT INTO deleted_teams (team_id, account_id) SELECT 'gone', id FROM accounts",
        "INSERT INTO team_members (team_id, user_number) SELECT 'gone', number FROM users",
    ] {
        sqlx::query(statement).execute(&mut database).await.expect("what a deleted team has left");
    }
    let listed: List<User> = admin.get(&format!("{}?team=gone", paths::USERS)).await.json();
    assert_eq!((listed.items.len(), listed.meta.total), (0, 0));
}

#[tokio::test]
async fn a_team_is_made_renamed_and_deleted() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = create(&admin, "  Nordics\t1 ").await;
    assert_eq!(answer.status, 201);
    let team: Team = answer.json();
    assert_eq!((team.name.as_str(), team.members, team.everyone), ("Nordics 1", 0, false));
    assert!(answer.header("location").unwrap().ends_with(&paths::team(&team.id)));

    let path = paths::team(&team.id);
    let renamed: Team = admin.patch(&path, &json!({"name": "nordics 1"})).await.json();
    assert_eq!(renamed.name, "nordics 1", "the same name in other letters is no other team's");
    assert_eq!(admin.delete(&path).await.status, 204);
    assert!(teams(&admin).await.iter().all(|other| other.id != team.id));
    assert_eq!(admin.delete(&path).await.code(), ProblemCode::NotFound);
    assert_eq!(admin.patch(&path, &json!({"name": "x"})).await.code(), ProblemCode::NotFound);
}

#[tokio::test]
async fn a_name_is_needed_and_taken_in_any_letter_case() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let team: Team = create(&admin, "Élan").await.json();
    for name in ["élan", "ÉLAN ", "everyone"] {
        let problem = create(&admin, name).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (ProblemCode::NameTaken, Some("name")),
            "{name}"
        );
    }
    let taken = admin.patch(&paths::team(&team.id), &json!({"name": "EVERYONE"})).await;
    assert_eq!(taken.code(), ProblemCode::NameTaken);
    for name in [" \n ", "\u{202e}", &"x".repeat(limits::TEAM_NAME_MAX + 1)] {
        let problem = create(&admin, name).await.problem();
        assert_eq!((problem.code, problem.field.as_deref()), (ProblemCode::InvalidField, Some("name")));
    }
}

#[tokio::test]
async fn the_account_has_no_more_teams_than_its_limit() {
    let server = Server::start_with(|config| config.account.teams = Some(4)).await;
    let admin = server.admin().await;
    // A sandbox starts with three, and Everyone is not counted.
    assert_eq!(create(&admin, "Fourth").await.status, 201);
    let problem = create(&admin, "Fifth").await.problem();
    assert_eq!((problem.code, problem.limit.unwrap().value), (ProblemCode::TeamsExhausted, 4));
}

#[tokio::test]
async fn everyone_holds_everybody_and_cannot_be_changed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ids = people(&admin, &["ana"]).await;
    let everyone = everyone(&admin).await;
    assert_eq!((everyone.everyone, everyone.members), (true, 2));
    assert_eq!(members(&admin, &everyone.id, "").await.meta.total, 2);
    let path = paths::team(&everyone.id);
    assert_eq!(admin.patch(&path, &json!({"name": "All"})).await.code(), ProblemCode::TeamFixed);
    assert_eq!(admin.delete(&path).await.code(), ProblemCode::TeamFixed);
    assert_eq!(change(&admin, &everyone.id, &[], &ids).await.code(), ProblemCode::TeamFixed);
}

#[tokio::test]
async fn members_join_and_leave_in_bulk() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ids = people(&admin, &["ana", "bob", "eva"]).await;
    let team: Team = create(&admin, "Nordics").await.json();
    let team = team.id;
    let nobody = UserId("nobody".to_owned());

    let all = [ids.as_slice(), std::slice::from_ref(&nobody)].concat();
    let joined: TeamMembersChanged = change(&admin, &team, &all, &[]).await.json();
    assert_eq!(joined.team.members, 3, "who is gone is passed over");
    let again: TeamMembersChanged = change(&admin, &team, &ids, &[]).await.json();
    assert_eq!(again.team.members, 3);
    let found = members(&admin, &team, "search=BOB").await;
    assert_eq!(
        (found.meta.total, found.items[0].teams.as_slice()),
        (1, ["Everyone", "Nordics"].map(String::from).as_slice())
    );
    let page = members(&admin, &team, "limit=2").await;
    let rest = members(&admin, &team, &format!("limit=2&cursor={}", page.meta.next_cursor.unwrap())).await;
    assert_eq!((page.items.len(), rest.items.len(), rest.meta.total), (2, 1, 3));

    let left: TeamMembersChanged = change(&admin, &team, &[], &ids[..2]).await.json();
    assert_eq!(left.team.members, 1);
    assert_eq!(admin.delete(&paths::user(&ids[2])).await.status, 204);
    assert_eq!(members(&admin, &team, "").await.meta.total, 0, "who is removed is in no team");

    let many = vec![nobody; limits::TEAM_MEMBERS_PER_CHANGE + 1];
    let problem = change(&admin, &team, &many, &[]).await.problem();
    assert_eq!((problem.code, problem.limit.unwrap().value), (ProblemCode::PayloadTooLarge, 1_000));
    assert_eq!(admin.delete(&paths::team(&team)).await.status, 204);
    let still: List<User> = admin.get("/users?search=ana@example.com").await.json();
    assert_eq!(still.items[0].teams, ["Everyone"], "a team is deleted, its members stay");
}

#[tokio::test]
async fn the_answer_to_a_change_of_members_takes_exactly_it_back() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ids = people(&admin, &["ana", "bob", "eva", "ida"]).await;
    let team: Team = create(&admin, "Nordics").await.json();
    assert_eq!(change(&admin, &team.id, &ids[..2], &[]).await.status, 200);
    let before = members(&admin, &team.id, "").await.items;

    // Bob is in it already, and Ida is not in the team: neither is part of the change.
    let changed: TeamMembersChanged =
        change(&admin, &team.id, &ids[1..3], &[&ids[..1], &ids[3..]].concat()).await.json();
    assert_eq!((changed.joined.as_slice(), changed.left.as_slice()), (&ids[2..3], &ids[..1]));
    let undo = changed.undo().unwrap();
    let undone: TeamMembersChanged = change(&admin, &team.id, &undo.add, &undo.remove).await.json();
    assert_eq!(members(&admin, &team.id, "").await.items, before);

    let nothing: TeamMembersChanged = change(&admin, &team.id, &ids[..2], &[]).await.json();
    assert_eq!(nothing.undo(), None);
    assert!(undone.undo().is_some());
}
