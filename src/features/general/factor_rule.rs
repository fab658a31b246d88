use api_types::{Account, FactorRule, FactorsNeededFrom, limits};
use leptos::prelude::*;

use super::state::{Chosen, look_again};
use crate::api::account::change_factor_rule;
use crate::data::{say_saved, unless_stale};
use crate::domain::session;
use crate::i18n::{self, Message};
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
pub(super) fn FactorRuleCard(account: RwSignal<Account>) -> impl IntoView {
    let rule = Rule::new(account);
    let Rule { saved, chosen: Chosen { value: chosen, .. }, form, asking, .. } = rule;
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
    account: RwSignal<Account>,
    saved: Memo<FactorRule>,
    chosen: Chosen<FactorRule>,
    form: Form,
    asking: Confirmation,
}

impl Rule {
    fn new(account: RwSignal<Account>) -> Self {
        let form = Form::new();
        let saved = Memo::new(move |_| account.with(|account| offered(account.factor_rule)));
        Self { account, saved, chosen: Chosen::of(saved), form, asking: Confirmation::of(*form) }
    }

    fn submit(self) {
        self.form.forget();
        let wanted = self.chosen.value.get_untracked();
        match question(self.saved.get_untracked(), wanted) {
            Some(question) => self.asking.ask(question, move || self.save(wanted)),
            None => self.form.send(self.save(wanted)),
        }
    }

    async fn save(self, wanted: FactorRule) -> Result<(), Message> {
        let earlier = self.saved.get_untracked();
        let version = self.account.with_untracked(|account| account.version);
        self.chosen.sends(wanted);
        let outcome = change_factor_rule(wanted, version).await.inspect_err(|_| self.chosen.failed());
        if let Err(failure) = &outcome
            && let Some(newer) = look_again(self.account, failure).await
        {
            self.chosen.value.try_set(offered(newer.factor_rule));
        }
        self.asking.close();
        let kept = outcome.inspect_err(|_| self.form.show_what_is_wrong())?;
        let (rule, version) = (kept.factor_rule, kept.version);
        self.account.try_set(kept);
        session::look_at_factor().await;
        // Going back to what asks more of people is confirmed first.
        if question(rule, earlier).is_some() {
            notify(Tone::Success, t!("general.factors_saved"));
            return Ok(());
        }
        say_saved(t!("general.factors_saved"), "factor rule", move || async move {
            unless_stale(change_factor_rule(earlier, version).await)
        });
        Ok(())
    }
}

/// The days of a rule that was never set mean nothing.
fn offered(rule: FactorRule) -> FactorRule {
    match rule.needed_from {
        FactorsNeededFrom::Nobody => FactorRule { grace_days: limits::FACTOR_GRACE_DAYS_DEFAULT, ..rule },
        _ => rule,
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
