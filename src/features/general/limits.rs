use api_types::{Account, PersonField, Team, limits};
use leptos::prelude::*;

use crate::i18n;
use crate::t;
use crate::ui::Meter;

/// The limits of the account, and how much of each is used.
#[component]
pub(super) fn Limits(account: Account, teams: Vec<Team>) -> impl IntoView {
    let Account { seats, limits: of_account, .. } = account;
    let used = teams.iter().filter(|team| !team.everyone).count() as u64;
    let team_limit = u64::from(of_account.teams);
    let seats_text = t!("users.seats_text", used = seats.used, limit = seats.limit, count = seats.free());
    let fixed = [
        (t!("general.rows"), u64::from(of_account.rows_per_batch)),
        (t!("general.expiry"), u64::from(account.invitation_expires_in_days)),
        (t!("general.people"), limits::PEOPLE_MAX),
        (t!("general.fields"), PersonField::ALL.len() as u64),
        (t!("general.marketo_connections"), 1),
        (t!("general.salesforce_connections"), 1),
    ];
    view! {
        <section class="card stack" aria-labelledby="limits-title">
            <h2 id="limits-title">{t!("general.limits")}</h2>
            <p class="reason">{t!("general.limits_text")}</p>
            <Meter label=t!("users.seats") used=u64::from(seats.used) limit=u64::from(seats.limit) text=seats_text />
            <Meter label=t!("teams.teams") used limit=team_limit
                text=t!("teams.limit_text", used = used, limit = team_limit) />
            <dl class="definition">
                {fixed.map(|(label, value)| view! { <dt>{label}</dt><dd>{i18n::number(value)}</dd> }).collect_view()}
            </dl>
        </section>
    }
}
