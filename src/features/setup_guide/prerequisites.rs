use std::slice;

use api_types::{Prerequisite, PrerequisiteId, PrerequisiteState};
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use crate::api::setup_guide;
use crate::data::Overlap;
use crate::domain::people::{in_text, with_links};
use crate::domain::setup::steps::{PREREQUISITES_ANCHOR, prerequisite as title};
use crate::domain::setup::{self, support};
use crate::i18n;
use crate::t;
use crate::term;
use crate::ui::{Icon, IconName, Status, Submission, Tone, announce};

/// What must be in place before the first step: found by the backend, or ticked by hand. Folded where all of it was in
/// place already; what is ticked here stays in sight.
#[component]
pub(super) fn Prerequisites(prerequisites: Memo<Vec<Prerequisite>>) -> impl IntoView {
    let are_met = Memo::new(move |_| {
        prerequisites.with(|all| all.iter().all(|one| one.state != PrerequisiteState::Open))
    });
    let is_folded = are_met.get_untracked();
    let overlap = Overlap::new();
    view! {
        <details class="card prerequisites" id=PREREQUISITES_ANCHOR open=!is_folded>
            <summary id="prerequisites-title">
                <h2>{term!("setup_guide.prerequisites")}</h2>
                {move || are_met.get().then(|| view! {
                    <Status tone=Tone::Success icon=IconName::Check label=t!("setup_guide.prerequisites_met") />
                })}
                <Icon name=IconName::ChevronDown />
            </summary>
            <ul class="stack">
                {PrerequisiteId::ALL.map(|id| {
                    let state = Memo::new(move |_| prerequisites.with(|all| {
                        all.iter().find(|one| one.id == id).map(|one| one.state.clone())
                    }));
                    view! { <Item id state overlap /> }
                }).into_iter().collect_view()}
            </ul>
        </details>
    }
}

fn hint(id: PrerequisiteId) -> AnyView {
    match id {
        PrerequisiteId::ActionsEnabled => view! {
            {t!("setup_guide.actions_enabled_text")} {i18n::sentence_gap()}
            <a href=support::url() target="_blank" rel="noopener noreferrer">{t!("setup_guide.support")}</a>
        }
        .into_any(),
        PrerequisiteId::MarketoSalesforceSync => t!("setup_guide.marketo_salesforce_sync_text").into_any(),
    }
}

/// Who ticked it or where it was found, and when.
fn evidence(state: &PrerequisiteState) -> Option<AnyView> {
    let (text, people) = match state {
        PrerequisiteState::Open => return None,
        PrerequisiteState::Ticked { by, at } => {
            let date = i18n::date_time(at.as_str());
            (t!("setup_guide.ticked_by", name = in_text(by), date = date), slice::from_ref(by))
        }
        PrerequisiteState::Verified { at } => {
            (t!("setup_guide.verified_at", date = i18n::date_time(at.as_str())), &[][..])
        }
    };
    Some(with_links(&(text + i18n::sentence_gap()), people))
}

#[component]
fn Item(id: PrerequisiteId, state: Memo<Option<PrerequisiteState>>, overlap: Overlap) -> impl IntoView {
    let ticking = Submission::new();
    let tick = move |input: HtmlInputElement| {
        let ticked = input.checked();
        if ticking.is_busy() {
            input.set_checked(!ticked);
            return;
        }
        ticking.attempt(async move {
            let (answer, is_doubtful) = overlap.make(setup_guide::tick(id, ticked)).await;
            // The box shows the actual state.
            let answer = answer.inspect_err(|_| input.set_checked(!ticked));
            let done = answer.map(|newer| setup::guide().replace(newer));
            if is_doubtful {
                setup::refresh().await;
            }
            done?;
            announce(if ticked {
                t!("setup_guide.ticked", what = title(id))
            } else {
                t!("setup_guide.unticked", what = title(id))
            });
            Ok(())
        });
    };
    let is_verified = Memo::new(move |_| matches!(state.get(), Some(PrerequisiteState::Verified { .. })));
    let is_ticked = Memo::new(move |_| matches!(state.get(), Some(PrerequisiteState::Ticked { .. })));
    let (box_id, hint_id) = (id.as_str(), format!("{}-hint", id.as_str()));
    let described = hint_id.clone();
    view! {
        <li class="prerequisite">
            {move || if is_verified.get() {
                view! {
                    <div class="check">
                        <Icon name=IconName::Check />
                        <strong>{title(id)}</strong>
                        <Status tone=Tone::Success icon=IconName::Check label=t!("setup_guide.verified") />
                    </div>
                }.into_any()
            } else {
                view! {
                    <div class="check">
                        <input
                            type="checkbox"
                            id=box_id
                            aria-describedby=described.clone()
                            aria-busy=move || ticking.busy.get().then_some("true")
                            prop:checked=move || is_ticked.get()
                            on:change:target=move |event| tick(event.target())
                        />
                        <label for=box_id><strong>{title(id)}</strong></label>
                    </div>
                }.into_any()
            }}
            <p class="reason" id=hint_id>
                {move || state.get().as_ref().and_then(evidence)}
                {move || (!is_verified.get()).then(|| hint(id))}
            </p>
        </li>
    }
}
