//! The state of a connection.

use api_types::ConnectionCheck;
use leptos::prelude::*;

use crate::api::connection_failure;
use crate::i18n;
use crate::t;
use crate::ui::{Icon, IconName, Status, Tone};

/// In one word: connected, or needs attention.
#[component]
pub(crate) fn ConnectionStatus(check: ConnectionCheck) -> impl IntoView {
    if check.passed() {
        view! { <Status tone=Tone::Success icon=IconName::Check label=t!("connection.healthy") /> }
    } else {
        view! { <Status tone=Tone::Failure icon=IconName::Alert label=t!("connection.attention") /> }
    }
}

/// When it was last checked.
pub(crate) fn last_check(check: &ConnectionCheck) -> impl IntoView + use<> {
    view! { <time datetime=check.at.0.clone()>{i18n::date_time(check.at.as_str())}</time> }
}

/// What is wrong and what to do, if anything.
#[component]
pub(crate) fn ConnectionTrouble(check: ConnectionCheck) -> impl IntoView {
    check.failure.map(|failure| {
        view! {
            <div class="failed" role="alert">
                <p><Icon name=IconName::Alert /><strong>{connection_failure::message(failure)}</strong></p>
                <p>{connection_failure::fix(failure)}</p>
            </div>
        }
    })
}
