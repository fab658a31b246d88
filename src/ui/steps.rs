use leptos::prelude::*;

use super::{Icon, IconName};
use crate::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepState {
    Done,
    Current,
    Ahead,
}

/// Where one is in a long flow. Steps that are done can be gone back to while `on_back` allows it.
#[component]
pub(crate) fn Steps(
    #[prop(into)] steps: Signal<Vec<(String, StepState)>>,
    /// Called with the index of a step that is done.
    #[prop(into)]
    on_back: Signal<Option<Callback<usize>>>,
) -> impl IntoView {
    view! {
        <ol class="steps" aria-label=t!("common.steps")>
            {move || {
                let back = on_back.get();
                steps.get().into_iter().enumerate().map(|(index, (label, state))| {
                    let number = if state == StepState::Done {
                        view! { <Icon name=IconName::Check /> }.into_any()
                    } else {
                        view! { <span>{index + 1}</span> }.into_any()
                    };
                    let content = match back.filter(|_| state == StepState::Done) {
                        Some(back) => view! {
                            <button type="button" on:click=move |_| back.run(index)>{label}<span class="visually-hidden">{t!("common.step_done")}</span></button>
                        }.into_any(),
                        None => view! { <span>{label}</span> }.into_any(),
                    };
                    view! {
                        <li
                            class:step-done=state == StepState::Done
                            class:step-current=state == StepState::Current
                            aria-current=(state == StepState::Current).then_some("step")
                        ><span class="step-number" aria-hidden="true">{number}</span>{content}</li>
                    }
                }).collect_view()
            }}
        </ol>
    }
}
