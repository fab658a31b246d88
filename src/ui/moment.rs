use leptos::prelude::*;

use crate::i18n;

/// How long ago something was, from an RFC 3339 time; date and time of day are shown on request.
pub(crate) fn ago(at: &str) -> AnyView {
    view! { <time class="moment" datetime=at.to_owned() title=i18n::date_time(at)>{i18n::ago(at)}</time> }
        .into_any()
}
