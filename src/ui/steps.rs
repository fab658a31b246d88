use leptos::prelude::*;

use super::{Icon, IconName};
use crate::t;

/// The position in a long flow. Finished steps can be returned to while `on_back` allows it.
#[component]
pub(crate) fn Steps(
    labels: Vec<String>,
    /// The index of the current step.
    #[prop(into)]
    at: Signal<usize>,
    /// Called with the index of a finished step.
    #[prop(into)]
    on_back: Signal<Option<Callback<usize>>>,
) -> impl IntoView {
    view! {
        <ol class="steps" aria-label=t!("common.steps")>
            {move || {
                let (back, at) = (on_back.get(), at.get());
                labels.iter().cloned().enumerate().map(|(index, label)| {
                    let (is_done, is_current, is_ahead) = (index < at, index == at, index > at);
                    let number = if is_done {
                        view! { <Icon name=IconName::Check /> }.into_any()
                    } else {
                        view! { <span>{index + 1}</span> }.into_any()
                    };
                    let content = match back.filter(|_| is_done) {
                        Some(back) => view! {
                            <button type="button" on:click=move |_| back.run(index)>{label}<span class="visually-hidden">{t!("common.step_done")}</span></button>
                        }.into_any(),
                        None => view! { <span class:hidden-below-480=is_ahead>{label}</span> }.into_any(),
                    };
                    view! {
                        <li
                            class:step-done=is_done
                            class:step-current=is_current
                            aria-current=is_current.then_some("step")
                        ><span class="step-number" aria-hidden="true">{number}</span>{content}</li>
                    }
                }).collect_view()
            }}
        </ol>
    }
}
