//! Actions on a connection: checking it now, and ending it.

use leptos::prelude::*;

use crate::api::Failure;
use crate::data::Loader;
use crate::domain::setup;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{Button, Confirmation, Question, QuestionDialog, Submission, Tone, notify};

/// Checks the connection when pressed, and shows the result.
#[component]
pub(crate) fn CheckNow<T: Clone + Send + Sync + 'static>(
    /// The id of the button, which gets the focus back after its surroundings are rendered again.
    id: &'static str,
    loader: Loader<T>,
    check: impl AsyncFn() -> Result<T, Failure> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let checking = Submission::new();
    let press = Callback::new(move |()| {
        let pressed = dom::InputMark::now();
        checking.send(async move {
            loader.refresh(check()).await;
            pressed.focus(id);
            spawn(setup::refresh());
            Ok(())
        });
    });
    view! { <Button id busy=checking.busy on_press=press>{t!("connection.check_now")}</Button> }
}

/// Ends the connection, after a confirmation.
#[component]
pub(crate) fn Disconnect<T: Clone + Send + Sync + 'static>(
    /// The screen keeps it: a check that ends meanwhile renders what is around the button anew.
    ending: Confirmation,
    loader: Loader<T>,
    disconnect: impl AsyncFn() -> Result<(), Failure> + Copy + Send + Sync + 'static,
    /// Reads the state without the connection.
    read: impl AsyncFn() -> Result<T, Failure> + Copy + Send + Sync + 'static,
    /// The question.
    title: String,
    /// The consequences.
    text: String,
    /// The notice afterwards.
    done: String,
    /// Why the user cannot end it.
    #[prop(default = None)]
    disabled_reason: Option<String>,
) -> impl IntoView {
    let question = Question { title, text, action: term!("common.disconnect").in_line(), danger: true };
    let ask = Callback::new(move |()| {
        let done = done.clone();
        ending.ask(question.clone(), move || {
            let done = done.clone();
            async move {
                let pressed = dom::InputMark::now();
                disconnect().await?;
                ending.close();
                notify(Tone::Success, done);
                loader.refresh(read()).await;
                pressed.focus(dom::PAGE_TITLE);
                setup::refresh().await;
                Ok(())
            }
        });
    });
    view! {
        <Button disabled_reason=Signal::stored(disabled_reason) on_press=ask>{term!("common.disconnect")}</Button>
        <QuestionDialog confirmation=ending />
    }
}
