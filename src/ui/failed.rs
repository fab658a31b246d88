use leptos::prelude::*;

use super::{Button, Icon, IconName, waiting};
use crate::i18n::Message;
use crate::platform::connectivity;
use crate::t;

/// Why what was just pressed was refused.
pub(crate) fn why_refused(message: Message) -> AnyView {
    view! { <p class="field-error" role="alert">{waiting(message)}</p> }.into_any()
}

/// Shown in place of something that could not be loaded or done. If the server was away, retries as soon as it is back.
#[component]
pub(crate) fn Failed(
    #[prop(into)] message: Message,
    #[prop(default = None)] request_id: Option<String>,
    #[prop(default = None)] on_retry: Option<Callback<()>>,
    /// The id of the retry button.
    #[prop(default = "try-again".to_owned())]
    retry_id: String,
    /// Whether a retry is running.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    if let Some(retry) = on_retry {
        connectivity::on_return(move || {
            if !busy.get_untracked() {
                retry.run(());
            }
        });
    }
    view! {
        <div class="failed" role="alert">
            <p><Icon name=IconName::Alert />{waiting(message)}</p>
            {request_id.map(|id| view! {
                <details><summary>{t!("common.details")}</summary><p>{t!("common.request_id")} " " <code>{id}</code></p></details>
            })}
            {on_retry.map(|retry| view! { <Button id=retry_id busy on_press=retry>{t!("common.try_again")}</Button> })}
        </div>
    }
}
