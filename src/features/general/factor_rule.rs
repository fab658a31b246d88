use api_types::{FactorRule, FactorsNeededFrom, limits};
use leptos::prelude::*;

use crate::api::{account, users};
use crate::data::{on_settings_put_back, say_saved};
use crate::domain::session;
use crate::i18n::{self, Message};
use crate::platform::spawn;
use crate::t;
use crate::term;
use crate::ui::{
    Button, ButtonKind, Confirmation, ErrorSummary, Form, LeaveGuard, Question, QuestionDialog, RadioOption,
    Select, SelectOption, Tone, notify,
};

/// The days of grace that are offered, beside those that are set.
const DAYS: [u8; 5] = [
    *limits::FACTOR_GRACE_DAYS.start(),
    3,
    limits::FACTOR_GRACE_DAYS_DEFAULT,
    14,
    *limits::FACTOR_GRACE_DAYS.end(),
];

/// Who must have a second factor, and how long people have to add one.
#[component]
pub(super) fn FactorRuleCard(saved: FactorRule) -> impl IntoView {
    let rule = Rule::new(saved);
    let Rule { saved, chosen, form, asking } = rule;
    let dirty = Memo::new(move |_| saved.get() != chosen.get());
    let unchanged = Signal::derive(move || (!dirty.get()).then(|| t!("general.nothing_to_save")));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if dirty.get_untracked() && !form.is_busy() {
            rule.submit();
        }
    };
    let options = [
        (
            FactorsNeededFrom::Nobody,
            "factors-nobody",
            t!("general.factors_nobody"),
            t!("general.factors_nobody_hint"),
        ),
        (
            FactorsNeededFrom::Administrators,
            "factors-administrators",
            t!("general.factors_administrators"),
            t!("general.factors_administrators_hint"),
        ),
        (
            FactorsNeededFrom::Everybody,
            "factors-everybody",
            t!("general.factors_everybody"),
            t!("general.factors_everybody_hint"),
        ),
    ];
    let choose = move |one| Callback::new(move |()| chosen.update(|rule| rule.needed_from = one));
    let days = Signal::derive(move || {
        let mut days: Vec<u8> = DAYS.into_iter().chain([saved.get().grace_days]).collect();
        days.sort_unstable();
        days.dedup();
        days.into_iter().map(|days| SelectOption::new(days.to_string(), in_days(days))).collect::<Vec<_>>()
    });
    let choose_days = Callback::new(move |text: String| {
        chosen.update(|rule| rule.grace_days = text.parse().unwrap_or(rule.grace_days));
    });
    view! {
        <section class="card" aria-labelledby="factor-rule">
            <h2 id="factor-rule">{term!("factors.title")}</h2>
            <form class="form" on:submit=submit novalidate>
                <ErrorSummary fields=vec![] form />
                <fieldset class="options">
                    <legend>{t!("general.factors_who")}</legend>
                    {options.map(|(one, id, label, hint)| view! {
                        <RadioOption group="factor-rule" id label hint on_choose=choose(one)
                            checked=Signal::derive(move || chosen.get().needed_from == one) />
                    }).collect_view()}
                </fieldset>
                <Show when=move || chosen.get().needed_from != FactorsNeededFrom::Nobody>
                    <Select id="factor-days" label=t!("general.grace") hint=t!("general.grace_hint") options=days
                        value=Signal::derive(move || chosen.get().grace_days.to_string()) on_change=choose_days />
                </Show>
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=form.busy disabled_reason=unchanged>{term!("common.save")}</Button>
                </div>
            </form>
        </section>
        <QuestionDialog confirmation=asking />
        <LeaveGuard dirty />
    }
}

fn in_days(days: u8) -> String {
    match days {
        0 => t!("general.grace_none"),
        days => t!("general.grace_days", count = days),
    }
}

#[derive(Clone, Copy)]
struct Rule {
    saved: RwSignal<FactorRule>,
    chosen: RwSignal<FactorRule>,
    form: Form,
    asking: Confirmation,
}

impl Rule {
    fn new(saved: FactorRule) -> Self {
        let offered = match saved.needed_from {
            // The days of a rule that was never set mean nothing.
            FactorsNeededFrom::Nobody => {
                FactorRule { grace_days: limits::FACTOR_GRACE_DAYS_DEFAULT, ..saved }
            }
            _ => saved,
        };
        let form = Form::new();
        let rule = Self {
            saved: RwSignal::new(offered),
            chosen: RwSignal::new(offered),
            form,
            asking: Confirmation::of(*form),
        };
        on_settings_put_back(move || spawn(rule.read_again()));
        rule
    }

    async fn read_again(self) {
        let Ok(account) = users::account().await else { return };
        let kept = (self.chosen.try_get_untracked(), self.saved.try_get_untracked());
        // What was chosen since stays.
        if kept.0 == kept.1 {
            self.chosen.try_set(account.factor_rule);
        }
        self.saved.try_set(account.factor_rule);
        session::look_at_factor().await;
    }

    fn submit(self) {
        self.form.forget();
        match question(self.saved.get_untracked(), self.chosen.get_untracked()) {
            Some(question) => self.asking.ask(question, move || self.save()),
            None => self.form.send(self.save()),
        }
    }

    async fn save(self) -> Result<(), Message> {
        let (earlier, wanted) = (self.saved.get_untracked(), self.chosen.get_untracked());
        let outcome = account::change_factor_rule(wanted).await;
        self.asking.close();
        let kept = outcome.inspect_err(|_| self.form.show_what_is_wrong())?.factor_rule;
        self.saved.try_set(kept);
        self.chosen.try_set(kept);
        session::look_at_factor().await;
        // Going back to what asks more of people is confirmed first.
        if question(kept, earlier).is_some() {
            notify(Tone::Success, t!("general.factors_saved"));
            return Ok(());
        }
        say_saved(t!("general.factors_saved"), "factor rule", move || async move {
            let is_kept = users::account().await?.factor_rule == kept;
            if is_kept {
                account::change_factor_rule(earlier).await?;
            }
            Ok(is_kept)
        });
        Ok(())
    }
}

/// What is asked before a rule that asks more of people than before.
fn question(before: FactorRule, after: FactorRule) -> Option<Question> {
    let is_more = after.needed_from as u8 > before.needed_from as u8
        || after.needed_from == before.needed_from && after.grace_days < before.grace_days;
    let who = match after.needed_from {
        FactorsNeededFrom::Nobody => return None,
        FactorsNeededFrom::Administrators => t!("general.factors_administrators_text"),
        FactorsNeededFrom::Everybody => t!("general.factors_everybody_text"),
    };
    let when = match after.grace_days {
        0 => t!("general.factors_at_once"),
        days => t!("general.factors_after", count = days),
    };
    is_more.then(|| Question {
        title: t!("general.factors_title"),
        text: i18n::sentences([who, when, t!("general.factors_lost")]),
        action: t!("general.factors_ask"),
        danger: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a22_only_a_rule_that_asks_more_of_people_is_asked_about() {
        use FactorsNeededFrom::{Administrators, Everybody, Nobody};
        let rule = |needed_from, grace_days| FactorRule { needed_from, grace_days };
        let asks = |before, after| question(before, after).is_some();
        assert!(asks(rule(Nobody, 7), rule(Administrators, 7)));
        assert!(asks(rule(Administrators, 7), rule(Everybody, 30)));
        assert!(asks(rule(Everybody, 7), rule(Everybody, 3)));
        assert!(!asks(rule(Everybody, 3), rule(Everybody, 7)));
        assert!(!asks(rule(Everybody, 7), rule(Administrators, 3)));
        assert!(!asks(rule(Everybody, 7), rule(Nobody, 0)));
    }
}
