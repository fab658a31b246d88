use api_types::{InvitationId, InvitationLink};
use leptos::prelude::*;

use crate::api::{Failure, invitations};
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Button, CopyButton, Dialog, Failed, Skeleton};

#[derive(Clone, PartialEq)]
enum LinkState {
    Asking,
    Link(InvitationLink),
    Failed(Failure),
}

/// Shows the link of an invitation to copy, while `invitation` is set. Closing sets it to `None`.
///
/// A dialog instead of a silent copy: browsers deny the clipboard when the answer comes long after the press.
#[component]
pub(crate) fn InvitationLinkDialog(invitation: RwSignal<Option<InvitationId>>) -> impl IntoView {
    let shown = RwSignal::new(LinkState::Asking);
    let ask = move || {
        let Some(id) = invitation.get_untracked() else { return };
        shown.set(LinkState::Asking);
        spawn(async move {
            let answer = match invitations::link(&id).await {
                Ok(link) => LinkState::Link(link),
                Err(failure) => LinkState::Failed(failure),
            };
            // Meanwhile the dialog may be closed, or show another invitation.
            if invitation.try_get_untracked().flatten() == Some(id) {
                shown.set(answer);
            }
        });
    };
    Effect::new(move |_| {
        invitation.track();
        ask();
    });
    let close = Callback::new(move |()| {
        invitation.set(None);
        shown.set(LinkState::Asking);
    });
    view! {
        <Dialog open=Signal::derive(move || invitation.with(Option::is_some)) title=t!("invitation.link_title") on_close=close>
            {move || match shown.get() {
                LinkState::Asking => view! { <Skeleton rows=1 /> }.into_any(),
                LinkState::Failed(failure) => view! {
                    <Failed
                        message=failure.message()
                        request_id=failure.request_id.clone()
                        on_retry=Some(Callback::new(move |()| ask()))
                    />
                }
                .into_any(),
                LinkState::Link(link) => {
                    let url = link.url.clone();
                    view! {
                        <p>{t!("invitation.link_text", date = i18n::date_time(link.expires_at.as_str()))}</p>
                        <p><bdi class="address">{link.url}</bdi></p>
                        <div class="actions"><CopyButton text=url label=t!("invitation.copy") /></div>
                    }
                    .into_any()
                }
            }}
            <div class="dialog-actions"><Button on_press=close>{t!("common.close")}</Button></div>
        </Dialog>
    }
}
