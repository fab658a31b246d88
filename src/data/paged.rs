//! A list of pages, of which the address names the current one.

use api_types::{List, PageQuery};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::{History, Loader};
use crate::api::{Failure, query};
use crate::platform::{dom, spawn};

/// The list of a screen.
pub(crate) struct Paged<T: Send + Sync + 'static> {
    pub(crate) page: Loader<List<T>>,
    /// The cursor in the address.
    pub(crate) here: Memo<Option<String>>,
    pub(crate) load: Callback<()>,
    /// Opens the page with a cursor.
    pub(crate) turn: Callback<Option<String>>,
}

impl<T: Clone + Send + Sync + 'static> Paged<T> {
    /// Reads the page that the address names, and again whenever it names another. `path` is the screen's, and `table` the id of
    /// its table, which gets the focus when the page is turned.
    pub(crate) fn new(
        path: String,
        table: &'static str,
        read: impl AsyncFn(PageQuery) -> Result<List<T>, Failure> + Copy + Send + Sync + 'static,
    ) -> Self {
        let asked = use_query_map();
        let here =
            Memo::new(move |_| asked.with(|map| map.get("cursor")).filter(|cursor| !cursor.is_empty()));
        let page = Loader::new();
        let load = Callback::new(move |()| {
            let wanted = PageQuery { cursor: here.get_untracked(), limit: None };
            spawn(async move { page.load(read(wanted)).await });
        });
        Effect::new(move |_| {
            here.track();
            load.run(());
        });
        let navigate = use_navigate();
        let turn = Callback::new(move |cursor: Option<String>| {
            navigate(&query(&path, &PageQuery { cursor, limit: None }), History::Push.on_screen());
            dom::focus_start(table);
        });
        Self { page, here, load, turn }
    }
}
