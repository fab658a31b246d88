//! The setup guide.

use api_types::{
    AuditEvent, List, PrerequisiteId, PrerequisiteState, ProblemCode, SetupGuide, SetupStepId, StepState,
    Tick, paths,
};

use crate::harness::{ADMIN, Client, Server, row};

async fn guide(client: &Client) -> SetupGuide {
    client.get(paths::SETUP_GUIDE).await.json()
}

#[tokio::test]
async fn a_new_account_has_seven_steps_before_it() {
    let server = Server::start().await;
    let guide = guide(&server.admin().await).await;
    let ids: Vec<_> = guide.steps.iter().map(|step| step.id).collect();
    assert_eq!(ids, SetupStepId::ALL);
    for step in &guide.steps {
        assert_eq!((step.state, &step.by, &step.at), (StepState::NotStarted, &None, &None), "{:?}", step.id);
        assert_eq!(step.blocked_by, step.id.needs(), "{:?}", step.id);
    }
    assert!(guide.prerequisites.iter().all(|known| known.state == PrerequisiteState::Open));
}

#[tokio::test]
async fn inviting_people_moves_step_5() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let fifth = async || guide(&admin).await.steps.remove(4);
    admin.invite(&[row(2, "ana@example.com")]).await;
    let step = fifth().await;
    assert_eq!((step.state, step.by.as_deref()), (StepState::InProgress, Some(ADMIN)));
    assert!(step.at.is_some());
    server.anyone().activate(&admin.mail_to("ana@example.com").await.link()).await;
    assert_eq!(fifth().await.state, StepState::Done);
}

#[tokio::test]
async fn a_prerequisite_is_ticked_by_hand_and_noted() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = paths::prerequisite(PrerequisiteId::ActionsEnabled);
    for _ in 0..2 {
        let ticked: SetupGuide = admin.put(&path, &Tick { ticked: true }).await.json();
        let PrerequisiteState::Ticked { by, .. } = &ticked.prerequisites[0].state else {
            panic!("{:?}", ticked.prerequisites);
        };
        assert_eq!(by, ADMIN);
    }
    let unticked: SetupGuide = admin.put(&path, &Tick { ticked: false }).await.json();
    assert_eq!(unticked.prerequisites[0].state, PrerequisiteState::Open);
    let events: List<AuditEvent> = admin.get("/audit-events?search=actions_enabled").await.json();
    assert_eq!(events.meta.total, 2, "once ticked, once taken away");
    let unknown = admin.put("/setup-guide/prerequisites/luck", &Tick { ticked: true }).await;
    assert_eq!(unknown.code(), ProblemCode::NotFound);
}
