use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::answer::refuse;
use crate::salesforce::fault::ApiCode;
use crate::salesforce::records::{Api, Column, ColumnType, Object};
use crate::salesforce::state::Ctx;
use crate::salesforce::user::User;

/// `GET /sobjects`.
pub(super) async fn all_of_data(Path(version): Path<String>) -> Json<Value> {
    all(Api::Data, &version)
}

/// `GET /tooling/sobjects`.
pub(super) async fn all_of_tooling(Path(version): Path<String>) -> Json<Value> {
    all(Api::Tooling, &version)
}

/// `GET /sobjects/{object}/describe`.
pub(super) async fn data(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    Path((version, object)): Path<(String, String)>,
) -> Response {
    one(&ctx, &user, Api::Data, &version, &object)
}

/// `GET /tooling/sobjects/{object}/describe`.
pub(super) async fn tooling(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    Path((version, object)): Path<(String, String)>,
) -> Response {
    one(&ctx, &user, Api::Tooling, &version, &object)
}

fn all(api: Api, version: &str) -> Json<Value> {
    let objects: Vec<_> = Object::of(api).map(|object| head(object, api, version)).collect();
    Json(json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects }))
}

fn one(ctx: &Ctx, user: &User, api: Api, version: &str, object: &str) -> Response {
    let Some(object) = Object::named(object, api) else { return refuse(ctx, ApiCode::NotFound) };
    let setup = ctx.service.with(|state| state.setup(user.org));
    let columns = object.columns(&setup);
    let fields: Vec<_> = columns.iter().filter(|column| !column.name.contains('.')).map(field).collect();
    let mut described = head(object, api, version);
    described["fields"] = fields.into();
    Json(described).into_response()
}

/// What both the list of objects and the description of one say of it.
fn head(object: Object, api: Api, version: &str) -> Value {
    let name = object.into_str();
    let base = match api {
        Api::Data => format!("/services/data/{version}/sobjects/{name}"),
        Api::Tooling => format!("/services/data/{version}/tooling/sobjects/{name}"),
    };
    json!({
        "name": name,
        "label": label(name),
        "keyPrefix": object.key_prefix(),
        "custom": false,
        "queryable": object.is_queryable(),
        "retrieveable": object.is_queryable(),
        "createable": true,
        "updateable": true,
        "urls": {
            "sobject": &base,
            "describe": format!("{base}/describe"),
            "rowTemplate": format!("{base}/{{ID}}"),
        },
    })
}

fn field(column: &Column) -> Value {
    let (kind, length) = match column.kind {
        ColumnType::Id => ("id", 18),
        ColumnType::Reference => ("reference", 18),
        ColumnType::Text(length) => ("string", length),
        ColumnType::Email => ("email", 80),
        ColumnType::Phone => ("phone", 40),
        ColumnType::Url => ("url", 255),
        ColumnType::Checkbox => ("boolean", 0),
        ColumnType::Number => ("double", 0),
        ColumnType::Time => ("datetime", 0),
        ColumnType::Complex => ("complexvalue", 0),
    };
    let custom = column.name.ends_with("__c");
    let relation = column.name.strip_suffix("Id").filter(|_| column.kind == ColumnType::Reference);
    json!({
        "name": column.name,
        "label": column.label.map_or_else(|| label(&column.name), str::to_owned),
        "type": kind,
        "length": length,
        "custom": custom,
        "referenceTo": relation.map(referred).unwrap_or_default(),
        "relationshipName": relation,
        "nillable": column.kind != ColumnType::Id && column.kind != ColumnType::Checkbox,
        "createable": column.kind != ColumnType::Id,
        "updateable": column.kind != ColumnType::Id,
    })
}

/// The objects that a reference leads to.
fn referred(relation: &str) -> Vec<&str> {
    match relation {
        "Owner" => vec!["Group", "User"],
        "Who" => vec!["Contact", "Lead"],
        "What" => vec!["Account", "Opportunity"],
        "Assignee" => vec!["User"],
        object => vec![object],
    }
}

/// `LastModifiedDate` is `Last Modified Date`.
fn label(name: &str) -> String {
    let name = name.trim_end_matches("__c");
    let mut label = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && label.ends_with(|before: char| before.is_ascii_lowercase()) {
            label.push(' ');
        }
        label.push(if c == '_' { ' ' } else { c });
    }
    label
}
