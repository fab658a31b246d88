use leptos::prelude::*;

use crate::platform::spawn_scoped;

/// Shows a view beside the screen once its code is loaded; if that fails, shows nothing.
pub(crate) fn aside<F, E>(load: impl FnOnce() -> F + 'static) -> impl IntoView
where
    F: Future<Output = Result<AnyView, E>> + 'static,
{
    let loaded = RwSignal::new_local(None::<AnyView>);
    untrack(|| {
        spawn_scoped(async move {
            if let Ok(view) = load().await {
                loaded.try_set(Some(view));
            }
        })
    });
    move || loaded.with(Option::is_some).then(|| loaded.try_update_untracked(Option::take).flatten())
}
