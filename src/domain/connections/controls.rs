//! Actions on a connection: checking it now, and ending it.

use leptos::prelude::*;

use crate::api::Failure;
use crate::data::Loader;
use crate::domain::setup;
use crate::platform::dom;
use crate::platform::tasks::spawn;
use crate::t;
use crate::term;
use crate::ui::{Button, ConfirmDialog, Submission, Tone, notify};

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

/// The question whether to end a connection, and the request that ends it. The screen keeps it: a check that ends meanwhile
/// renders what is around the button anew.
#[derive(Clone, Copy)]
pub(crate) struct Ending {
    is_asked: RwSignal<bool>,
    request: Submission,
}

impl Ending {
    pub(crate) fn new() -> Self {
        Self { is_asked: RwSignal::new(false), request: Submission::new() }
    }
}

/// Ends the connection, after a confirmation.
#[component]
pub(crate) fn Disconnect<T: Clone + Send + Sync + 'static>(
    ending: Ending,
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
    let Ending { is_asked, request: request @ Submission { busy, refusal } } = ending;
    let confirm = Callback::new(move |()| {
        let done = done.clone();
        let pressed = dom::InputMark::now();
        request.send(async move {
            disconnect().await?;
            is_asked.try_set(false);
            notify(Tone::Success, done);
            loader.refresh(read()).await;
            pressed.focus(dom::PAGE_TITLE);
            setup::refresh().await;
            Ok(())
        });
    });
    let ask = Callback::new(move |()| {
        request.forget();
        is_asked.set(true);
    });
    view! {
        <Button disabled_reason=Signal::stored(disabled_reason) on_press=ask>{term!("common.disconnect")}</Button>
        <ConfirmDialog
            open=is_asked
            title
            text
            action=term!("common.disconnect").in_line()
            danger=true
            busy
            failure=refusal
            on_confirm=confirm
            on_close=Callback::new(move |()| is_asked.set(false))
        />
    }
}
