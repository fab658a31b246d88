use api_types::Team;
use leptos::prelude::*;

use super::labels;

/// A box for each team, to choose any number of them by their names.
#[component]
pub(crate) fn TeamBoxes(
    teams: Vec<Team>,
    #[prop(into)] chosen: Signal<Vec<String>>,
    on_change: Callback<Vec<String>>,
) -> impl IntoView {
    let turn = move |name: &str, is_on: bool| {
        let mut names = chosen.get_untracked();
        names.retain(|other| other != name);
        if is_on {
            names.push(name.to_owned());
        }
        on_change.run(names);
    };
    let boxes = teams.into_iter().map(|team| {
        let (name, shown) = (team.name.clone(), labels::team(&team.name));
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&name))
                    on:change:target=move |event| turn(&team.name, event.target().checked())
                />
                <bdi>{shown}</bdi>
            </label>
        }
    });
    boxes.collect_view()
}
