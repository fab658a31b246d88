use leptos::prelude::*;

use crate::domain::navigation::{has_single_keys, shortcuts};
use crate::t;
use crate::ui::{Note, Term, shortcut};

/// Every shortcut that works now.
#[component]
pub(super) fn Shortcuts() -> impl IntoView {
    let line = |keys: &[String], does: Term| {
        let keys = keys.iter().map(|key| view! { <kbd>{key.clone()}</kbd> }).collect_view();
        view! { <dt>{keys}</dt><dd>{does}</dd> }.into_any()
    };
    let always =
        [line(&[shortcut("K")], t!("quick.title").into()), line(&[shortcut("Z")], t!("quick.undo").into())];
    let single = has_single_keys().then(|| {
        let screens = shortcuts().into_iter();
        let screens = screens.map(|(letter, (label, _))| line(&["g".to_owned(), letter.to_string()], label));
        let frame = [("?", t!("quick.shortcuts_list")), ("[", t!("quick.fold"))];
        let frame = frame.map(|(key, does)| line(&[key.to_owned()], does.into()));
        frame.into_iter().chain(screens).collect::<Vec<_>>()
    });
    let off = single.is_none().then(|| view! { <Note>{t!("quick.off")}</Note> });
    view! {
        <dl class="definition shortcuts">{always.into_iter().collect_view()}{single}</dl>
        <h3>{t!("quick.in_rows")}</h3>
        <p>{t!("invite_csv.grid_hint")}</p>
        {off}
    }
}
