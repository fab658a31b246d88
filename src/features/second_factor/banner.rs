use leptos::prelude::*;

use crate::domain::navigation::Section;
use crate::domain::session;
use crate::i18n;
use crate::t;
use crate::ui::{Icon, IconName};

/// Says until when the person is to add a second factor.
#[component]
pub(crate) fn SecondFactorBanner() -> impl IntoView {
    let by = Memo::new(|_| session::factor_needed_by());
    move || {
        let at = by.get()?;
        let text = t!("factors.needed_by", date = i18n::date_time(at.as_str()));
        Some(view! {
            <section class="banner banner-offer" aria-label=t!("factors.due_title")>
                <p><Icon name=IconName::Shield />{text}</p>
                <a class="button" href=Section::TwoStep.href()>{t!("factors.add_now")}</a>
            </section>
        })
    }
}
