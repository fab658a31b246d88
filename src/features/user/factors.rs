//! The person's second factors, and removing all of them once they are lost.

use api_types::{Factors, UserId};
use leptos::prelude::*;

use crate::api::factors;
use crate::data::{Load, Loader, loaded};
use crate::domain::second_factors::in_words;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{Button, Confirmation, Question, QuestionDialog, Tone, notify};

/// The id of the heading, which takes the focus of the button, which is gone afterwards.
const TITLE: &str = "factors-title";

/// `name` is how the person is called.
#[component]
pub(super) fn SecondFactors(id: UserId, name: String, on_reset: Callback<()>) -> impl IntoView {
    let known = Loader::<Factors>::new();
    let resetting = Confirmation::new();
    let id = StoredValue::new(id);
    let read = move || async move { factors::of(&id.get_value()).await };
    let load = move || spawn(async move { known.load(read()).await });
    load();
    let has_any = Memo::new(move |_| {
        known.state.with(|state| matches!(state, Load::Ready(factors) if in_words(factors).is_some()))
    });
    let name = StoredValue::new(name);
    let ask = Callback::new(move |()| {
        let question = Question {
            title: t!("factors.reset_title", name = name.get_value()),
            text: t!("factors.reset_text"),
            action: t!("factors.reset"),
            danger: true,
        };
        resetting.ask(question, move || async move {
            let pressed = dom::InputMark::now();
            factors::reset(&id.get_value()).await?;
            resetting.close();
            notify(Tone::Success, t!("factors.reset_done", name = name.get_value()));
            known.refresh(read()).await;
            on_reset.try_run(());
            pressed.focus(TITLE);
            Ok(())
        });
    });
    view! {
        <section class="card" aria-labelledby=TITLE>
            <h2 id=TITLE tabindex="-1">{term!("factors.title")}</h2>
            {loaded(known, 1, load, |factors| words(&factors))}
            <Show when=move || has_any.get()>
                <div class="actions"><Button on_press=ask>{t!("factors.reset")}</Button></div>
            </Show>
        </section>
        <QuestionDialog confirmation=resetting />
    }
}

fn words(factors: &Factors) -> AnyView {
    match in_words(factors) {
        None => view! { <p class="reason">{t!("factors.has_none")}</p> }.into_any(),
        Some(what) => view! {
            <p>{what}</p>
            <p class="reason">{t!("factors.codes_left", count = factors.recovery_codes_left)}</p>
        }
        .into_any(),
    }
}
