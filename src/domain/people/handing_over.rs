//! What ends with the access of an administrator, and what of it whoever ends the access takes over, or ends, too.

use api_types::{BatchId, EndingWork, EndingWorkKind, EndsWithAccess, Handover, User};
use leptos::prelude::*;

use crate::api::users;
use crate::i18n;
use crate::t;

/// What was read of a person, and what was chosen.
#[derive(Clone, Copy)]
pub(super) struct HandingOver {
    ends: RwSignal<EndsWithAccess>,
    wanted: RwSignal<Handover>,
}

impl HandingOver {
    pub(super) fn new() -> Self {
        Self { ends: RwSignal::new(EndsWithAccess::default()), wanted: RwSignal::new(Handover::default()) }
    }

    /// Of nobody, with nothing chosen.
    pub(super) fn forget(self) {
        self.wanted.try_set(Handover::default());
        self.ends.try_set(EndsWithAccess::default());
    }

    /// Shows what ends with the access of a person. What was chosen of it before stays so.
    pub(super) fn show(self, ends: EndsWithAccess) {
        self.wanted.try_update(|wanted| {
            wanted.take_over.retain(|id| ends.work.iter().any(|work| work.id == *id));
            wanted.end_invitations &= ends.user_invitations > 0;
        });
        self.ends.try_set(ends);
    }

    pub(super) fn wanted(self) -> Handover {
        self.wanted.try_get_untracked().unwrap_or_default()
    }

    fn take(self, id: &BatchId, on: bool) {
        self.wanted.update(|wanted| {
            wanted.take_over.retain(|taken| taken != id);
            if on {
                wanted.take_over.push(id.clone());
            }
        });
    }
}

/// Reads what ends with the access of a person; `None` where that cannot be found out. A panel is not told.
pub(super) async fn read_ends(user: &User) -> Option<EndsWithAccess> {
    users::record(&user.id).await.ok().map(|record| record.ends)
}

/// What else ends with the access of an administrator, if anything does.
pub(super) fn ends_too(ends: &EndsWithAccess) -> Option<String> {
    let batches = ends.work.len();
    let parts = [
        (ends.api_keys > 0, t!("users.ends_keys", count = ends.api_keys)),
        (batches > 0, t!("users.ends_batches", count = batches)),
        (ends.admin_invitations > 0, t!("users.ends_invitations", count = ends.admin_invitations)),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, text)| text).collect();
    (!parts.is_empty()).then(|| t!("users.ends_too", what = i18n::list(&parts)))
}

/// A box for each batch that can be taken over, and one for the invitations of users.
#[component]
pub(super) fn HandingOverChoices(handing: HandingOver) -> impl IntoView {
    let work = Memo::new(move |_| handing.ends.with(|ends| ends.work.clone()));
    let invitations = Memo::new(move |_| handing.ends.with(|ends| ends.user_invitations));
    view! {
        <Show when=move || work.with(|work| !work.is_empty())>
            <fieldset class="field">
                <legend>{t!("users.take_over")}</legend>
                <div class="check-list">
                    {move || work.get().into_iter().map(|work| view! { <Batch handing work /> }).collect_view()}
                </div>
            </fieldset>
        </Show>
        <Show when=move || { invitations.get() > 0 }>
            <label class="check">
                <input
                    type="checkbox"
                    id="end-invitations"
                    prop:checked=move || handing.wanted.with(|wanted| wanted.end_invitations)
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        handing.wanted.update(|wanted| wanted.end_invitations = on);
                    }
                />
                <span>{move || t!("users.end_invitations", count = invitations.get())}</span>
            </label>
        </Show>
    }
}

#[component]
fn Batch(handing: HandingOver, work: EndingWork) -> impl IntoView {
    let EndingWork { id, kind, file_name, left } = work;
    let label = match kind {
        EndingWorkKind::Invitations => t!("users.take_invitations", count = left),
        EndingWorkKind::MemberChanges => t!("users.take_changes", count = left),
        EndingWorkKind::Undo => t!("users.take_undo", count = left),
    };
    let taken = id.clone();
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || handing.wanted.with(|wanted| wanted.take_over.contains(&taken))
                on:change:target=move |event| handing.take(&id, event.target().checked())
            />
            <span>
                {label}
                {file_name.map(|name| view! { " " <bdi class="quiet">{name}</bdi> })}
            </span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a21_a_batch_is_taken_over_once_and_let_go_again() {
        let _owner = Owner::new_root(None);
        let handing = HandingOver::new();
        let id = BatchId("b".into());
        for (on, taken) in [(true, 1), (true, 1), (false, 0)] {
            handing.take(&id, on);
            assert_eq!(handing.wanted().take_over.len(), taken);
        }
    }

    #[test]
    fn a21_what_was_chosen_stays_chosen_when_it_is_asked_again() {
        let _owner = Owner::new_root(None);
        let handing = HandingOver::new();
        let work = |id: &str| EndingWork {
            id: BatchId(id.into()),
            kind: EndingWorkKind::Invitations,
            file_name: None,
            left: 1,
        };
        let ends = |ids: &[&str], user_invitations| EndsWithAccess {
            work: ids.iter().map(|id| work(id)).collect(),
            user_invitations,
            ..EndsWithAccess::default()
        };
        handing.show(ends(&["a", "b"], 2));
        handing.take(&BatchId("a".into()), true);
        handing.take(&BatchId("b".into()), true);
        handing.wanted.update(|wanted| wanted.end_invitations = true);
        handing.show(ends(&["b", "c"], 1));
        assert_eq!(handing.wanted().take_over, [BatchId("b".into())], "of what still ends");
        assert!(handing.wanted().end_invitations);
        handing.forget();
        assert_eq!(handing.wanted(), Handover::default());
    }
}
