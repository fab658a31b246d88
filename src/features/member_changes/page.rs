use api_types::{MemberChangeBatch, MemberChangeQuery, MemberChangeState};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::action::{ChangeAction, outcome};
use super::counts::Counts;
use super::export::download;
use super::labels;
use super::rows::row_table;
use super::update::Update;
use crate::api::member_changes::read_query;
use crate::api::query;
use crate::data::export::{Export, ExportProgress};
use crate::data::{Heading, History, last_known, standing, standing_list};
use crate::domain::navigation::{self, Place, Route};
use crate::domain::people::PersonLink;
use crate::i18n;
use crate::platform::{dom, spawn};
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Crumb, EmptyState, HelpPage, Icon, IconName, Menu, MenuItem, Note, Page, Pager,
    ProgressBar, QuestionDialog, Skeleton, Status, Tone,
};

#[component]
pub(crate) fn MemberChangeDetail() -> impl IntoView {
    let id = navigation::shown_id(|route| match route {
        Route::MemberChange(id) => Some(id),
        _ => None,
    });
    let asked = use_query_map();
    let wanted = Memo::new(move |_| asked.with(|map| read_query(|name| map.get(name))));
    let navigate = use_navigate();
    let go = Callback::new(move |(wanted, history): (MemberChangeQuery, History)| {
        navigate(&query(&Route::MemberChange(id.get_untracked()).path(), &wanted), history.on_screen());
    });
    let update = Update::new(id, wanted, go);
    let export = Export::new();
    let heading = update.heading(labels::name);
    move || match heading.get() {
        Heading::Loading => view! { <Skeleton rows=8 /> }.into_any(),
        Heading::Failed => view! {
            <Page title=t!("changes.detail_title") crumbs=crumbs() help=HelpPage::Users>
                <Whole update />
            </Page>
        }
        .into_any(),
        Heading::Of { name, .. } => view! {
            <Page
                title=name
                crumbs=crumbs()
                help=HelpPage::Users
                actions=ViewFn::from(move || view! { <ActionsMenu update export /> })
            >
                <div class="stack-large">
                    <ExportProgress export label=t!("changes.download") />
                    <Whole update />
                    <Rows update />
                </div>
                <QuestionDialog confirmation=update.confirmation />
            </Page>
        }
        .into_any(),
    }
}

fn crumbs() -> Vec<Crumb> {
    Place::AdminSettings.crumbs_below([
        (term!("nav.user_management"), Route::Users),
        (t!("changes.list_title").into(), Route::MemberChanges),
    ])
}

#[component]
fn ActionsMenu(update: Update, export: Export) -> impl IntoView {
    let items = Signal::derive(move || {
        let Some(batch) = update.known() else { return Vec::new() };
        vec![
            MenuItem::new(ChangeAction::Undo.label(&batch), move || update.ask(ChangeAction::Undo))
                .disabled(ChangeAction::Undo.disabled_reason(&batch)),
            MenuItem::new(t!("changes.download"), move || {
                if let Some(batch) = untrack(|| update.known()) {
                    spawn(download(batch, export));
                }
            })
            .disabled(export.disabled_reason()),
        ]
    });
    view! {
        <Show when=move || items.with(|items| !items.is_empty())>
            <Menu label=term!("users.actions") items />
        </Show>
    }
}

/// The id of what is under way, and of what came of it.
const STATE: &str = "change-state";

#[component]
fn Whole(update: Update) -> impl IntoView {
    standing(
        update.whole,
        4,
        move || update.load(),
        move || {
            last_known(move || update.known())
                .map(|batch| {
                    view! {
                        <Facts batch />
                        <Progress update batch />
                        <Notes update batch />
                        <Counts update batch />
                    }
                })
                .into_any()
        },
    )
}

#[component]
fn Facts(batch: Memo<MemberChangeBatch>) -> impl IntoView {
    let fixed = batch.get_untracked();
    let state = move || {
        let ((tone, icon), label) = batch.with(|batch| labels::state(batch.state));
        view! { <Status tone icon label /> }
    };
    view! {
        <dl class="definition">
            <dt>{t!("changes.action")}</dt>
            <dd>{labels::action(fixed.action)}</dd>
            <dt>{t!("changes.by")}</dt>
            <dd><PersonLink id=fixed.created_by_id name=fixed.created_by /></dd>
            <dt>{t!("changes.when")}</dt>
            <dd><time datetime=fixed.created_at.0.clone()>{i18n::date_time(fixed.created_at.as_str())}</time></dd>
            <dt>{t!("field.status")}</dt>
            <dd>{state}</dd>
        </dl>
    }
}

/// Shown while the server is at work.
#[component]
fn Progress(update: Update, batch: Memo<MemberChangeBatch>) -> impl IntoView {
    let state = Memo::new(move |_| batch.with(|batch| batch.state));
    let at = Memo::new(move |_| batch.with(|batch| (batch.done, batch.total)));
    let bar = move |label: String| {
        view! {
            <ProgressBar
                label
                done=Signal::derive(move || f64::from(at.get().0))
                total=Signal::derive(move || f64::from(at.get().1))
                text=Signal::derive(move || { let (done, total) = at.get(); t!("changes.progress", done = done, total = total) })
            />
            <p class="quiet small">{t!("changes.goes_on")}</p>
        }
    };
    let stop = Callback::new(move |()| update.at_once(ChangeAction::Stop));
    view! {
        {move || match state.get() {
            MemberChangeState::Applying => Some(view! {
                <div class="card" id=STATE tabindex="-1">
                    {bar(t!("changes.applying"))}
                    <div class="actions"><Button on_press=stop>{t!("common.stop")}</Button></div>
                </div>
            }.into_any()),
            MemberChangeState::Undoing => {
                Some(view! { <div class="card" id=STATE tabindex="-1">{bar(t!("changes.undoing"))}</div> }.into_any())
            }
            _ => None,
        }}
        <div role="status">
            {move || update.is_lost.get().then(|| view! {
                <Note tone=Tone::Warning icon=IconName::Alert>{t!("batches.lost")}</Note>
            })}
        </div>
    }
}

/// What came of it, or what is to be decided.
#[component]
fn Notes(update: Update, batch: Memo<MemberChangeBatch>) -> impl IntoView {
    let state = Memo::new(move |_| batch.with(|batch| batch.state));
    let ask = Callback::new(move |()| update.ask(ChangeAction::Apply));
    let discard = Callback::new(move |()| update.at_once(ChangeAction::Stop));
    let label = move |action: ChangeAction| move || batch.with(|batch| action.label(batch));
    // The pressed button disappears together with its state, and so does the progress.
    Effect::new(move |before: Option<MemberChangeState>| {
        let now = state.get();
        if before.is_some_and(|before| before != now) {
            dom::keep_focus(STATE);
        }
        now
    });
    move || {
        match state.get() {
        MemberChangeState::Open => view! {
            <div class="note">
                <Icon name=IconName::Info />
                <p class="grow">{t!("changes.preview")}</p>
            </div>
            <div class="actions">
                <Button
                    kind=ButtonKind::Primary
                    disabled_reason=Signal::derive(move || batch.with(|batch| ChangeAction::Apply.disabled_reason(batch)))
                    on_press=ask
                >
                    {label(ChangeAction::Apply)}
                </Button>
                <Button on_press=discard>{label(ChangeAction::Stop)}</Button>
            </div>
        }
        .into_any(),
        MemberChangeState::Applying | MemberChangeState::Undoing => ().into_any(),
        _ => {
            let said = batch.with_untracked(outcome);
            let left = batch.with_untracked(|batch| batch.undone.partly + batch.undone.left);
            let (tone, icon) = match left {
                0 => (Tone::Success, IconName::Check),
                _ => (Tone::Warning, IconName::Alert),
            };
            let can_be_undone =
                batch.with_untracked(|batch| ChangeAction::Undo.disabled_reason(batch).is_none());
            let undo = Callback::new(move |()| update.ask(ChangeAction::Undo));
            view! {
                <div class=format!("note note-{}", tone.class()) id=STATE tabindex="-1">
                    <Icon name=icon />
                    <p class="grow">{said}</p>
                    {can_be_undone.then(|| view! {
                        <Button on_press=undo>{label(ChangeAction::Undo)}</Button>
                    })}
                </div>
                <div class="actions">
                    <a class="button" href=Route::UpdateCsv.href()>{t!("changes.another")}</a>
                    <a class="button" href=Route::Users.href()>{term!("nav.user_management")}</a>
                </div>
            }
            .into_any()
        }
    }
    }
}

#[component]
fn Rows(update: Update) -> impl IntoView {
    let none = || {
        view! { <EmptyState title=t!("batches.no_rows_title") text=t!("batches.no_rows_text") /> }.into_any()
    };
    update.rows.on_foreign_cursor(
        move || update.query.with(|query| query.cursor.is_some()),
        move || {
            update
                .go
                .run((MemberChangeQuery { cursor: None, ..update.query.get_untracked() }, History::Replace));
        },
    );
    let next = update.rows.next_page();
    let turn = Callback::new(move |cursor: Option<String>| {
        update.go.run((MemberChangeQuery { cursor, ..update.query.get_untracked() }, History::Push));
        dom::focus_start("rows");
    });
    view! {
        {standing_list(update.rows, 8, move || update.load_rows(), none, move || row_table(update))}
        <Pager
            label=t!("batches.row_pages")
            here=Signal::derive(move || update.query.with(|query| query.cursor.clone()))
            next
            on_turn=turn
        />
    }
}
