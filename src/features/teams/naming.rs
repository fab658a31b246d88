//! The dialog that names a team: a new team, or an existing one.

use api_types::{ProblemCode, holds_address, limits};
use leptos::prelude::*;

use super::state::{Screen, Subject, row_id};
use super::undo::{say_created, say_renamed};
use crate::api::{Failure, teams};
use crate::i18n::Message;
use crate::platform::{dom, random};
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, Field, FieldState, Form};

const FIELD: &str = "team-name";

#[component]
pub(super) fn NameDialog(screen: Screen) -> impl IntoView {
    let subject = screen.naming;
    let name = FieldState::new(FIELD, "");
    let form = Form::new();
    // The name that was sent to create a team, with its key: the same name again is the same request.
    let sent = StoredValue::new((String::new(), String::new()));
    Effect::new(move |_| {
        let text = match subject.get() {
            Some(Subject::Known(team)) => team.name,
            Some(Subject::New) => {
                sent.set_value((String::new(), String::new()));
                String::new()
            }
            None => return,
        };
        name.text.set(text);
        name.error.set(None);
        form.forget();
    });
    let submit = form.handler(
        move || name.parse(check, std::convert::identity),
        async move |typed: String| {
            let pressed = dom::InputMark::now();
            let outcome = match subject.get_untracked() {
                Some(Subject::New) => {
                    if sent.with_value(|(before, _)| *before != typed) {
                        sent.set_value((typed.clone(), random::uuid()));
                    }
                    let key = sent.with_value(|(_, key)| key.clone());
                    let made = teams::create(typed, key).await;
                    made.map(|team| (None, team))
                }
                Some(Subject::Known(team)) => {
                    let renamed = teams::rename(&team.id, typed).await;
                    renamed.map(|newer| (Some(team.name), newer))
                }
                None => return Ok(()),
            };
            match outcome {
                Ok((before, team)) => {
                    subject.try_set(None);
                    match before {
                        Some(before) => say_renamed(before, &team),
                        None => say_created(&team),
                    }
                    screen.refresh().await;
                    pressed.focus(row_id(&team.id));
                    Ok(())
                }
                Err(failure) => Err(refused(name, &failure)),
            }
        },
    );
    let title = Signal::derive(move || match subject.get() {
        Some(Subject::Known(team)) => t!("teams.rename_title", team = team.name),
        _ => t!("teams.new"),
    });
    let action = move || match subject.get() {
        Some(Subject::Known(_)) => term!("common.save").into_render(),
        _ => term!("common.create").into_render(),
    };
    // Once sent, it stays until the outcome is known.
    let close = Callback::new(move |()| {
        if !form.is_busy() {
            subject.set(None);
        }
    });
    view! {
        <Dialog open=Signal::derive(move || subject.with(Option::is_some)) title on_close=close>
            <form class="form" on:submit=submit.clone() novalidate>
                <ErrorSummary fields=vec![name] form />
                <Field state=name label=t!("teams.name") hint=t!("teams.name_hint", limit = limits::TEAM_NAME_MAX) />
                <div class="dialog-actions">
                    <Button waiting=form.busy on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy>{action}</Button>
                </div>
            </form>
        </Dialog>
    }
}

fn check(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        Err(t!("teams.name_missing"))
    } else if name.chars().count() > limits::TEAM_NAME_MAX {
        Err(t!("teams.name_too_long"))
    } else if holds_address(name) {
        Err(t!("name.is_address"))
    } else {
        Ok(name.to_owned())
    }
}

/// Shows the backend's refusal where it belongs.
fn refused(name: FieldState, failure: &Failure) -> Option<Message> {
    match failure.code() {
        Some(ProblemCode::NameTaken | ProblemCode::InvalidField) => {
            name.error.try_set(Some(failure.message().into()));
            None
        }
        _ => Some(failure.message()),
    }
}
