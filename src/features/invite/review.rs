//! The second step: who is invited, who is not and why, before anything happens.

use api_types::NewRow;
use leptos::prelude::*;

use super::STEP_HEADING;
use super::flow::{Flow, LeftOut, Review, Step};
use super::words;
use crate::i18n;
use crate::t;
use crate::ui::{Button, ButtonKind, IconName, Status};

/// Rows drawn at most in each table.
const DRAWN: usize = 300;

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
                    <InvitedTable review=review.clone() />
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

fn full_name(row: &NewRow) -> String {
    let parts = [row.first_name.as_deref(), row.last_name.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn more(total: usize) -> Option<impl IntoView> {
    total.checked_sub(DRAWN).filter(|hidden| *hidden > 0).map(|hidden| {
        view! { <p class="quiet small">{t!("invite.more_rows", count = hidden)}</p> }
    })
}

#[component]
fn InvitedTable(review: Review) -> impl IntoView {
    let total = review.invited.len();
    let language = i18n::native_name(review.options.language);
    (total > 0).then(|| view! {
        <p class="quiet">{t!("invite.mail_summary", language = language, count = review.options.expires_in_days)}</p>
        <div class="table-frame" tabindex="0" role="group" aria-label=t!("invite.invited_caption")>
            <table class="table">
                <caption class="visually-hidden">{t!("invite.invited_caption")}</caption>
                <thead><tr>
                    <th scope="col">{t!("field.email")}</th>
                    <th scope="col">{t!("invite.name")}</th>
                    <th scope="col">{t!("field.status")}</th>
                </tr></thead>
                <tbody>
                    {review.invited.iter().take(DRAWN).map(|row| view! {
                        <tr>
                            <th scope="row"><bdi class="address">{row.email.clone()}</bdi></th>
                            <td data-label=t!("invite.name")><bdi>{full_name(row)}</bdi></td>
                            <td data-label=t!("field.status")>
                                <Status tone="good" icon=IconName::Check label=t!("verdict.ready") />
                            </td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
        {more(total)}
    })
}

/// Everybody who is not invited, each with the reason.
#[component]
pub(super) fn LeftOutTable(left_out: Vec<LeftOut>) -> impl IntoView {
    let total = left_out.len();
    (total > 0).then(|| view! {
        <section class="card">
            <h2>{t!("invite.left_out_title")}</h2>
            <div class="table-frame" tabindex="0" role="group" aria-label=t!("invite.left_out_title")>
                <table class="table">
                    <caption class="visually-hidden">{t!("invite.left_out_title")}</caption>
                    <thead><tr>
                        <th scope="col">{t!("field.email")}</th>
                        <th scope="col">{t!("field.status")}</th>
                        <th scope="col">{t!("invite.reason")}</th>
                    </tr></thead>
                    <tbody>
                        {left_out.iter().take(DRAWN).map(|left_out| {
                            let address = match left_out {
                                LeftOut::Chip(chip) => chip.entry.address.clone(),
                                LeftOut::Judged { row, .. } => row.email.clone(),
                            };
                            view! {
                                <tr>
                                    <th scope="row"><bdi class="address">{address}</bdi></th>
                                    <td data-label=t!("field.status")>
                                        <Status tone="notice" icon=IconName::Alert label=words::kind(left_out) />
                                    </td>
                                    <td data-label=t!("invite.reason")>{words::reason(left_out)}</td>
                                </tr>
                            }
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
            {more(total)}
        </section>
    })
}
