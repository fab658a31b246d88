//! What takes the place of a name that the account does not have.

use leptos::prelude::*;
use roster::{Field, Fix};

use super::kinds::UnknownName;
use crate::features::people_file::state::Flow;
use crate::t;
use crate::ui::{Button, Select, SelectOption, Submission, Tone, notify};

/// What can be done, in all rows at once, about a name that the account does not have: replace it by one of the
/// account's, or create it.
#[component]
pub(super) fn Instead(
    flow: Flow,
    /// The place of the value among those of its kind.
    place: usize,
    unknown: UnknownName,
    /// Chosen from the start.
    meant: Option<String>,
    apply: Callback<Fix>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let chosen = RwSignal::new(meant.unwrap_or_default());
    let creation = Submission::new();
    let is_inviting = flow.purpose.get_untracked().has_account();
    let creatable = matches!(unknown, UnknownName::Team(_)) && is_inviting;
    let [label, choose, choose_first] = unknown.words();
    let id =
        format!("{}-instead-{place}", if unknown.field() == Field::Teams { "team" } else { "workspace" });
    let unknown = StoredValue::new(unknown);
    let names =
        Memo::new(move |_| flow.known.with(|known| unknown.with_value(|unknown| unknown.instead(known))));
    let options = Signal::derive(move || {
        let names = names.get().into_iter().map(|name| SelectOption::new(name.clone(), name));
        std::iter::once(SelectOption::new("", choose.clone())).chain(names).collect::<Vec<_>>()
    });
    let none_chosen = Signal::derive(move || chosen.with(String::is_empty).then(|| choose_first.clone()));
    let replace = Callback::new(move |()| {
        let to = chosen.get_untracked();
        apply.run(unknown.with_value(|unknown| Fix::ReplaceValue {
            field: unknown.field(),
            from: unknown.name().to_owned(),
            to,
        }));
    });
    let create = Callback::new(move |()| {
        let name = unknown.with_value(|unknown| unknown.name().to_owned());
        creation.attempt(async move {
            let name = flow.create_team(name).await?;
            notify(Tone::Success, t!("teams.created", team = name));
            on_changed.try_run(());
            Ok(())
        });
    });
    view! {
        <Select
            id
            label
            label_hidden=true
            options
            value=chosen
            on_change=Callback::new(move |name| chosen.set(name))
        />
        <Button disabled_reason=none_chosen on_press=replace>{t!("invite_csv.fix_replace")}</Button>
        {creatable.then(|| view! {
            <Button busy=creation.busy on_press=create>{t!("invite_csv.fix_team_create")}</Button>
        })}
    }
}
