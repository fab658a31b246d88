//! Showing views whose code is loaded on demand.

use futures_util::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use wasm_split_helpers::SplitLoaderError;

use crate::api::look_for_server;
use crate::platform::{dom, files, spawn};
use crate::t;
use crate::ui::{Button, Failed, Skeleton};

/// The code of a screen could not be loaded.
pub(crate) struct Unloaded;

impl From<SplitLoaderError> for Unloaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// A screen, or the failure to load its code.
pub(crate) type Loaded = Result<AnyView, Unloaded>;

#[derive(Clone, Copy, PartialEq)]
enum Opening {
    Loading,
    /// The host could not be reached; tried again when it is back.
    Failed,
    /// The host does not have the code that this page needs: only a reload helps.
    Missing {
        /// Because another build was published.
        is_replaced: bool,
    },
    Open,
}

/// Shows a view once its code is loaded.
pub(crate) fn open<F>(load: impl Fn() -> F + Copy + Send + Sync + 'static) -> impl IntoView
where
    F: Future<Output = Loaded> + 'static,
{
    open_after(|| view! { <Skeleton /> }, load)
}

pub(super) fn open_after<V, F>(
    waiting: impl Fn() -> V + Send + Sync + 'static,
    load: impl Fn() -> F + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    V: IntoView + 'static,
    F: Future<Output = Loaded> + 'static,
{
    let state = RwSignal::new(Opening::Loading);
    let screen = StoredValue::new_local(None::<AnyView>);
    // Once the scope has gone, so have the contexts that the screen needs: it must not be built any more. A retry runs in
    // the scope of its button, which goes first.
    let under_way = StoredValue::new(None::<AbortHandle>);
    on_cleanup(move || {
        under_way.try_update_value(|task| task.take().inspect(AbortHandle::abort));
    });
    let start = move || {
        state.set(Opening::Loading);
        // The screen's signals belong to the scope in which it is shown.
        let (task, handle) = abortable(ScopedFuture::new_untracked(async move {
            let outcome = match load().await {
                Ok(view) => {
                    screen.try_update_value(|screen| *screen = Some(view));
                    Opening::Open
                }
                Err(_) => match files::is_replaced().await {
                    Ok(is_replaced) => Opening::Missing { is_replaced },
                    Err(_) => {
                        look_for_server();
                        Opening::Failed
                    }
                },
            };
            state.try_set(outcome);
        }));
        under_way.set_value(Some(handle));
        spawn(async move {
            let _ = task.await;
        });
    };
    start();
    move || {
        match state.get() {
        Opening::Loading => waiting().into_any(),
        Opening::Failed => {
            view! { <Failed message=t!("app.screen_failed") on_retry=Some(Callback::new(move |()| start())) /> }.into_any()
        }
        Opening::Missing { is_replaced } => {
            let message = if is_replaced { t!("app.replaced") } else { t!("app.screen_failed") };
            view! {
                {is_replaced.then(|| view! { <h1>{t!("app.replaced_title")}</h1> })}
                <Failed message />
                <Button on_press=Callback::new(|()| dom::reload())>{t!("panic.reload")}</Button>
            }.into_any()
        }
        Opening::Open => screen.try_update_value(Option::take).flatten().into_any(),
    }
    }
}
