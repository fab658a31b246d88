//! Where a person is signed in, and ending it.

use api_types::{List, OpenSession, ProblemCode, SessionId, SessionPlace, UserId};
use leptos::prelude::*;

use crate::api::open_sessions;
use crate::data::{Loader, UnderWay, loaded_list};
use crate::i18n::Message;
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{
    Button, ButtonKind, Column, Confirmation, Frame, IconName, Question, QuestionDialog, Room, Status, Table,
    Tone, ago, attempt, notify,
};

/// The id of the heading, which takes the focus of a button that has gone with its row.
const TITLE: &str = "open-sessions-title";

/// Whose sessions they are.
#[derive(Clone, PartialEq)]
pub(crate) enum Whose {
    Own,
    /// Another person's, as an administrator sees them.
    Of(UserId),
}

#[derive(Clone, Copy)]
struct Sessions {
    whose: StoredValue<Whose>,
    list: Loader<List<OpenSession>>,
    ending: UnderWay<SessionId>,
    ending_all: Confirmation,
}

impl Sessions {
    async fn read(self) -> Result<List<OpenSession>, crate::api::Failure> {
        match self.whose.get_value() {
            Whose::Own => open_sessions::own().await,
            Whose::Of(id) => open_sessions::of(&id).await,
        }
    }

    fn load(self) {
        spawn(async move { self.list.load(self.read()).await });
    }

    fn end(self, id: SessionId) {
        let pressed = dom::InputMark::now();
        if !self.ending.begin(&id) {
            return;
        }
        attempt(async move {
            let outcome = open_sessions::end(&id).await;
            self.ending.end(&id);
            match outcome {
                // It has ended by itself, or elsewhere.
                Err(failure) if failure.code() != Some(ProblemCode::NotFound) => {
                    return Err(failure.message());
                }
                _ => self.ended(t!("sessions.ended"), pressed).await,
            }
            Ok(())
        });
    }

    fn ask_to_end_all(self) {
        let (title, text, action) = match self.whose.get_value() {
            Whose::Own => {
                (t!("sessions.end_others_title"), t!("sessions.end_others_text"), t!("sessions.end_others"))
            }
            Whose::Of(_) => {
                (t!("sessions.end_all_title"), t!("sessions.end_all_text"), t!("sessions.end_all"))
            }
        };
        let question = Question { title, text, action, danger: true };
        self.ending_all.ask(question, move || self.end_all());
    }

    async fn end_all(self) -> Result<(), Message> {
        let pressed = dom::InputMark::now();
        match self.whose.get_value() {
            Whose::Own => open_sessions::end_others().await?,
            Whose::Of(id) => open_sessions::end_of(&id).await?,
        }
        self.ending_all.close();
        self.ended(t!("sessions.ended_all"), pressed).await;
        Ok(())
    }

    async fn ended(self, said: String, pressed: dom::InputMark) {
        notify(Tone::Success, said);
        self.list.refresh(self.read()).await;
        pressed.focus(TITLE);
    }

    /// Whether there is any that can be ended from here.
    fn can_end_any(self) -> bool {
        self.list.on_page(|sessions| sessions.iter().any(|session| !session.is_current))
    }
}

/// A card with a person's sessions.
#[component]
pub(crate) fn OpenSessions(whose: Whose) -> impl IntoView {
    let (title, all) = match &whose {
        Whose::Own => (t!("sessions.title"), t!("sessions.end_others")),
        Whose::Of(_) => (t!("sessions.title_of"), t!("sessions.end_all")),
    };
    let sessions = Sessions {
        whose: StoredValue::new(whose),
        list: Loader::new(),
        ending: UnderWay::new(),
        ending_all: Confirmation::new(),
    };
    sessions.load();
    let (caption, all) = (title.clone(), StoredValue::new(all));
    view! {
        <section class="card" aria-labelledby=TITLE>
            <h2 id=TITLE tabindex="-1">{title}</h2>
            {loaded_list(
                sessions.list,
                2,
                move || sessions.load(),
                || view! { <p class="reason">{t!("sessions.none")}</p> }.into_any(),
                move |items| table(sessions, caption.clone(), items),
            )}
            <Show when=move || sessions.can_end_any()>
                <div class="actions">
                    <Button on_press=Callback::new(move |()| sessions.ask_to_end_all())>{all.get_value()}</Button>
                </div>
            </Show>
        </section>
        <QuestionDialog confirmation=sessions.ending_all />
    }
}

fn table(sessions: Sessions, caption: String, items: Vec<OpenSession>) -> AnyView {
    let columns = vec![
        Column::row_head(t!("sessions.where"), |session: &OpenSession| {
            let (name, place) = place(session);
            view! { <bdi>{name}</bdi> {place.map(|place| view! { <div class="reason">{place}</div> })} }
        }),
        Column::new(t!("sessions.network"), |session: &OpenSession| {
            view! { <span class="address">{session.network.clone()}</span> }
        })
        .from(Room::Wide),
        Column::new(t!("sessions.signed_in"), |session: &OpenSession| ago(session.signed_in_at.as_str()))
            .from(Room::Wide),
        Column::new(t!("sessions.last_used"), |session: &OpenSession| ago(session.last_used_at.as_str())),
        Column::actions(move |session: &OpenSession| last(sessions, session)),
    ];
    Table::new(caption, columns).frame(Frame::Open).rows(items)
}

/// What it is called, and what it is used in unless that is the console itself.
fn place(session: &OpenSession) -> (String, Option<String>) {
    let name = match session.browser.as_str() {
        "" => t!("sessions.unknown"),
        browser => browser.to_owned(),
    };
    match &session.place {
        SessionPlace::Console => (name, None),
        SessionPlace::ConsoleElsewhere(origin) => {
            (name, Some(t!("sessions.console", origin = origin.as_str())))
        }
        SessionPlace::Panel { origin, key } => {
            (t!("sessions.panel", origin = origin.as_str()), Some(t!("sessions.key", name = key.as_str())))
        }
    }
}

fn last(sessions: Sessions, session: &OpenSession) -> AnyView {
    if session.is_current {
        return view! { <Status tone=Tone::Success icon=IconName::Check label=t!("sessions.this") /> }
            .into_any();
    }
    let (id, name) = (session.id.clone(), place(session).0);
    view! {
        <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| sessions.end(id.clone()))>
            {t!("sessions.end")}
            <span class="visually-hidden">{t!("common.of", text = name)}</span>
        </Button>
    }
    .into_any()
}
