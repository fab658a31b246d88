//! The second step: who is invited, and who is not and why, before anything happens.

use leptos::prelude::*;

use super::labels;
use super::people::{LeftOutTable, PeopleTable, Person};
use super::state::{Flow, LeftOut, Review, STEP_HEADING, Step};
use crate::domain::account::UnknownNote;
use crate::domain::invitations::options::OptionsSummary;
use crate::domain::setup::BeforeSetUp;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Button, ButtonKind};

#[component]
pub(super) fn ReviewStep(flow: Flow) -> impl IntoView {
    let review = Memo::new(move |_| flow.step.with(|step| step.review().cloned()));
    let ask_again = Callback::new(move |()| spawn(flow.review()));
    let checking = Signal::derive(move || flow.step.with(|step| matches!(step, Step::Checking { .. })));
    let correct = Callback::new(move |(id, address)| {
        spawn(async move {
            flow.correct_reviewed(id, address).await;
            // The pressed button disappears with the problem that it corrected.
            dom::keep_focus(STEP_HEADING);
        });
    });
    let remove_unfit = Callback::new(move |()| {
        flow.remove_unfit();
        dom::keep_focus(STEP_HEADING);
    });
    move || {
        review.get().map(|review| {
            let count = review.invited.len();
            let unfit = review.unfit();
            let nobody = (count == 0).then(|| t!("invite.nobody_left"));
            view! {
                <div class="stack-large">
                    <section class="card">
                        <h2 id=STEP_HEADING tabindex="-1">{t!("invite.review_title", count = count)}</h2>
                        {summary(&review.left_out)}
                        <BeforeSetUp />
                        <UnknownNote unknown=flow.unknown is_older=flow.is_older asking=false on_ask=ask_again />
                        <Invited flow review=review.clone() on_correct=correct />
                    </section>
                    <LeftOutTable left_out=review.left_out on_correct=Some(correct)>
                        {(unfit > 0).then(|| view! {
                            <div class="actions">
                                <Button waiting=checking on_press=remove_unfit>{t!("invite.remove_unfit", count = unfit)}</Button>
                            </div>
                        })}
                    </LeftOutTable>
                    <div class="actions sticky-actions">
                        <Button
                            kind=ButtonKind::Primary
                            busy=checking
                            disabled_reason=Signal::stored(nobody)
                            on_press=Callback::new(move |()| flow.invite())
                        >
                            {t!("invite.invite_people", count = count)}
                        </Button>
                        <Button on_press=Callback::new(move |()| flow.back())>{t!("common.back")}</Button>
                    </div>
                </div>
            }
        })
    }
}

/// "2 people are left out", with the counts by reason.
fn summary(left_out: &[LeftOut]) -> Option<impl IntoView + use<>> {
    (!left_out.is_empty()).then(|| {
        view! {
            <p>{t!("invite.left_out", count = left_out.len())}</p>
            <ul class="reasons">
                {labels::counts(left_out).into_iter().map(|(kind, count)| view! {
                    <li>{t!("invite.left_out_kind", reason = kind, number = count)}</li>
                }).collect_view()}
            </ul>
        }
    })
}

/// The role and the mail that they get, and the people.
#[component]
fn Invited(flow: Flow, review: Review, on_correct: Callback<(u32, String)>) -> impl IntoView {
    (!review.invited.is_empty()).then(|| view! {
        <OptionsSummary options=review.options workspace=untrack(|| flow.options.workspace_name()) />
        <PeopleTable people=review.invited.iter().map(Person::from).collect() caption=t!("invite.invited_caption") on_correct=Some(on_correct) />
    })
}
