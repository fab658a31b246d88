//! The account: its seats, limits and settings, and who is in it, as address keys.

use api_types::{
    Account, AccountChange, AccountLimits, AuditAction, AuditField, FactorRule, LoginManagement, ProblemCode,
    WithoutSalesforce, limits,
};

use crate::db::users::UserRow;
use crate::db::{self, AccountId, Conn, DbResult};
use crate::error::ApiResult;
use crate::services::audit::{self, Subject};
use crate::services::factor_rule;
use crate::services::sessions::Caller;
use crate::state::App;

/// Seats, limits and settings of the account.
pub(crate) async fn show(app: &App, conn: &mut Conn) -> ApiResult<Account> {
    let account = db::accounts::only(conn).await?.ok_or(ProblemCode::NotFound)?;
    let factor_rule = db::factors::rule(conn, &account.id).await?;
    let seats = db::accounts::seats(conn, &account.id, app.now()).await?;
    let lacks_salesforce_admin = lacks_admin_for(conn, &account.id, LoginManagement::SalesforceOnly).await?;
    Ok(Account {
        name: account.name,
        seats,
        limits: AccountLimits {
            rows_per_chunk: limits::ROWS_PER_CHUNK as u32,
            rows_per_batch: limits::ROWS_PER_BATCH,
            body_bytes: limits::BODY_BYTES as u32,
            teams: account.team_limit,
            idempotency_days: limits::IDEMPOTENCY_DAYS,
        },
        login_management: account.login_management,
        lacks_salesforce_admin,
        factor_rule,
        invitation_expires_in_days: limits::EXPIRES_IN_DAYS_DEFAULT,
        version: account.settings_version,
    })
}

/// Whether no administrator could sign in that way.
async fn lacks_admin_for(
    conn: &mut Conn,
    account_id: &AccountId,
    management: LoginManagement,
) -> DbResult<bool> {
    Ok(db::users::able_admins(conn, account_id, management, None, 1).await?.is_empty())
}

/// The version of the settings.
pub(crate) async fn settings_version(conn: &mut Conn) -> ApiResult<u32> {
    Ok(db::accounts::only(conn).await?.ok_or(ProblemCode::NotFound)?.settings_version)
}

/// The version of the address keys, which takes no time to find out.
pub(crate) async fn address_keys_version(app: &App, conn: &mut Conn) -> DbResult<String> {
    db::people_counts::version(conn, &app.account_id, app.now()).await
}

/// The address keys as bytes. `docs/address-keys.md` says how to read them.
pub(crate) async fn address_keys(app: &App, conn: &mut Conn) -> DbResult<Vec<u8>> {
    Ok(db::users::address_keys(conn, &app.account_id, app.now()).await?.to_bytes())
}

/// Who may be locked out where Salesforce alone lets people in.
pub(crate) async fn without_salesforce(app: &App) -> ApiResult<WithoutSalesforce> {
    let mut conn = app.db.read().await?;
    let (total, people) =
        db::users::without_salesforce(&mut conn, &app.account_id, WithoutSalesforce::NAMED.into()).await?;
    Ok(WithoutSalesforce { total, people: people.into_iter().map(UserRow::person).collect() })
}

/// Changes how people sign in, and who must have a second factor. Sign-in through Salesforce only can be chosen once an
/// administrator has signed in through it.
pub(crate) async fn change(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    change: AccountChange,
) -> ApiResult<Account> {
    let before = db::accounts::login_management(conn, &app.account_id).await?;
    if let Some(management) = change.login_management.filter(|management| *management != before) {
        if management == LoginManagement::SalesforceOnly
            && lacks_admin_for(conn, &app.account_id, management).await?
        {
            return Err(ProblemCode::NobodyWithSalesforce.into());
        }
        db::accounts::set_login_management(conn, &app.account_id, management).await?;
        db::accounts::next_settings_version(conn, &app.account_id).await?;
        let what = AuditAction::LoginManagementChanged;
        let (from, to) = (db::text(before)?, db::text(management)?);
        let changes = [audit::change(AuditField::LoginManagement, Some(&from), Some(&to))];
        audit::by_caller(app, conn, caller, what, Subject::from(&to).changing(&changes)).await?;
    }
    let rule_before = db::factors::rule(conn, &app.account_id).await?;
    if let Some(rule) = change.factor_rule.filter(|rule| *rule != rule_before) {
        factor_rule::set(conn, &app.account_id, rule, caller.id(), app.now()).await?;
        db::accounts::next_settings_version(conn, &app.account_id).await?;
        let from: &str = rule.needed_from.into();
        let subject = format!("{from} ({})", rule.grace_days);
        let days = |rule: FactorRule| rule.grace_days.to_string();
        let changes = audit::changed([
            (AuditField::FactorsNeededFrom, Some(rule_before.needed_from.into()), Some(from)),
            (AuditField::GraceDays, Some(&days(rule_before)), Some(&days(rule))),
        ]);
        let subject = Subject::from(&subject).changing(&changes);
        audit::by_caller(app, conn, caller, AuditAction::FactorRuleChanged, subject).await?;
    }
    show(app, conn).await
}
