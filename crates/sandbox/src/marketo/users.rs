//! The instance's own users, with their roles and workspaces. These responses have no success flag.

use axum::Extension;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Json, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::MarketoError;
use super::gate::Caller;
use super::nature::Nature;
use super::tokens::Client;
use crate::people::Person;

/// A person who was invited to Marketo and has not accepted.
pub const PENDING_USER: &str = "pending@northwind.example";
/// A user who may not sign in.
pub const LOCKED_USER: &str = "omar.haddad@northwind.example";

const USERS: u32 = 60;
const PAGE: usize = 20;
const PAGE_MAX: usize = 200;
const MADE: &str = "20200327T18:27:42.0t+0000";

/// A role or a workspace.
#[derive(Clone, Copy, Debug)]
struct Named {
    id: u32,
    name: &'static str,
}

/// A role in a workspace.
#[derive(Clone, Copy, Debug)]
struct Grant {
    role: Named,
    workspace: Named,
}

const fn grant(role: Named, workspace: Named) -> Grant {
    Grant { role, workspace }
}

const ADMIN: Named = Named { id: 1, name: "Admin" };
const STANDARD: Named = Named { id: 2, name: "Standard User" };
const SALES_INSIGHT_ADMIN: Named = Named { id: 110, name: "Marketo Sales Insight Admin" };
const API_ROLE: Named = Named { id: 111, name: "Sales API" };
const MARKETING: Named = Named { id: 102, name: "Marketing User" };

const ALL_ZONES: Named = Named { id: 0, name: "AllZones" };
const DEFAULT: Named = Named { id: 1, name: "Default" };
const EUROPE: Named = Named { id: 1008, name: "Europe & Middle East" };
const ASIA: Named = Named { id: 1009, name: "アジア太平洋" };

/// Administrators: the first ones of everything, the others of Sales Insight.
const ADMINS: [(&str, &str, &str); 15] = [
    ("Ada", "Admin", "ada.admin"),
    ("Marta", "Núñez", "marta.nunez"),
    ("서연", "김", "seoyeon.kim"),
    ("さくら", "渡邊", "sakura.watanabe"),
    ("Jürgen", "Weiß", "juergen.weiss"),
    ("Zoé", "Lefèvre", "zoe.lefevre"),
    ("João", "Conceição", "joao.conceicao"),
    ("Дмитрий", "Шевченко", "dmitry.shevchenko"),
    ("ليلى", "الخطيب", "layla.alkhatib"),
    ("秀英", "王", "xiuying.wang"),
    ("Siobhán", "O'Brien", "siobhan.obrien"),
    ("נועה", "כהן", "noa.cohen"),
    ("प्रिया", "शर्मा", "priya.sharma"),
    ("Thị Hương", "Nguyễn", "huong.nguyen"),
    ("Omar", "Haddad", "omar.haddad"),
];
const FULL_ADMINS: usize = 10;

/// A user of the instance.
#[derive(Clone, Debug)]
struct User {
    userid: String,
    /// `None` where Marketo does not know it.
    first_name: Option<String>,
    last_name: Option<String>,
    email: String,
    id: u32,
    api_only: bool,
    grants: Vec<Grant>,
}

impl User {
    /// All users, in order.
    fn all(nature: Nature) -> impl Iterator<Item = Self> {
        (0..USERS)
            .map(Self::nth)
            .map(move |user| if nature.has_adobe_users() { user.of_adobe() } else { user })
    }

    /// The same where users are Adobe's: with a GUID for an id, and every third one without names.
    fn of_adobe(self) -> Self {
        let nameless = self.id.is_multiple_of(3);
        Self {
            userid: format!("{:08X}-5E0B-4A57-9D2B-A11CE000{:04X}", 0x4a31_0000 + self.id, self.id),
            first_name: self.first_name.filter(|_| !nameless),
            last_name: self.last_name.filter(|_| !nameless),
            ..self
        }
    }

    fn nth(index: u32) -> Self {
        let id = 6_000 + index * 7;
        let place = index as usize;
        if let Some((first_name, last_name, local)) = ADMINS.get(place) {
            let administers = match place {
                0..FULL_ADMINS => grant(ADMIN, ALL_ZONES),
                _ => grant(SALES_INSIGHT_ADMIN, [DEFAULT, EUROPE, ASIA][place % 3]),
            };
            let email = format!("{local}@northwind.example");
            // Subscriptions that moved to Adobe's identities have user ids that are not the person's address.
            let userid = if place == 3 { "watanabe@adobe-id.example".to_owned() } else { email.clone() };
            return Self {
                userid,
                first_name: Some((*first_name).to_owned()),
                last_name: Some((*last_name).to_owned()),
                email,
                id,
                api_only: false,
                grants: vec![administers, grant(STANDARD, DEFAULT)],
            };
        }
        if index == USERS - 1 {
            let email = Client::Integration.user().to_owned();
            return Self {
                userid: email.clone(),
                first_name: Some("Sales".to_owned()),
                last_name: Some("Integration".to_owned()),
                email,
                id,
                api_only: true,
                grants: vec![grant(API_ROLE, ALL_ZONES)],
            };
        }
        let person = Person { number: 900_000 + index, created_at: 0, updated_at: 0 };
        let email = format!("user{index}@northwind.example");
        Self {
            userid: email.clone(),
            first_name: Some(person.first_name().to_owned()),
            last_name: Some(person.last_name().to_owned()),
            email,
            id,
            api_only: false,
            grants: vec![grant([STANDARD, MARKETING][place % 2], [DEFAULT, EUROPE, ASIA][place % 3])],
        }
    }

    fn find(userid: &str, nature: Nature) -> Result<Self, MarketoError> {
        Self::all(nature)
            .find(|user| user.userid.eq_ignore_ascii_case(userid))
            .ok_or_else(|| MarketoError::saying(610, format!("User '{userid}' not found")))
    }

    fn listed(&self) -> Value {
        json!({
            "userid": self.userid,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "emailAddress": self.email,
            "id": self.id,
            "apiOnly": self.api_only,
        })
    }

    fn roles(&self) -> Value {
        let pair = |Grant { role, workspace }: &Grant| {
            json!({
                "accessRoleId": role.id,
                "accessRoleName": role.name,
                "workspaceId": workspace.id,
                "workspaceName": workspace.name,
            })
        };
        self.grants.iter().map(pair).collect()
    }

    fn full(&self) -> Value {
        let locked = self.userid == LOCKED_USER;
        let mut user = self.listed();
        user["optedIn"] = json!(false);
        user["failedLogins"] = json!(if locked { 6 } else { 0 });
        user["failedDeviceCode"] = json!(0);
        user["isLocked"] = json!(locked);
        user["lockedReason"] = if locked { json!("Too many failed logins") } else { Value::Null };
        user["userRoleWorkspaces"] = self.roles();
        user["expiresAt"] = Value::Null;
        user["lastLoginAt"] = json!("2026-02-05T01:02:23.000t+0000");
        user
    }
}

/// An error in the form of these endpoints.
pub(super) struct UserRefusal(MarketoError);

impl From<MarketoError> for UserRefusal {
    fn from(refusal: MarketoError) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for UserRefusal {
    fn into_response(self) -> Response {
        self.0.with_status()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    page_size: Option<usize>,
    page_offset: Option<usize>,
}

/// Answers `GET .../allusers.json`.
pub(super) async fn all_users(
    Extension(caller): Extension<Caller>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, UserRefusal> {
    let size = page.page_size.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&size) {
        return Err(MarketoError::saying(1003, "pageSize must be between 1 and 200").into());
    }
    let users = User::all(caller.instance.nature).skip(page.page_offset.unwrap_or(0)).take(size);
    Ok(Json(users.map(|user| user.listed()).collect()))
}

/// Answers `GET .../roles.json`.
pub(super) async fn roles() -> Json<Value> {
    let role = |Named { id, name }: Named, kind: &str, hidden: bool| {
        json!({
            "id": id,
            "name": name,
            "description": "",
            "type": kind,
            "hidden": hidden,
            "onlyAllZones": id == ADMIN.id,
            "createdAt": MADE,
            "updatedAt": MADE,
        })
    };
    Json(json!([
        role(ADMIN, "system", false),
        role(STANDARD, "system", false),
        role(MARKETING, "custom", false),
        role(SALES_INSIGHT_ADMIN, "custom", false),
        role(API_ROLE, "custom", true),
    ]))
}

/// Answers `GET .../workspaces.json`.
pub(super) async fn workspaces() -> Json<Value> {
    let workspace = |Named { id, name }: Named| {
        json!({
            "id": id,
            "name": name,
            "description": "",
            "globalViz": 0,
            "status": "active",
            "currencyInfo": null,
            "createdAt": MADE,
            "updatedAt": MADE,
        })
    };
    Json([DEFAULT, EUROPE, ASIA].into_iter().map(workspace).collect())
}

/// Answers `GET .../{userid}/user.json`.
pub(super) async fn user(
    Extension(caller): Extension<Caller>,
    Path((_, userid)): Path<(String, String)>,
) -> Result<Json<Value>, UserRefusal> {
    Ok(Json(User::find(&userid, caller.instance.nature)?.full()))
}

/// Answers `GET .../{userid}/roles.json`.
pub(super) async fn user_roles(
    Extension(caller): Extension<Caller>,
    Path((_, userid)): Path<(String, String)>,
) -> Result<Json<Value>, UserRefusal> {
    Ok(Json(User::find(&userid, caller.instance.nature)?.roles()))
}

/// Answers `GET .../{userid}/invite.json`.
pub(super) async fn invited_user(
    Path((_, userid)): Path<(String, String)>,
) -> Result<Json<Value>, UserRefusal> {
    if !userid.eq_ignore_ascii_case(PENDING_USER) {
        return Err(MarketoError::saying(610, format!("Invited user '{userid}' not found")).into());
    }
    Ok(Json(json!({
        "id": 25_112,
        "firstName": "Pia",
        "lastName": "Pending",
        "emailAddress": PENDING_USER,
        "userId": PENDING_USER,
        "subscriptionId": 3_381,
        "status": "pending",
        "expiresAt": "20991231T20:49:54.0t+0000",
        "createdAt": "20260731T20:49:54.0t+0000",
        "updatedAt": "20260731T20:49:54.0t+0000",
    })))
}
