//! The second step: who is invited, who is not and why, before anything happens.

use leptos::prelude::*;

use super::STEP_HEADING;
use super::flow::{Flow, LeftOut, Review, Step};
use super::people::{LeftOutTable, PeopleTable, Person};
use super::words;
use crate::i18n;
use crate::t;
use crate::ui::{Button, ButtonKind};

#[component]
pub(super) fn ReviewStep(flow: Flow) -> impl IntoView {
    let review = flow.step.with_untracked(|step| match step {
        Step::Reviewing(review) => Some(review.clone()),
        _ => None,
    });
    review.map(|review| {
        let count = review.invited.len();
        let nobody = (count == 0).then(|| t!("invite.nobody_left"));
        view! {
            <div class="stack-large">
                <section class="card">
                    <h2 id=STEP_HEADING tabindex="-1">{t!("invite.review_title", count = count)}</h2>
                    {summary(&review.left_out)}
                    <Invited review=review.clone() />
                </section>
                <LeftOutTable left_out=review.left_out />
                <div class="actions">
                    <Button
                        kind=ButtonKind::Primary
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

/// "2 people are left out", and how many for which reason.
fn summary(left_out: &[LeftOut]) -> Option<impl IntoView + use<>> {
    (!left_out.is_empty()).then(|| {
        view! {
            <p>{t!("invite.left_out", count = left_out.len())}</p>
            <ul class="reasons">
                {words::counts(left_out).into_iter().map(|(kind, count)| view! {
                    <li>{t!("invite.left_out_kind", reason = kind, number = count)}</li>
                }).collect_view()}
            </ul>
        }
    })
}

/// What they are sent, and who they are.
#[component]
fn Invited(review: Review) -> impl IntoView {
    let language = i18n::native_name(review.options.language);
    (!review.invited.is_empty()).then(|| view! {
        <p class="quiet">{t!("invite.mail_summary", language = language, count = review.options.expires_in_days)}</p>
        <PeopleTable people=review.invited.iter().map(Person::from).collect() caption=t!("invite.invited_caption") />
    })
}
