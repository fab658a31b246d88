//! The setup guide: each state of each step, by its cause.

use std::time::Duration;

use api_types::StepState::{Done, InProgress, NeedsAttention, NotStarted};
use api_types::{
    AuditAction, AuditEvent, BatchOptions, ChecklistItemId, List, MarketoAdmin, MarketoAdminState,
    MarketoConnect, Needed, NewBatch, PersonName, Persona, PrerequisiteId, PrerequisiteState, ProblemCode,
    Role, SalesforceEnvironment, SalesforceSetup, SetupGuide, SetupStep, SetupStepId, StepState, SyncRun,
    SyncRunId, SyncRunState, Tick, User, paths,
};
use serde_json::json;

use crate::field_sync::{OTHER_ORG_USER, server_of};
use crate::harness::{ADMIN, Client, Server, csv, row};
use crate::marketo::{connect, good, id_of, own, pasted, sql};
use crate::marketo_admins::{ADA, invite, order};
use crate::post_office::{PostOffice, Reply};
use crate::salesforce_browser::Salesforce;

const EIGHT_DAYS: Duration = Duration::from_secs(8 * 24 * 3600);

async fn guide(client: &Client) -> SetupGuide {
    client.get(paths::SETUP_GUIDE).await.json()
}

/// The state of a step.
pub(crate) async fn state(client: &Client, id: SetupStepId) -> StepState {
    guide(client).await.steps.into_iter().find(|step| step.id == id).expect("every step").state
}

/// The name of the person who brought a step to its state.
fn by(step: &SetupStep) -> Option<&str> {
    step.by.as_ref().map(|by| by.name.as_str())
}

#[tokio::test]
async fn a_new_account_has_seven_steps_before_it() {
    let server = Server::start().await;
    let guide = guide(&server.admin().await).await;
    let ids: Vec<_> = guide.steps.iter().map(|step| step.id).collect();
    assert_eq!(ids, SetupStepId::ALL);
    for step in &guide.steps {
        assert_eq!((step.state, &step.by, &step.at), (NotStarted, &None, &None), "{:?}", step.id);
        assert_eq!(step.blocked_by, step.id.needs(), "{:?}", step.id);
    }
    assert!(guide.prerequisites.iter().all(|known| known.state == PrerequisiteState::Open));
}

#[tokio::test]
async fn step_1_is_the_invitation_of_a_marketo_admin() {
    let office = PostOffice::open().await;
    office.hold();
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    let server = Server::start_with(|config| {
        config.smtp = Some(smtp);
        config.sandbox.speed = 100.try_into().unwrap();
    })
    .await;
    let mut admin = server.admin().await;
    let step = async |client: &Client| state(client, SetupStepId::SetUpAccount).await;
    let invited: MarketoAdmin = invite(&admin, ADA).await.json();
    let MarketoAdminState::Invited { invitation, .. } = invited.state else { panic!("{invited:?}") };
    assert_eq!(step(&admin).await, InProgress);
    office.wait_for_mail().await;
    assert!(office.answer(Reply::Refused));
    while step(&admin).await != NeedsAttention {}

    let resend = async |client: &Client| {
        let answer = client.once(&paths::invitation_resend(&invitation), &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        office.wait_for_mail().await;
        assert!(office.answer(Reply::Taken));
    };
    resend(&admin).await;
    while step(&admin).await != InProgress {}
    server.clock.advance(EIGHT_DAYS);
    admin = server.admin().await;
    assert_eq!(step(&admin).await, NeedsAttention, "it has expired");
    resend(&admin).await;
    assert_eq!(step(&admin).await, InProgress);
    let link: api_types::InvitationLink = admin.post(&paths::invitation_link(&invitation), &()).await.json();
    let invited = guide(&admin).await.steps.remove(0).at;
    server.clock.advance(Duration::from_secs(60));
    server.anyone().activate(&link.url).await;
    let first = guide(&admin).await.steps.remove(0);
    assert_eq!(first.state, Done);
    assert_ne!(first.at, invited, "it was done when the person accepted, not when they were invited");
    assert_ne!(by(&first), Some(ADMIN));
    assert_eq!(state(&admin, SetupStepId::InviteUsers).await, NotStarted, "the original user is nobody new");
}

#[tokio::test]
async fn step_2_is_any_administrators_connection_to_salesforce() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut ana = server.administrator("ana@example.com").await;
    let member = server.member("eve@example.com").await;
    let step = async || state(&admin, SetupStepId::ConnectSalesforce).await;
    member.connect_salesforce(&server, "eve@example.com").await;
    assert_eq!(step().await, NotStarted, "a member's own connection is not the account's");

    let started = ana.begin_connecting(SalesforceEnvironment::Salesforce).await;
    assert_eq!(step().await, InProgress);
    ana.delete(&paths::flow(&started.flow.id)).await;
    assert_eq!(step().await, NotStarted);
    ana.begin_connecting(SalesforceEnvironment::Salesforce).await;
    server.clock.advance(Duration::from_secs(10 * 60));
    assert_eq!(step().await, NotStarted, "a flow that ran out is none");

    ana.prove().await;
    let admin = server.admin().await;
    ana.connect_salesforce(&server, "ana@example.com").await;
    assert_eq!(step().await, Done);
    let salesforce = Salesforce::of(&server);
    salesforce.order(json!({"order": "fail", "code": "INACTIVE_USER", "calls": 1})).await;
    ana.post(paths::SALESFORCE_CHECK, &json!({})).await;
    assert_eq!(step().await, NeedsAttention, "its check failed");
    ana.post(paths::SALESFORCE_CHECK, &json!({})).await;
    assert_eq!(step().await, Done);
    salesforce.order(json!({"order": "revoke"})).await;
    ana.post(paths::SALESFORCE_CHECK, &json!({})).await;
    assert_eq!(step().await, NeedsAttention, "it was revoked");
    admin.connect_salesforce(&server, ADMIN).await;
    assert_eq!(step().await, Done, "one that works is enough");
    admin.delete(paths::SALESFORCE).await;
    ana.delete(paths::SALESFORCE).await;
    assert_eq!(step().await, NotStarted);
}

#[tokio::test]
async fn step_3_is_the_connection_to_marketo_and_its_owner() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let step = async || state(&admin, SetupStepId::ConnectMarketo).await;
    let munchkin = sandbox::marketo::MUNCHKIN_ID;
    assert!(!connect(&admin, &pasted(munchkin, "integration-client", "wrong")).await.status.is_success());
    assert_eq!(step().await, NeedsAttention, "the credentials were rejected");

    order(&server, "limits", json!({"latency_ms": 200})).await;
    let credentials = good();
    let mut attempt = std::pin::pin!(connect(&admin, &credentials));
    let mut was_in_progress = false;
    let answer = loop {
        tokio::select! {
            answer = &mut attempt => break answer,
            now = step() => was_in_progress |= now == InProgress,
        }
    };
    assert!(answer.status.is_success() && was_in_progress, "{}", answer.text());
    assert_eq!(step().await, Done);
    order(&server, "limits", json!({"latency_ms": 0})).await;

    order(&server, "faults", json!({"code": 401, "path_contains": "identity"})).await;
    admin.post(paths::MARKETO_CHECK, &()).await;
    assert_eq!(step().await, NeedsAttention, "its check failed");
    admin.post(paths::MARKETO_CHECK, &()).await;
    assert_eq!(step().await, Done);

    let ana = server.administrator("ana@example.com").await;
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    assert_eq!(step().await, NotStarted);
    assert!(connect(&ana, &good()).await.status.is_success());
    assert_eq!(step().await, Done);
    sql(&server, "UPDATE users SET status = 'deactivated' WHERE email = 'ana@example.com'").await;
    assert_eq!(step().await, NeedsAttention, "its owner is deactivated");
}

#[tokio::test]
async fn step_4_is_the_sync_and_its_schedule() {
    let (server, admin) = server_of(|config| {
        config.sandbox.speed = 600.try_into().unwrap();
        config.sandbox.people = 500;
    })
    .await;
    let step = async || state(&admin, SetupStepId::StartSync).await;
    let start = async || admin.once(paths::FIELD_SYNC_RUNS, &()).await.json::<SyncRun>().id;
    let ended = async |id: SyncRunId| loop {
        let run: SyncRun = admin.get(&paths::sync_run(&id)).await.json();
        if run.ended_at.is_some() {
            return run.state;
        }
    };
    assert_eq!(step().await, NotStarted);
    order(&server, "faults", json!({"code": 1003, "path_contains": "create.json"})).await;
    assert!(matches!(ended(start().await).await, SyncRunState::Failed(_)));
    assert_eq!(step().await, NeedsAttention, "the last run failed");

    order(&server, "limits", json!({"latency_ms": 2_000})).await;
    let id = start().await;
    assert_eq!(step().await, InProgress);
    admin.once(&paths::sync_run_pause(&id), &()).await;
    assert_eq!(step().await, InProgress, "paused");
    admin.once(&paths::sync_run_cancel(&id), &()).await;
    assert_eq!(step().await, NotStarted, "cancelled before everybody was read");
    order(&server, "limits", json!({"latency_ms": 0})).await;
    assert_eq!(ended(start().await).await, SyncRunState::Completed);
    assert_eq!(step().await, Done);

    let next_poll = async |client: &Client| {
        client.get(paths::FIELD_SYNC).await.json::<api_types::FieldSync>().next_poll_at
    };
    let poll = async || {
        let before = next_poll(&admin).await;
        server.clock.advance(Duration::from_secs(5 * 60));
        while next_poll(&admin).await == before {}
    };
    order(&server, "faults", json!({"code": 1003, "path_contains": "leadchanges"})).await;
    poll().await;
    assert_eq!(step().await, NeedsAttention, "changes could not be fetched");
    poll().await;
    assert_eq!(step().await, Done, "the next time they could, though there were none");
    // Marketo keeps the next poll waiting.
    order(&server, "limits", json!({"latency_ms": 60_000})).await;
    server.clock.advance(Duration::from_secs(5 * 60 + 15 * 60 + 1));
    assert_eq!(step().await, NeedsAttention, "nothing was fetched for longer than the schedule allows");
}

#[tokio::test]
async fn step_5_is_whoever_is_invited_besides() {
    let server = Server::start().await;
    let mut admin = server.admin().await;
    let fifth = async |client: &Client| guide(client).await.steps.remove(4);
    admin.invite(&[row(2, "bounce@example.com")]).await;
    assert_eq!(fifth(&admin).await.state, NeedsAttention, "the mail bounced");
    let bounced: List<User> = admin.get("/users?search=bounce").await.json();
    admin.delete(&paths::user(&bounced.items[0].id)).await;
    assert_eq!(fifth(&admin).await.state, NotStarted);

    admin.invite(&[row(2, "ana@example.com")]).await;
    let step = fifth(&admin).await;
    assert_eq!((step.state, by(&step)), (InProgress, Some(ADMIN)));
    assert!(step.at.is_some());
    server.clock.advance(EIGHT_DAYS);
    admin = server.admin().await;
    assert_eq!(fifth(&admin).await.state, NeedsAttention, "the invitation has expired");
    admin.invite(&[row(2, "bob@example.com")]).await;
    let link = admin.mail_to("bob@example.com").await.link();
    let sent = fifth(&admin).await.at;
    server.clock.advance(Duration::from_secs(60));
    server.anyone().activate(&link).await;
    let step = fifth(&admin).await;
    assert_eq!((step.state, by(&step)), (Done, Some(ADMIN)), "credited to whoever invited him");
    let done = step.at.clone();
    assert!(done.as_ref().map(|at| &at.0) > sent.as_ref().map(|at| &at.0), "not when he was invited");
    server.clock.advance(Duration::from_secs(60));
    admin.invite(&[row(2, "cy@example.com")]).await;
    assert_eq!(fifth(&admin).await.at, done, "later invitations are not the step");
}

#[tokio::test]
async fn s5_s6_whoever_is_invited_for_steps_in_salesforce_is_told_them_and_is_no_user_of_step_5() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let options = BatchOptions {
        role: Role::Admin,
        personas: vec![Persona::SalesforceAdmin],
        ..BatchOptions::default()
    };
    admin.send_batch(&NewBatch { options, ..csv(1) }, &[row(2, "sal@example.com")]).await;
    let mail = admin.mail_to("sal@example.com").await;
    assert!(mail.text.contains("Salesforce setup") && mail.text.contains("30 minutes"), "{}", mail.text);
    assert_eq!(state(&admin, SetupStepId::InviteUsers).await, NotStarted);
    server.anyone().activate(&mail.link()).await;
    assert_eq!(state(&admin, SetupStepId::InviteUsers).await, NotStarted);
}

#[tokio::test]
async fn steps_6_and_7_are_the_check_list() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for step in [SetupStepId::InstallPackage, SetupStepId::ConfigureActions] {
        let ours = || ChecklistItemId::ALL.iter().copied().filter(|id| id.required() && id.step() == step);
        for id in ours().filter(|id| !id.verifiable()) {
            let tick = Tick { ticked: true, out_of_order: true };
            assert_eq!(admin.put(&paths::checklist_item(id), &tick).await.status, 200);
            assert_eq!(state(&admin, step).await, InProgress, "{id:?}");
        }
        assert!(ours().any(|id| id.verifiable()), "{step:?}");
    }
    let steps = async || {
        let steps = guide(&admin).await.steps;
        [steps[5].state, steps[6].state]
    };
    assert_eq!(steps().await, [InProgress; 2]);
    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    salesforce.set_up_completely().await;
    assert_eq!(admin.post(paths::SALESFORCE_SETUP_CHECK, &json!({})).await.status, 200);
    assert_eq!(steps().await, [Done; 2]);
    let last = guide(&admin).await.steps.remove(6);
    assert!(last.at.is_some() && last.blocked_by.is_empty());

    salesforce.set_up(&json!({"package": {"major": 1, "minor": 4359}})).await;
    admin.post(paths::SALESFORCE_SETUP_CHECK, &json!({})).await;
    assert_eq!(steps().await, [NeedsAttention; 2], "what was there is not any more");
}

#[tokio::test]
async fn looking_at_the_guide_asks_salesforce_again_at_most_once_in_half_a_minute() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let look = async || -> SetupGuide { admin.post(paths::SETUP_GUIDE_CHECK, &()).await.json() };
    let states = async || look().await.steps.iter().map(|step| step.state).collect::<Vec<_>>();
    assert_eq!(states().await, [NotStarted; 7], "nothing to ask, and no failure");

    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    salesforce.set_up_completely().await;
    assert_eq!(states().await[5], NotStarted, "what nobody has verified is not asked for");
    admin.post(paths::SALESFORCE_SETUP_CHECK, &json!({})).await;
    assert_eq!(states().await[5], InProgress);
    salesforce.set_up(&json!({"package": {"major": 1, "minor": 4359}})).await;
    assert_eq!(states().await[5], InProgress, "it was asked a moment ago");
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(states().await[5], NeedsAttention);
    salesforce.order(json!({"order": "revoke"})).await;
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(states().await[1], NeedsAttention, "the connection was revoked in Salesforce");
}

#[tokio::test]
async fn r15_looking_at_the_guide_verifies_the_set_up_in_the_org_in_which_it_was_verified() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ana = server.administrator("ana@example.com").await;
    ana.connect_salesforce(&server, OTHER_ORG_USER).await;
    admin.connect_salesforce(&server, ADMIN).await;
    Salesforce::of(&server).set_up_completely().await;
    let sixth = async || ana.post(paths::SETUP_GUIDE_CHECK, &()).await.json::<SetupGuide>().steps[5].state;
    admin.post(paths::SALESFORCE_SETUP_CHECK, &json!({})).await;
    let verified = sixth().await;
    assert_eq!(verified, InProgress);
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(sixth().await, verified, "the other org has no package");

    admin.connect_salesforce(&server, OTHER_ORG_USER).await;
    server.clock.advance(Duration::from_secs(30));
    assert_ne!(sixth().await, verified, "the org that is connected in its place");
}

#[tokio::test]
async fn a_prerequisite_is_ticked_by_hand_and_noted() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = paths::prerequisite(PrerequisiteId::ActionsEnabled);
    for _ in 0..2 {
        let ticked: SetupGuide = admin.put(&path, &Tick { ticked: true, ..Tick::default() }).await.json();
        let PrerequisiteState::Ticked { by, .. } = &ticked.prerequisites[0].state else {
            panic!("{:?}", ticked.prerequisites);
        };
        assert_eq!(by.name, ADMIN);
    }
    let unticked: SetupGuide = admin.put(&path, &Tick::default()).await.json();
    assert_eq!(unticked.prerequisites[0].state, PrerequisiteState::Open);
    let events: List<AuditEvent> = admin.get("/audit-events?search=actions_enabled").await.json();
    assert_eq!(events.meta.total, 2, "once ticked, once taken away");
    let unknown =
        admin.put("/setup-guide/prerequisites/luck", &Tick { ticked: true, ..Tick::default() }).await;
    assert_eq!(unknown.code(), ProblemCode::NotFound);
}

#[tokio::test]
async fn step_3_comes_after_step_1_unless_somebody_goes_on_all_the_same() {
    let server = Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await;
    let admin = server.admin().await;
    let in_order = MarketoConnect { out_of_order: false, ..good() };
    let missing = vec![Needed::Step(SetupStepId::SetUpAccount)];
    let refused = connect(&admin, &in_order).await.problem();
    assert_eq!((refused.code, &refused.missing), (ProblemCode::StepBlocked, &missing));
    invite(&admin, ADA).await;
    let refused = connect(&admin, &in_order).await.problem();
    assert_eq!(refused.missing, missing, "somebody invited has still to accept");
    assert_eq!(server.audited(AuditAction::StepOutOfOrder).await.len(), 0, "a refusal is no way round");

    assert_eq!(connect(&admin, &good()).await.status, 200);
    let noted = server.audited(AuditAction::StepOutOfOrder).await;
    assert_eq!((noted.len(), noted[0].subject.as_str()), (1, "connect_marketo: set_up_account"));
    assert_eq!(noted[0].actor, ADMIN);

    // Taking the connection over is no step.
    let ana = server.administrator("ana@example.com").await;
    let over = MarketoConnect { takes_over: Some(id_of(&admin, ADMIN).await), ..in_order };
    assert_eq!(connect(&ana, &over).await.status, 200);
    assert_eq!(server.audited(AuditAction::StepOutOfOrder).await.len(), 1);
}

#[tokio::test]
async fn in_order_nothing_is_written_down() {
    let server = Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await;
    let admin = server.admin().await;
    invite(&admin, ADA).await;
    server.anyone().activate(&admin.mail_to(ADA).await.link()).await;
    let in_order = MarketoConnect { out_of_order: false, ..own() };
    assert_eq!(connect(&admin, &in_order).await.status, 200);
    assert_eq!(server.audited(AuditAction::StepOutOfOrder).await.len(), 0);
}

#[tokio::test]
async fn step_7_comes_after_step_6_unless_somebody_goes_on_all_the_same() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = paths::checklist_item(ChecklistItemId::EnableMsiActions);
    let refused = admin.put(&path, &Tick { ticked: true, ..Tick::default() }).await.problem();
    assert_eq!(refused.code, ProblemCode::StepBlocked);
    assert_eq!(refused.missing, [Needed::Step(SetupStepId::InstallPackage)]);
    assert_eq!(state(&admin, SetupStepId::ConfigureActions).await, NotStarted);
    for _ in 0..2 {
        assert_eq!(admin.put(&path, &Tick { ticked: true, out_of_order: true }).await.status, 200);
    }
    let noted = server.audited(AuditAction::StepOutOfOrder).await;
    assert_eq!((noted.len(), noted[0].subject.as_str()), (1, "configure_actions: install_package"));
    // Removing a tick has no prerequisites.
    assert_eq!(admin.put(&path, &Tick::default()).await.status, 200);
}

#[tokio::test]
async fn a_step_in_progress_says_whom_it_waits_for() {
    let server = Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await;
    let admin = server.admin().await;
    let of = async |id: SetupStepId| {
        let step = guide(&admin).await.steps.into_iter().find(|step| step.id == id).unwrap();
        let names = step.waits_for.into_iter().map(|person| {
            assert!(person.id.is_some(), "{person:?}");
            person.name
        });
        (names.collect::<Vec<_>>(), step.waits_for_more)
    };
    assert_eq!(of(SetupStepId::SetUpAccount).await, (vec![], 0));
    invite(&admin, ADA).await;
    assert_eq!(of(SetupStepId::SetUpAccount).await, (vec!["Ada Admin".to_owned()], 0));
    let rows: Vec<_> = (1..=5).map(|index| row(index + 1, &format!("person{index}@example.com"))).collect();
    admin.invite(&rows).await;
    let (names, more) = of(SetupStepId::InviteUsers).await;
    assert_eq!((names.len(), more), (3, 2));
    assert!(names.iter().all(|name| name.starts_with("person")), "{names:?}");

    let ana = server.administrator("ana@example.com").await;
    ana.begin_connecting(SalesforceEnvironment::Salesforce).await;
    assert_eq!(of(SetupStepId::ConnectSalesforce).await, (vec!["ana@example.com".to_owned()], 0));
    let tick = Tick { ticked: true, ..Tick::default() };
    admin.put(&paths::checklist_item(ChecklistItemId::ObjectsDeployed), &tick).await;
    assert_eq!(of(SetupStepId::InstallPackage).await, (vec![ADMIN.to_owned()], 0));
}

#[tokio::test]
async fn whom_the_guide_and_the_check_list_name_has_an_id_until_removed() {
    let server = Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await;
    let admin = server.admin().await;
    let bea = server.administrator("bea@example.com").await;
    let user = admin.get("/users?search=bea@example.com").await.json::<List<User>>().items.remove(0);
    let tick = Tick { ticked: true, out_of_order: true };
    bea.put(&paths::prerequisite(PrerequisiteId::ActionsEnabled), &tick).await;
    bea.put(&paths::checklist_item(ChecklistItemId::ObjectsDeployed), &tick).await;
    bea.put(&paths::checklist_item(ChecklistItemId::Governance), &tick).await;
    invite(&bea, ADA).await;
    bea.connect_salesforce(&server, "bea@example.com").await;

    let named = async || {
        let guide = guide(&admin).await;
        let list: SalesforceSetup = admin.get(paths::SALESFORCE_SETUP).await.json();
        let governance = list.items.into_iter().find(|item| item.id == ChecklistItemId::Governance);
        let PrerequisiteState::Ticked { by, .. } = guide.prerequisites[0].state.clone() else {
            panic!("{:?}", guide.prerequisites);
        };
        let ticked = [by, governance.unwrap().ticked.unwrap().by];
        let did = [5, 6].map(|step: usize| guide.steps[step].by.clone().unwrap());
        let waited_for = guide.steps[5].waits_for.clone();
        ticked.into_iter().chain(did).chain(waited_for).collect::<Vec<_>>()
    };
    let people = named().await;
    assert_eq!(people, vec![PersonName { name: "bea@example.com".to_owned(), id: Some(user.id.clone()) }; 5]);
    let steps = guide(&admin).await.steps;
    // The invitation of an administrator ends with the one who sent it, and so does the step.
    for step in [0, 1] {
        assert_eq!(steps[step].by.as_ref().unwrap().id, Some(user.id.clone()));
    }

    assert_eq!(admin.delete(&paths::user(&user.id)).await.status, 204);
    let gone = named().await;
    assert_eq!(
        gone,
        vec![PersonName { name: "bea@example.com".to_owned(), id: None }; 5],
        "the names of then stay"
    );
}

#[tokio::test]
async fn step_2_was_last_changed_by_an_administrator_whoever_else_connects() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let member = server.member("eve@example.com").await;
    server.clock.advance(Duration::from_secs(60));
    member.connect_salesforce(&server, "eve@example.com").await;
    let step = guide(&admin).await.steps.remove(1);
    assert_eq!((step.state, by(&step)), (Done, Some(ADMIN)));
}
