use api_types::{AuditAction, AuditEvent, AuditNumbering, List};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::asked::{Asked, Day};
use super::export::ExportDialog;
use super::narrowed::Narrowed;
use super::numbering::Numbering;
use super::table::event_table;
use crate::api::query::choice;
use crate::api::{self, query};
use crate::data::export::{Export, ExportProgress};
use crate::data::{History, Load, Loader, standing_list, total};
use crate::domain::audit;
use crate::domain::navigation::{Route, Section};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, EmptyState, Field, FieldState, Filters, FiltersButton, IconName, Pager, SearchField, Select,
    SelectOption,
};

/// The state shared by the parts of the log.
#[derive(Clone, Copy)]
struct Screen {
    asked: Memo<Asked>,
    page: Loader<List<AuditEvent>>,
    numbering: Loader<AuditNumbering>,
    /// Shows other events.
    go: Callback<(Asked, History)>,
}

impl Screen {
    fn new(last: RwSignal<Asked>) -> Self {
        let parameters = use_query_map();
        let asked = Memo::new(move |_| parameters.with(|map| Asked::read(|name| map.get(name))));
        let navigate = use_navigate();
        let go = Callback::new(move |(asked, history): (Asked, History)| {
            navigate(&query(&Route::Security.path(), &asked), history.on_screen());
        });
        let screen = Self { asked, page: Loader::new(), numbering: Loader::new(), go };
        Effect::new(move |_| {
            let asked = screen.asked.get();
            // The address of another tab has no filters.
            let others = [Section::API_KEYS_TAB, Section::WEBHOOKS_TAB];
            if parameters
                .with_untracked(|map| map.get("tab").is_none_or(|tab| !others.contains(&tab.as_str())))
            {
                last.set(asked);
                screen.load();
                // It is of all events, whatever is looked for.
                if screen.numbering.state.with_untracked(|state| *state == Load::Loading) {
                    screen.load_numbering();
                }
            }
        });
        screen
    }

    fn load(self) {
        let wanted = self.asked.get_untracked().query();
        spawn(async move { self.page.load(api::audit::list(&wanted)).await });
    }

    fn load_numbering(self) {
        spawn(async move { self.numbering.load(api::audit::numbering()).await });
    }

    /// Shows the events that match a changed filter, from the first page.
    fn narrow(self, change: impl FnOnce(&mut Asked), history: History) {
        let mut asked = self.asked.get_untracked();
        change(&mut asked);
        asked.cursor = None;
        self.go.run((asked, history));
    }
}

/// The id of the log's heading, which has the focus while another page of it is loaded.
const LOG_HEADING: &str = Section::AuditLog.anchor();

/// The audit log of the account, filtered as the address says.
#[component]
pub(super) fn AuditLog(
    /// Set to the filters in force.
    last: RwSignal<Asked>,
    /// Goes on while another tab is open.
    export: Export,
) -> impl IntoView {
    let screen = Screen::new(last);
    let exporting = RwSignal::new(false);
    let ask = Callback::new(move |()| exporting.set(true));
    screen.page.on_foreign_cursor(
        move || screen.asked.with(|asked| asked.cursor.is_some()),
        move || screen.narrow(|_| (), History::Replace),
    );
    let next = screen.page.next_page();
    let nothing = move || {
        view! {
            <EmptyState title=t!("security.nothing_title") text=t!("security.nothing_text")>
                {screen.asked.with_untracked(Asked::is_filtered).then(|| view! {
                    <a class="button" href=Route::Security.href()>{t!("security.clear")}</a>
                })}
            </EmptyState>
        }
        .into_any()
    };
    let turn = Callback::new(move |cursor: Option<String>| {
        screen.go.run((Asked { cursor, ..screen.asked.get_untracked() }, History::Push));
        dom::focus_start(LOG_HEADING);
    });
    let widen = Callback::new(move |()| {
        screen.narrow(Asked::widen, History::Push);
        // The button that was pressed is gone then.
        dom::focus(LOG_HEADING);
    });
    view! {
        <section class="stack-large" aria-labelledby=LOG_HEADING>
            <div class="list-head">
                <h2 id=LOG_HEADING tabindex="-1">{t!("security.audit_log")}</h2>
                <div class="actions">
                    <Button icon=IconName::Download disabled_reason=Signal::derive(move || export.disabled_reason()) on_press=ask>
                        {t!("security.export")}
                    </Button>
                </div>
            </div>
            <LogFilters screen />
            <Narrowed asked=screen.asked on_widen=widen />
            <ExportDialog open=exporting asked=screen.asked export />
            <Numbering
                numbering=screen.numbering
                has_log=Signal::derive(move || screen.page.state.with(|page| matches!(page, Load::Ready(_))))
                load=Callback::new(move |()| screen.load_numbering())
            />
            <ExportProgress export label=t!("security.export") />
            {standing_list(screen.page, 8, move || screen.load(), nothing, move || event_table(screen.page))}
            <Pager label=t!("security.pages")
                here=Signal::derive(move || screen.asked.with(|asked| asked.cursor.clone())) next on_turn=turn />
        </section>
    }
}

#[component]
fn LogFilters(screen: Screen) -> impl IntoView {
    let mut actions: Vec<SelectOption> = AuditAction::ALL
        .iter()
        .filter(|action| **action != AuditAction::Unknown)
        .map(|&action| SelectOption::new(action.as_str(), audit::action(action)))
        .collect();
    actions.insert(0, SelectOption::new("", t!("users.all")));
    let action = move || screen.asked.with(|asked| asked.action.map_or("", AuditAction::as_str).to_owned());
    let by_action = Callback::new(move |chosen: String| {
        screen.narrow(|asked| asked.action = choice(Some(chosen)), History::Push);
    });
    let search = Callback::new(move |search: Option<String>| {
        screen.narrow(|asked| asked.search = search, History::Replace)
    });
    let total = total(screen.page, |count| t!("security.total", count = count));
    let in_use = Signal::derive(move || {
        screen.asked.with(|asked| vec![asked.action.is_some(), asked.from.is_some(), asked.until.is_some()])
    });
    view! {
        <Filters in_use>
            <div class="toolbar" role="search" aria-label=t!("security.find")>
                <SearchField id="event-search" label=t!("security.search") on_search=search
                    asked=Signal::derive(move || screen.asked.with(|asked| asked.search.clone().unwrap_or_default())) />
                <FiltersButton />
                <Select id="event-action" label=t!("security.action") options=actions
                    value=Signal::derive(action) on_change=by_action />
                <DayField id="event-from" label=t!("security.from")
                    day=Signal::derive(move || screen.asked.with(|asked| asked.from.clone()))
                    on_change=Callback::new(move |day| screen.narrow(|asked| asked.from = day, History::Push)) />
                <DayField id="event-until" label=t!("security.until")
                    day=Signal::derive(move || screen.asked.with(|asked| asked.until.clone()))
                    on_change=Callback::new(move |day| screen.narrow(|asked| asked.until = day, History::Push)) />
            </div>
            <p class="reason" role="status">{total}</p>
        </Filters>
    }
}

/// A day to filter by. An incomplete date counts as none.
#[component]
fn DayField(
    id: &'static str,
    label: String,
    day: Signal<Option<Day>>,
    on_change: Callback<Option<Day>>,
) -> impl IntoView {
    let text = move |day: Option<Day>| day.map(|day| day.as_str().to_owned()).unwrap_or_default();
    let field = FieldState::new(id, text(day.get_untracked()));
    Effect::new(move |before: Option<String>| {
        let typed = field.text.get();
        // Browsers report the year digit by digit.
        let entered = Day::parse(&typed).filter(|day| day.as_str() >= "1000");
        let emptied = typed.is_empty() && before.is_some_and(|before| !before.is_empty());
        if (entered.is_some() || emptied) && entered != day.get_untracked() {
            on_change.run(entered);
        }
        typed
    });
    Effect::new(move |_| {
        let outside = text(day.get());
        if field.text.with_untracked(|typed| *typed != outside) {
            field.text.set(outside);
        }
    });
    view! { <Field state=field label kind="date" /> }
}
