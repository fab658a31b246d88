use leptos::prelude::*;

use super::{HelpPage, Logo, Term, help_link};
use crate::platform::{dom, storage};

/// A breadcrumb.
#[derive(Clone)]
pub(crate) struct Crumb {
    pub(crate) label: Term,
    /// Its link; `None` for a group without a page of its own.
    pub(crate) href: Option<String>,
}

impl Crumb {
    pub(crate) fn group(label: impl Into<Term>) -> Self {
        Self { label: label.into(), href: None }
    }

    pub(crate) fn page(label: impl Into<Term>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }
}

/// The product as it is called.
pub(crate) const PRODUCT: &str = "Sales Insight Actions";

/// Its sign and name, above pages without the frame of the console.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    view! { <p class="brand"><Logo />{PRODUCT}</p> }
}

/// The storage key of the pages of the guide whose screens were opened in this browser, by their names.
const SEEN: &str = "msi-seen";

/// Whether this is the first visit to the screen that a page of the guide explains, which it no longer is from now on.
fn is_first_visit(help: HelpPage) -> bool {
    let seen = storage::kept(SEEN).unwrap_or_default();
    let is_first = seen.split(' ').all(|name| name != help.name());
    if is_first {
        storage::keep(SEEN, Some(format!("{seen} {}", help.name()).trim()));
    }
    is_first
}

/// The frame of every screen: breadcrumbs, one heading that gets the focus on arrival, actions, and, on the first visit, one
/// sentence on what it is for, which the sign for help says afterwards.
#[component]
pub(crate) fn Page(
    #[prop(into)] title: Term,
    /// Another title, while the screen has one because of what it shows.
    #[prop(optional)]
    becomes: Option<Signal<Option<String>>>,
    #[prop(optional, into)] purpose: Option<Signal<String>>,
    #[prop(optional)] crumbs: Vec<Crumb>,
    /// What stands before the heading, without words.
    #[prop(optional)]
    mark: Option<ViewFn>,
    #[prop(optional)] actions: Option<ViewFn>,
    /// The guide's explanation of this screen.
    #[prop(optional)]
    help: Option<HelpPage>,
    children: Children,
) -> impl IntoView {
    let name = |title: &str| dom::document().set_title(&format!("{title} - Sales Insight Actions Admin"));
    name(title.text());
    let heading = match becomes {
        None => title.into_render(),
        Some(becomes) => (move || match becomes.get() {
            Some(text) => {
                name(&text);
                text.into_any()
            }
            None => {
                name(title.text());
                title.clone().into_render()
            }
        })
        .into_any(),
    };
    dom::after_paint(dom::focus_arrival);
    let is_said = help.is_none_or(is_first_visit);
    let said = purpose.filter(|_| is_said);
    let has_crumbs = !crumbs.is_empty();
    view! {
        <header class="page-head">
            <div class="page-line">
                {has_crumbs.then(|| view! {
                    <nav class="crumbs" aria-label=crate::t!("common.breadcrumb")>
                        <ol>{crumbs.into_iter().map(|crumb| view! {
                            <li>{match crumb.href {
                                Some(href) => view! { <a href=href>{crumb.label}</a> }.into_any(),
                                None => view! { <span>{crumb.label}</span> }.into_any(),
                            }}</li>
                        }).collect_view()}</ol>
                    </nav>
                })}
                {mark.map(|mark| mark.run())}
                <h1 id=dom::PAGE_TITLE tabindex="-1">{heading}</h1>
                {help.map(|help| help_link(help, purpose))}
                {actions.map(|actions| view! { <div class="page-actions">{actions.run()}</div> })}
            </div>
            {said.map(|said| view! { <p class="purpose">{said}</p> })}
        </header>
        {children()}
    }
}

/// Explains the purpose of an empty place, and offers the first action.
#[component]
pub(crate) fn EmptyState(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// A skeleton; visible only if loading takes longer than a blink (see the style).
#[component]
pub(crate) fn Skeleton(#[prop(default = 5)] rows: usize) -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{crate::t!("common.loading")}</span>
            {(0..rows).map(|_| view! { <div class="skeleton-row"></div> }).collect_view()}
        </div>
    }
}

/// The placeholder of the whole app, as `index.html` shows it before the app starts.
#[component]
pub(crate) fn Starting() -> impl IntoView {
    view! {
        <div class="starting">
            <p class="starting-name">{PRODUCT}</p>
            <p class="starting-wait" role="status">
                <span class="spinner" aria-hidden="true"></span>
                <span>{crate::t!("common.loading")}</span>
            </p>
        </div>
    }
}
