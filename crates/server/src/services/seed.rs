//! The first start: an account, its first administrator, and in sandbox mode sample people.

use std::path::Path;
use std::time::Duration;

use api_types::{EVERYONE, LoginManagement, Persona, Role, UserStatus};
use roster::email::Address;
use url::Url;

use crate::config::Config;
use crate::db::accounts::AccountRow;
use crate::db::users::NewUser;
use crate::db::{self, AccountId, Conn, Db, new_id};
use crate::error::StartError;
use crate::platform::clock::Millis;
use crate::services::api_keys;

const DEFAULT_WORKSPACE: &str = "Default";
/// Sample teams of sandbox mode.
const SANDBOX_TEAMS: [&str; 3] = ["EMEA Sales", "Inside Sales", "Field & Partners"];

const SEATS: u32 = 100;
const TEAMS: u32 = 20;
const SAMPLE_SEATS: u32 = 1_000;
const SAMPLE_TEAMS: u32 = 50;
const SAMPLE_MEMBERS: usize = 240;
const SAMPLE_DOMAIN: &str = "sample.example";

/// The file in which a running server stores its addresses for the command line: its own, and the console's.
const URL_FILE: &str = "url";

/// The account, made where there is none, with the limits of the configuration.
pub(crate) async fn ensure_account(db: &Db, config: &Config, now: Millis) -> Result<AccountRow, StartError> {
    let mut tx = db.write().await?;
    let mut account = match db::accounts::only(&mut tx).await? {
        Some(account) => account,
        None => create(&mut tx, config, now).await?,
    };
    let (sample_seats, sample_teams) = if config.sample_data { (SAMPLE_SEATS, SAMPLE_TEAMS) } else { (0, 0) };
    account.seat_limit = config.account.seats.unwrap_or(account.seat_limit.max(sample_seats));
    account.team_limit = config.account.teams.unwrap_or(account.team_limit.max(sample_teams));
    db::accounts::set_limits(&mut tx, &account.id, account.seat_limit, account.team_limit).await?;
    if config.sample_data {
        add_sample_members(&mut tx, &account.id, now).await?;
    }
    if let Some(secret) = config.sandbox.example_key() {
        api_keys::ensure_example(&mut tx, &account.id, secret, &config.embedders, now).await?;
    }
    tx.commit().await?;
    Ok(account)
}

async fn create(conn: &mut Conn, config: &Config, now: Millis) -> Result<AccountRow, StartError> {
    let email = config.account.admin_email.trim();
    let address =
        Address::parse(email).map_err(|error| format!("{email} is no address: {}", error.name()))?;
    let account = AccountRow {
        settings_version: 1,
        id: db::accounts::next_id(conn).await?,
        uuid: new_id(),
        name: config.account.account_name.trim().to_owned(),
        seat_limit: SEATS,
        team_limit: TEAMS,
        login_management: LoginManagement::AllLoginMethods,
        original_user_id: None,
    };
    db::accounts::insert(conn, &account, now).await?;
    let workspace = db::teams::insert_workspace(conn, &account.id, DEFAULT_WORKSPACE, true).await?;
    db::teams::insert(conn, &account.id, EVERYONE, true).await?;
    if config.sandbox.is_on() {
        for team in SANDBOX_TEAMS {
            db::teams::insert(conn, &account.id, team, false).await?;
        }
    }
    let admin = NewUser {
        id: new_id(),
        email: email.to_owned(),
        email_key: address.key(),
        first_name: String::new(),
        last_name: String::new(),
        role: Role::Admin,
        personas: vec![Persona::MarketoAdmin],
        workspace_id: workspace,
        status: UserStatus::Active,
        last_sign_in: None,
        invitation: None,
    };
    db::users::insert(conn, &account.id, std::slice::from_ref(&admin), now).await?;
    db::accounts::set_original_user(conn, &account.id, &admin.id).await?;
    Ok(AccountRow { original_user_id: Some(admin.id), ..account })
}

/// Adds sample members, for searching, sorting and paging; once.
async fn add_sample_members(conn: &mut Conn, account_id: &AccountId, now: Millis) -> Result<(), StartError> {
    const FIRST: [&str; 16] = [
        "María", "José", "Ana", "민수", "서연", "Liam", "Olivia", "Noé", "Jürgen", "Zoë", "太郎", "花子",
        "Łukasz", "Aoife", "Siân", "Kofi",
    ];
    const LAST: [&str; 15] = [
        "García",
        "O'Neil",
        "김",
        "Smith",
        "Müller",
        "Silva",
        "Lee",
        "Ray",
        "Nguyễn",
        "山田",
        "Peña",
        "de la Cruz",
        "Brown",
        "Mensah",
        "Rossi",
    ];
    let email = |index: usize| format!("member{index}@{SAMPLE_DOMAIN}");
    if db::users::find_by_email(conn, account_id, &email(0)).await?.is_some() {
        return Ok(());
    }
    let workspaces = db::teams::workspaces(conn, account_id).await?;
    let workspace =
        workspaces.into_iter().find(|workspace| workspace.default).ok_or("no default workspace")?;
    let teams = db::teams::named(conn, account_id).await?;
    let count = teams.len();
    let hour = Duration::from_secs(3600);
    let members: Vec<NewUser> = (0..SAMPLE_MEMBERS)
        .map(|index| NewUser {
            id: new_id(),
            email: email(index),
            email_key: email(index),
            first_name: FIRST[index % FIRST.len()].to_owned(),
            last_name: LAST[index % LAST.len()].to_owned(),
            role: if index % 20 == 7 { Role::Admin } else { Role::User },
            personas: if index % 40 == 7 { vec![Persona::SalesforceAdmin] } else { Vec::new() },
            workspace_id: workspace.id.0.clone(),
            status: if index % 11 == 5 { UserStatus::Deactivated } else { UserStatus::Active },
            last_sign_in: u32::try_from(index)
                .ok()
                .filter(|index| index % 6 != 0)
                .map(|index| now.minus(hour * (index + 1))),
            invitation: None,
        })
        .collect();
    db::users::insert(conn, account_id, &members, now).await?;
    for (place, team) in teams.into_iter().enumerate() {
        let members = members.iter().skip(place).step_by(count + 1).map(|member| &member.id);
        db::teams::add_members(conn, account_id, &[team.id], &members.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Stores the server's and the console's addresses for [`link_base`].
pub(crate) fn note_urls(data: &Path, public_url: &Url, console_url: &Url) -> std::io::Result<()> {
    std::fs::write(data.join(URL_FILE), format!("{public_url}\n{console_url}\n"))
}

/// Where links of the command line lead, by the addresses that `serve` takes, too: to the console. What is left out is
/// as at the server's last start; of a server at another address than then, only that is known.
///
/// # Errors
/// When there is no server's data in the folder.
pub fn link_base(
    data: &Path,
    public_url: Option<&Url>,
    console_url: Option<&Url>,
) -> Result<String, StartError> {
    if let Some(console) = console_url {
        return Ok(console.to_string());
    }
    let noted = std::fs::read_to_string(data.join(URL_FILE))
        .map_err(|_| format!("there is no server's data in {}", data.display()))?;
    let mut lines = noted.lines();
    let noted_public = lines.next().unwrap_or_default();
    let noted_console = lines.next().unwrap_or(noted_public);
    Ok(match public_url {
        Some(public) if public.as_str() != noted_public => public.to_string(),
        _ => noted_console.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_links_of_the_command_line_lead_to_the_console() {
        const API: &str = "https://api.example.com/";
        const CONSOLE: &str = "https://www.example.com/console/";
        const OTHER: &str = "https://other.example.com/";
        let url = |text: &str| Url::parse(text).unwrap();
        let data = tempfile::tempdir().unwrap();
        let base = |public: Option<&str>, console: Option<&str>| {
            link_base(data.path(), public.map(url).as_ref(), console.map(url).as_ref())
        };
        assert!(base(None, None).is_err(), "there is no server's data");
        note_urls(data.path(), &url(API), &url(CONSOLE)).unwrap();
        for (public, console, leads_to) in [
            (None, None, CONSOLE),
            (Some(API), None, CONSOLE),
            (Some(API), Some(CONSOLE), CONSOLE),
            (None, Some(OTHER), OTHER),
            (Some(API), Some(OTHER), OTHER),
            // Of a server that has moved, only its own address is known.
            (Some(OTHER), None, OTHER),
        ] {
            assert_eq!(base(public, console).unwrap(), leads_to, "{public:?} {console:?}");
        }
        // As earlier versions wrote it: one address.
        std::fs::write(data.path().join(URL_FILE), CONSOLE).unwrap();
        assert_eq!(base(None, None).unwrap(), CONSOLE);
    }
}
