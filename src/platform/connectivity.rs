//! Whether the browser has a network, and whether the server answers: learned from every call, and polled while none
//! gets through. What could not be loaded is loaded again when the server is back.

use std::cell::Cell;

use leptos::prelude::*;

use super::lifetime;

pub(crate) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

#[derive(Clone, Copy)]
struct Reach {
    is_lost: RwSignal<bool>,
    /// How often the server has come back.
    returns: RwSignal<u32>,
}

thread_local! {
    static REACH: Cell<Option<Reach>> = const { Cell::new(None) };
}

fn reach() -> Reach {
    REACH.get().unwrap_or_else(|| {
        let reach =
            lifetime::in_app_scope(|| Reach { is_lost: RwSignal::new(false), returns: RwSignal::new(0) });
        REACH.set(Some(reach));
        reach
    })
}

/// Whether the server is unreachable; reactive.
pub(crate) fn is_lost() -> bool {
    reach().is_lost.get()
}

/// The same without tracking.
pub(crate) fn is_still_lost() -> bool {
    reach().is_lost.get_untracked()
}

/// Notes that the server is unreachable; `true` if it was reachable before.
pub(crate) fn lose() -> bool {
    let is_news = !is_still_lost();
    if is_news {
        reach().is_lost.set(true);
    }
    is_news
}

/// Notes that the server has answered.
pub(crate) fn find() {
    if is_still_lost() {
        reach().is_lost.set(false);
        reach().returns.update(|returns| *returns = returns.wrapping_add(1));
    }
}

/// Runs `then` whenever the server answers again, as long as the calling scope lives.
pub(crate) fn on_return(then: impl Fn() + 'static) {
    let returns = reach().returns;
    Effect::new(move |seen: Option<u32>| {
        let now = returns.get();
        if seen.is_some_and(|seen| seen != now) {
            then();
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r15_the_server_is_lost_once_and_comes_back_once() {
        let _owner = Owner::new_root(None);
        assert!(!is_still_lost());
        assert!(lose() && !lose(), "the second call that fails is no news");
        find();
        find();
        assert!(!is_still_lost());
        assert_eq!(reach().returns.get_untracked(), 1);
    }
}
