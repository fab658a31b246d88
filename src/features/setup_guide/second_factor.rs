use api_types::{SecondFactor, UserId};
use leptos::prelude::*;

use crate::domain::navigation::Section;
use crate::domain::session;
use crate::platform::{dom, panel, storage};
use crate::t;
use crate::ui::{Button, ButtonKind, Icon, IconName};

/// The storage key of a person's refusal, without their id; its presence means that they are not offered one again.
const REFUSED: &str = "msi-no-second-factor-";

fn key(id: &UserId) -> String {
    format!("{REFUSED}{}", id.0)
}

/// Offers a second factor to whoever signs in by a password alone, until they close it in this browser.
#[component]
pub(super) fn SecondFactorOffer() -> impl IntoView {
    let closed = RwSignal::new(false);
    let offered_to = Memo::new(move |_| {
        let session = session::current().filter(|_| !closed.get() && !panel::is_here())?;
        let has_password = session.user.has_password && session.second_factor == SecondFactor::Absent;
        Some(session.user.id).filter(|id| has_password && storage::kept(&key(id)).is_none())
    });
    let close = Callback::new(move |()| {
        if let Some(id) = offered_to.get_untracked() {
            storage::keep(&key(&id), Some(""));
        }
        closed.set(true);
        dom::after_paint(|| dom::focus(dom::PAGE_TITLE));
    });
    move || {
        offered_to.with(Option::is_some).then(|| {
            view! {
                <section class="note offer" aria-label=t!("factors.title")>
                    <Icon name=IconName::Shield />
                    <p>{t!("factors.offer")}</p>
                    <div class="actions">
                        <a class="button" href=Section::TwoStep.href()>{t!("factors.offer_accept")}</a>
                        <Button kind=ButtonKind::Quiet on_press=close>{t!("factors.offer_refuse")}</Button>
                    </div>
                </section>
            }
        })
    }
}
