//! The dialog that shows a secret, once.

use leptos::prelude::*;

use super::state::{Screen, row_id};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Button, ButtonKind, CopySecret, Dialog, IconName, Note, SecretText, Tone};

#[component]
pub(super) fn SecretDialog(screen: Screen) -> impl IntoView {
    let (told, held) = (screen.told, screen.held);
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(told.with(Option::is_some)));
    let close = Callback::new(move |()| {
        let Some(id) = told.get_untracked() else { return };
        held.forget();
        told.set(None);
        let pressed = dom::InputMark::now();
        spawn(async move {
            screen.refresh().await;
            pressed.focus(row_id(&id));
        });
    });
    view! {
        // Escape would lose the secret, which is shown once.
        <Dialog open title=Signal::derive(|| t!("webhooks.secret_title")) on_close=Callback::new(|()| ())>
            {move || told.with(Option::is_some).then(|| view! {
                <Note tone=Tone::Warning icon=IconName::Alert>{t!("webhooks.secret_once")}</Note>
                <SecretText held />
                <div class="dialog-actions">
                    <CopySecret held label=t!("webhooks.copy") />
                    <Button kind=ButtonKind::Primary on_press=close>{t!("api_keys.stored")}</Button>
                </div>
            })}
        </Dialog>
    }
}
