//! Tasks: what goes on beside the screens until it ends by itself.

use std::future::Future;
use std::pin::Pin;

/// A task that has not begun.
pub(crate) type Task<T = ()> = Pin<Box<dyn Future<Output = T>>>;

/// Begins a task. It outlives the screen that begins it.
pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    begin(Box::pin(task));
}

/// Begins a task in the scope of its caller, with which it ends.
pub(crate) fn spawn_scoped(task: impl Future<Output = ()> + 'static) {
    leptos::task::spawn_local_scoped_with_cancellation(task);
}

/// Not generic, so that its code exists once. Not on the executor of Leptos, which only mounting sets up.
fn begin(task: Task) {
    wasm_bindgen_futures::spawn_local(task);
}
