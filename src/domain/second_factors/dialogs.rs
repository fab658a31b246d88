use leptos::prelude::*;

use super::add_app::AddAppDialog;
use super::add_passkey::AddPasskeyDialog;
use super::adding::Adding;
use super::recovery_codes::RecoveryCodesDialog;

#[component]
pub(crate) fn AddingDialogs(adding: Adding) -> impl IntoView {
    view! {
        <AddPasskeyDialog adding />
        <AddAppDialog adding />
        <RecoveryCodesDialog adding />
    }
}
