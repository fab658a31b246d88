use leptos::prelude::*;

use super::chosen::Chosen;
use super::invite_dialog::{Asked, InviteDialog};
use super::purpose::Purpose;
use super::state::{Flow, NEXT};
use super::step::{STEP_HEADING, Stage, Step};
use super::{compare_step, file_step, handed, mapping_step, people_step, review_step, sending_step};
use crate::domain::navigation::{Place, Route};
use crate::domain::roster::handover::{self, HostTable};
use crate::domain::roster::{sheets, worker};
use crate::platform::{dom, spawn, timers};
use crate::t;
use crate::term;
use crate::ui::{HelpPage, Page, ProgressBar, QuestionDialog, Stand, Steps, follow_history};

#[component]
pub(crate) fn InviteUsersViaCsv() -> impl IntoView {
    let crumbs = Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)]);
    view! {
        <Page title=term!("users.invite_users_via_csv") purpose=t!("invite_csv.purpose") crumbs help=HelpPage::InviteCsv>
            <FlowSteps purpose=Purpose::Invite />
        </Page>
    }
}

/// People who were chosen of the connected org: they are reviewed and invited like those of a file.
#[component]
pub(crate) fn ReviewFromSalesforce() -> impl IntoView {
    let crumbs = Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)]);
    view! {
        <Page title=t!("users.invite_users_from_salesforce") purpose=t!("salesforce_people.review_purpose") crumbs
            help=HelpPage::InviteSalesforce>
            <FlowSteps purpose=Purpose::Salesforce />
        </Page>
    }
}

/// A file of members: what it changes is compared with the account, and shown by the screen of its batch.
#[component]
pub(crate) fn UpdateUsersViaCsv() -> impl IntoView {
    let crumbs = Place::AdminSettings.crumbs_below([(term!("nav.user_management"), Route::Users)]);
    view! {
        <Page title=t!("users.update_users_via_csv") purpose=t!("changes.purpose") crumbs help=HelpPage::Users>
            <FlowSteps purpose=Purpose::Change />
        </Page>
    }
}

/// The same without an account, a backend or a network: the results are files.
#[component]
pub(crate) fn CheckCsvFile() -> impl IntoView {
    view! {
        <Page title=t!("nav.validate") purpose=t!("validate.purpose") help=HelpPage::Validate>
            <FlowSteps purpose=Purpose::Validate />
        </Page>
    }
}

#[component]
fn FlowSteps(purpose: Purpose) -> impl IntoView {
    let flow = Flow::current();
    let first = purpose.first_stage();
    worker::warm_up();
    spawn(async {
        timers::idle().await;
        sheets::started().await;
    });
    flow.take_up(purpose);
    flow.follow_worker();
    if purpose.has_account() {
        flow.remembered.learn();
    }
    let stage = Memo::new(move |_| flow.step.with(Step::stage));
    let stand = Memo::new(move |_| match stage.get() {
        Stage::Sending | Stage::Comparing => Stand::Over,
        stage => Stand::At(stage.number().saturating_sub(first)),
    });
    follow_history(purpose.route().path(), purpose.steps(), stand, move |number| flow.go_to(number + first));
    let has_looked = RwSignal::new(false);
    if purpose.is_chosen() {
        take_handed_over(flow);
    } else {
        handover::take();
        spawn(async move {
            flow.take_up_draft().await;
            has_looked.try_set(true);
        });
    }
    let asked = RwSignal::new(None);
    match purpose {
        Purpose::Invite => take_rows_of_host(flow, asked.into(), has_looked.into()),
        Purpose::Validate => handed::take(flow),
        Purpose::Salesforce | Purpose::Change => {}
    }
    Effect::new(move |before: Option<Stage>| {
        let now = stage.get();
        if before.is_some_and(|before| before != now) {
            let chosen = flow.step.with_untracked(|step| step.opened().is_some());
            dom::after_paint(move || {
                dom::focus(match now {
                    Stage::Choosing if chosen => NEXT,
                    Stage::Choosing => dom::PAGE_TITLE,
                    _ => STEP_HEADING,
                });
            });
        }
        now
    });
    on_cleanup(move || flow.replace_nothing());
    let is_chosen = purpose.is_chosen();
    // The place of the first step is that of file and mapping.
    let before = usize::from(is_chosen);
    let at = Signal::derive(move || {
        // A sending that came to nothing is no step further.
        let now = if flow.can_review_again() { Stage::Reviewing } else { stage.get() };
        now.number().saturating_sub(before)
    });
    let to_people = people_step::way_back();
    let back = Callback::new(move |index| match index {
        0 if is_chosen => to_people.run(()),
        index => flow.back_to(index + before),
    });
    let on_back = Signal::derive(move || stage.get().can_go_back().then_some(back));
    view! {
            {purpose.invites().then(|| view! { <InviteDialog flow asked /> })}
            <QuestionDialog confirmation=flow.replacing />
            <div class="csv-flow stack-large">
                <Steps labels=purpose.step_labels() at on_back />
                {move || match stage.get() {
                    Stage::Choosing | Stage::Mapping if is_chosen => {
                        view! { <people_step::PeopleStep flow /> }.into_any()
                    }
                    Stage::Choosing => view! { <file_step::FileStep flow /> }.into_any(),
                    Stage::Mapping => view! { <mapping_step::MappingStep flow asked /> }.into_any(),
                    Stage::Checking => view! { <Checking flow /> }.into_any(),
                    Stage::Reviewing => view! { <review_step::ReviewStep flow asked /> }.into_any(),
                    Stage::Sending => view! { <sending_step::SendingStep flow /> }.into_any(),
                    Stage::Comparing => view! { <compare_step::CompareStep flow /> }.into_any(),
                }}
            </div>
    }
}

/// Takes the table that another screen has made, once nothing is prepared for sending any more from the file before.
fn take_handed_over(flow: Flow) {
    let take = move || handover::take().into_iter().for_each(|table| flow.take_over(table));
    if !untrack(|| flow.is_preparing()) {
        return take();
    }
    let is_preparing = Memo::new(move |_| flow.is_preparing());
    Effect::new(move |_| {
        if !is_preparing.get() {
            // After those who look at what was sent have seen it.
            spawn(async move { take() });
        }
    });
}

/// What the page around the panel hands over, now and as long as this is shown: once it is known what an earlier visit has left,
/// and never in place of what a person has done or is being asked.
fn take_rows_of_host(flow: Flow, asked: Signal<Option<Asked>>, has_looked: Signal<bool>) {
    let waiting = handover::waiting_of_host();
    let taken = StoredValue::new_local(None::<HostTable>);
    Effect::new(move |_| {
        waiting.track();
        if !has_looked.get() {
            return;
        }
        let Some(mut table) = waiting.write_untracked().take() else { return };
        if asked.with_untracked(Option::is_some) || flow.is_at_work() {
            return table.answer(Err("somebody is at work on other rows in this panel."));
        }
        let targets = std::mem::take(&mut table.targets);
        flow.choose(vec![Chosen::of_host(table.file.clone(), targets)]);
        taken.set_value(Some(table));
    });
    Effect::new(move |_| {
        if let Some(outcome) = flow.of_rows()
            && let Some(table) = taken.try_update_value(Option::take).flatten()
        {
            table.answer(outcome);
        }
    });
}

/// Shown while the whole file is read; a small one is done before it becomes visible.
#[component]
fn Checking(flow: Flow) -> impl IntoView {
    let progress = Memo::new(move |_| {
        flow.step.with(|step| match step {
            Step::Checking { progress, .. } => *progress,
            _ => worker::Progress::default(),
        })
    });
    let to_people = people_step::way_back();
    let cancel = Callback::new(move |()| {
        flow.back_to(Stage::Mapping.number());
        if flow.purpose.get_untracked().is_chosen() {
            to_people.run(());
        }
    });
    view! {
        <div class="card after-a-moment">
            <ProgressBar
                label=t!("invite_csv.checking")
                done=Signal::derive(move || progress.get().bytes as f64)
                total=Signal::derive(move || progress.get().total as f64)
                text=Signal::derive(move || t!("invite_csv.checking_rows", count = progress.get().rows))
            />
            <div class="actions"><crate::ui::Button on_press=cancel>{t!("common.cancel")}</crate::ui::Button></div>
        </div>
    }
}
