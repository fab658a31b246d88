use api_types::ConnectionFailure;
use leptos::prelude::*;

use super::flow::{SalesforceFlow, Stage};
use crate::api::connection_failure;
use crate::i18n::Message;
use crate::platform::dom;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, Failed, Icon, IconName, Note, Tone};

/// The id of the button that closes the dialog.
const LEAVE: &str = "flow-leave";

/// The appearance of a stage: changes of the flow's data alone do not render it again.
#[derive(Clone, PartialEq)]
enum Look {
    Closed,
    Explaining { busy: bool },
    Waiting,
    Blocked,
    OutOfSight,
    Failed(ConnectionFailure),
    Refused(Message, Option<String>),
}

impl From<&Stage> for Look {
    fn from(stage: &Stage) -> Self {
        match stage {
            Stage::Idle => Self::Closed,
            Stage::Preparing => Self::Explaining { busy: true },
            Stage::Ready(_) => Self::Explaining { busy: false },
            Stage::Waiting(_) => Self::Waiting,
            Stage::Blocked(_) => Self::Blocked,
            Stage::OutOfSight(_) => Self::OutOfSight,
            Stage::Failed(failure) => Self::Failed(*failure),
            Stage::Refused(failure) => Self::Refused(failure.message(), failure.request_id.clone()),
        }
    }
}

/// Leads through a flow: explains, opens the window, waits, and shows the outcome.
#[component]
pub(crate) fn FlowDialog(
    flow: SalesforceFlow,
    #[prop(into)] title: String,
    /// Shows the final outcome.
    #[prop(into)]
    outcome: String,
    /// Starts over.
    on_again: Callback<()>,
    /// Whether Salesforce is never shown in this window, as something on the screen waits for the outcome.
    #[prop(optional)]
    keeps_page: bool,
) -> impl IntoView {
    let look = Memo::new(move |_| flow.stage.with(|stage| Look::from(stage)));
    // Between requesting the flow and receiving it, only the button changes.
    let page = Memo::new(move |_| match look.get() {
        Look::Explaining { .. } => Look::Explaining { busy: false },
        look => look,
    });
    let busy = Signal::derive(move || look.get() == Look::Explaining { busy: true });
    // The pressed button disappears together with its stage.
    Effect::new(move |_| {
        page.track();
        dom::keep_focus(LEAVE);
    });
    let close = Callback::new(move |()| flow.close());
    let open = Callback::new(move |()| flow.open());
    let here = Callback::new(move |()| flow.continue_here());
    view! {
        <Dialog open=Signal::derive(move || look.get() != Look::Closed) title on_close=close>
            {
                let outcome = outcome.clone();
                move || match page.get() {
                    Look::Closed => ().into_any(),
                    Look::Explaining { .. } => view! {
                        <ol class="numbered">
                            <li>{t!("salesforce_flow.step_window")}</li>
                            <li>{t!("salesforce_flow.step_allow")}</li>
                            <li>{outcome.clone()}</li>
                        </ol>
                        <Buttons close cancel=t!("common.cancel")>
                            <Button kind=ButtonKind::Primary busy on_press=open>{term!("common.ok")}</Button>
                        </Buttons>
                    }
                    .into_any(),
                    Look::Waiting => view! {
                        <p class="waiting" role="status"><span class="spinner" aria-hidden="true"></span>{t!("salesforce_flow.waiting")}</p>
                        <Buttons close cancel=t!("common.cancel") />
                    }
                    .into_any(),
                    Look::Blocked => view! {
                        <Note tone=Tone::Warning icon=IconName::Alert alert=true>{match keeps_page {
                            true => t!("proof.window_blocked"),
                            false => t!("salesforce_flow.blocked"),
                        }}</Note>
                        <Buttons close cancel=t!("common.cancel")>
                            <Button on_press=open>{t!("common.try_again")}</Button>
                            {(!keeps_page).then(|| view! {
                                <Button kind=ButtonKind::Primary on_press=here>{t!("salesforce_flow.continue_here")}</Button>
                            })}
                        </Buttons>
                    }
                    .into_any(),
                    Look::OutOfSight => view! {
                        <Note tone=Tone::Warning alert=true>{t!("salesforce_flow.out_of_sight")}</Note>
                        <Buttons close cancel=t!("common.cancel")>
                            <Button kind=ButtonKind::Primary on_press=on_again>{t!("salesforce_flow.start_again")}</Button>
                        </Buttons>
                    }
                    .into_any(),
                    Look::Failed(failure) => view! {
                        <div class="failed" role="alert">
                            <p><Icon name=IconName::Alert /><strong>{connection_failure::message(failure)}</strong></p>
                            <p>{connection_failure::fix(failure)}</p>
                        </div>
                        <Buttons close cancel=t!("common.close")>
                            <Button kind=ButtonKind::Primary on_press=on_again>{t!("common.try_again")}</Button>
                        </Buttons>
                    }
                    .into_any(),
                    Look::Refused(message, request_id) => view! {
                        <Failed message request_id />
                        <Buttons close cancel=t!("common.close")>
                            <Button kind=ButtonKind::Primary on_press=on_again>{t!("common.try_again")}</Button>
                        </Buttons>
                    }
                    .into_any(),
                }
            }
        </Dialog>
    }
}

#[component]
fn Buttons(
    close: Callback<()>,
    cancel: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="dialog-actions">
            <Button id=LEAVE on_press=close>{cancel}</Button>
            {children.map(|children| children())}
        </div>
    }
}
