use api_types::{BatchId, RowQuery};
use leptos::prelude::*;

use super::action::InvitationAction;
use super::delivery::Delivery;
use super::panel::DeliveryPanel;
use crate::domain::navigation::Route;
use crate::domain::setup::AfterInviting;
use crate::t;
use crate::ui::Button;

/// A batch right after it was accepted, on the screen that sent it: revoking it, a link to its own screen, what comes next, and its
/// mails as they leave.
#[component]
pub(crate) fn SentBatch(id: BatchId) -> impl IntoView {
    let query = RwSignal::new(RowQuery::default());
    let href = Route::Batch(id.clone()).href();
    let delivery = Delivery::new(
        Memo::new(move |_| id.clone()),
        Memo::new(move |_| query.get()),
        Callback::new(move |(wanted, _)| query.set(wanted)),
    );
    let nothing_to_revoke = Signal::derive(move || {
        delivery.known().map_or_else(
            || Some(t!("common.loading")),
            |batch| InvitationAction::RevokeAll.disabled_reason(&batch),
        )
    });
    view! {
        <section class="stack" aria-label=t!("invitation.delivery_title")>
            <div class="actions">
                <Button
                    disabled_reason=nothing_to_revoke
                    on_press=Callback::new(move |()| delivery.act(InvitationAction::RevokeAll))
                >
                    {InvitationAction::RevokeAll.label()}
                </Button>
                <a class="button button-quiet" href=href>{t!("invitation.to_batch")}</a>
            </div>
            <AfterInviting />
            <DeliveryPanel delivery />
        </section>
    }
}
