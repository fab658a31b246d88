use leptos::prelude::*;

use crate::domain::second_factors::{Adding, AddingDialogs, no_passkeys_here};
use crate::domain::session;
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog, HelpPage, Tone, help_link, notify};

/// Takes the place of the screens, which stay as they are. A dialog, as one of theirs may be open, and wait.
#[component]
pub(crate) fn SecondFactorDue(on_leave: Callback<()>) -> impl IntoView {
    let adding = Adding::new(Callback::new(|()| {
        session::factor_added();
        notify(Tone::Success, t!("factors.saved"));
        dom::after_paint(|| {
            if dom::is_focus_lost() {
                dom::focus(dom::PAGE_TITLE);
            }
        });
    }));
    view! {
        <Dialog open=Signal::stored(true) title=t!("factors.due_title")>
            <p>{t!("factors.due_text")}</p>
            <Choices adding />
            <div class="dialog-actions">
                {help_link(HelpPage::Profile, None)}
                <Button kind=ButtonKind::Quiet on_press=on_leave>{t!("nav.sign_out")}</Button>
            </div>
        </Dialog>
        <AddingDialogs adding />
    }
}

#[component]
fn Choices(adding: Adding) -> impl IntoView {
    let no_passkeys = no_passkeys_here();
    let (passkey, app) = match no_passkeys {
        None => (ButtonKind::Primary, ButtonKind::Secondary),
        Some(_) => (ButtonKind::Secondary, ButtonKind::Primary),
    };
    view! {
        <div class="stack">
            <h3>{t!("factors.passkey")}</h3>
            <p>{t!("factors.passkey_what")}</p>
            <div class="actions">
                <Button
                    kind=passkey
                    disabled_reason=Signal::stored(no_passkeys)
                    on_press=Callback::new(move |()| adding.add_passkey())
                >{t!("factors.add_passkey")}</Button>
            </div>
        </div>
        <div class="stack">
            <h3>{t!("factors.app")}</h3>
            <p>{t!("factors.app_what")}</p>
            <div class="actions">
                <Button kind=app on_press=Callback::new(move |()| adding.add_app())>{t!("factors.add_app")}</Button>
            </div>
        </div>
    }
}
