//! The proof by signing in to Salesforce anew, in a window of its own.

use leptos::prelude::*;

use super::typed::LEAVE;
use crate::api::flows;
use crate::domain::connections::salesforce_flow::{FlowDialog, SalesforceFlow};
use crate::domain::session;
use crate::t;
use crate::ui::{Button, ButtonKind};

#[component]
pub(super) fn ThroughSalesforce(others: ViewFn, close: Callback<()>) -> impl IntoView {
    let flow = SalesforceFlow::new(Callback::new(|()| session::settle_proof(true)));
    let begin = Callback::new(move |()| flow.begin(flows::prove()));
    view! {
        <p>{t!("proof.text")}</p>
        <p>{t!("proof.salesforce_text")}</p>
        <div class="ways">{others.run()}</div>
        <div class="dialog-actions">
            <Button id=LEAVE on_press=close>{t!("common.cancel")}</Button>
            <Button kind=ButtonKind::Primary on_press=begin>{t!("proof.salesforce")}</Button>
        </div>
        <FlowDialog flow title=t!("proof.salesforce") outcome=t!("proof.salesforce_outcome") on_again=begin keeps_page=true />
    }
}
