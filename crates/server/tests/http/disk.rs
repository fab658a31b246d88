//! A disk that cannot be written to, and then can again.
//!
//! The process's file size limit simulates it: it fails every write of the real server, needs no privileges, and can be
//! lifted again.
//! privileges, and can be lifted again.

use api_types::{List, ProblemCode, Session, Team, User, paths};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

use crate::harness::{PASSWORD, row};
use crate::restart::Process;

impl Process {
    fn limit_files(&self, current: Option<u64>) {
        let pid = Pid::from_raw(i32::try_from(self.id()).expect("a process id"));
        prlimit(pid, Resource::Fsize, Rlimit { current, maximum: None })
            .expect("a limit of one's own process");
    }
}

#[tokio::test]
async fn r21_with_a_full_disk_people_sign_in_and_read_and_writing_resumes_with_room() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let mut ana = row(2, "ana@example.com");
    ana.role = Some("admin".to_owned());
    admin.invite(&[ana]).await;
    let mut ana = admin.at(&process.base);
    ana.cookie = None;
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;

    process.limit_files(Some(0));
    for name in ["one", "two", "three"] {
        let problem = admin.once(paths::TEAMS, &json!({"name": name})).await.problem();
        assert_eq!(problem.code, ProblemCode::NotStored);
        assert!(problem.retry_after.is_some());
    }
    let users: List<User> = admin.get(paths::USERS).await.json();
    assert_eq!(users.items.len(), 2);
    let mut late = ana.clone();
    late.cookie = None;
    assert_eq!(late.sign_in("ana@example.com", "a wrong one").await.code(), ProblemCode::WrongCredentials);
    assert_eq!(late.sign_in("nobody@example.com", PASSWORD).await.code(), ProblemCode::WrongCredentials);
    assert_eq!(late.sign_in("ana@example.com", PASSWORD).await.status, 200);
    assert_eq!(late.get(paths::SESSION).await.json::<Session>().user.email, "ana@example.com");
    assert_eq!(late.get(paths::USERS).await.status, 200);
    assert_eq!(late.once(paths::TEAMS, &json!({"name": "four"})).await.code(), ProblemCode::NotStored);

    process.limit_files(None);
    // The connection of the transactions that failed is replaced.
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "five"})).await.json();
    assert_eq!(team.name, "five");
    assert_eq!(late.once(paths::TEAMS, &json!({"name": "six"})).await.status, 201);
    assert_eq!(late.delete(paths::SESSION).await.status, 204);
    assert_eq!(late.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    process.kill();
}
