//! Names of people: the rule of a typed name, and the dialog in which an administrator changes that of another person.

use api_types::{User, UserChange, holds_address, limits};
use leptos::prelude::*;

use super::change::{Change, Changed, newer_after, tell_session};
use super::undo::say_done;
use crate::api::users;
use crate::t;
use crate::term;
use crate::ui::{Button, ButtonKind, Dialog, ErrorSummary, Field, FieldState, Form};

/// A first or last name as it is sent; `None` after setting the field's message.
pub(crate) fn typed_name(field: FieldState) -> Option<String> {
    field.parse(name, |wrong| match wrong {
        Wrong::TooLong => t!("profile.name_too_long", count = limits::NAME_MAX),
        Wrong::Address => t!("name.is_address"),
    })
}

/// Why a name cannot be sent.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    TooLong,
    /// It contains an address.
    Address,
}

fn name(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.chars().count() > limits::NAME_MAX {
        Err(Wrong::TooLong)
    } else if holds_address(text) {
        Err(Wrong::Address)
    } else {
        Ok(text.to_owned())
    }
}

/// The dialog, open while `renaming` is set. `on_done` gets the user with the new name. After a refusal the user is read
/// again, so that what is typed can be saved, and `on_refused` is told.
#[component]
pub(crate) fn RenameDialog(
    renaming: RwSignal<Option<User>>,
    on_done: Callback<User>,
    on_refused: Callback<()>,
) -> impl IntoView {
    let first_name = FieldState::new("rename-first-name", "");
    let last_name = FieldState::new("rename-last-name", "");
    let form = Form::new();
    let open = Memo::new(move |_| renaming.with(Option::is_some));
    Effect::new(move |_| {
        let Some(user) = open.get().then(|| renaming.get_untracked()).flatten() else { return };
        for (field, text) in [(first_name, user.first_name), (last_name, user.last_name)] {
            field.text.set(text);
            field.error.set(None);
        }
        form.forget();
    });
    let submit = form.handler(
        move || typed_name(first_name).zip(typed_name(last_name)),
        async move |(first, last): (String, String)| {
            let Some(user) = renaming.get_untracked() else { return Ok(()) };
            let wanted =
                UserChange { first_name: Some(first), last_name: Some(last), ..UserChange::default() };
            match users::change(&user, &wanted).await {
                Ok(newer) => {
                    renaming.try_set(None);
                    tell_session(&newer);
                    let names = |user: &User| [user.first_name.clone(), user.last_name.clone()];
                    let change = Change::Name { from: names(&user), to: names(&newer) };
                    let done = t!("user.renamed", name = newer.display_name());
                    say_done(done, Changed { user: newer.clone(), change });
                    on_done.try_run(newer);
                    Ok(())
                }
                Err(failure) => {
                    if let Some(newer) = newer_after(&failure, &user).await {
                        renaming.try_set(Some(newer));
                    }
                    if !failure.is_transient() {
                        on_refused.try_run(());
                    }
                    Err(Some(failure.message()))
                }
            }
        },
    );
    let close = Callback::new(move |()| {
        if !form.is_busy() {
            renaming.set(None);
        }
    });
    view! {
        <Dialog open title=t!("user.rename") on_close=close>
            <form class="form" on:submit=submit.clone() novalidate>
                <ErrorSummary fields=vec![first_name, last_name] form />
                <Field state=first_name label=term!("field.first_name") />
                <Field state=last_name label=term!("field.last_name") />
                <div class="dialog-actions">
                    <Button waiting=form.busy on_press=close>{t!("common.cancel")}</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy>{term!("common.save")}</Button>
                </div>
            </form>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_in_characters_without_outer_space() {
        let longest = "한".repeat(limits::NAME_MAX);
        assert_eq!(name(&format!(" {longest} ")), Ok(longest.clone()));
        assert_eq!(name(&format!("{longest}a")), Err(Wrong::TooLong));
        assert_eq!(name("  "), Ok(String::new()));
    }

    #[test]
    fn a19_an_address_is_no_name() {
        assert_eq!(name("ana@example.com"), Err(Wrong::Address));
    }
}
