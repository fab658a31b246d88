use std::collections::HashMap;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::answer::refuse;
use crate::salesforce::fault::ApiCode;
use crate::salesforce::records::{Api, Column, ColumnType, Object};
use crate::salesforce::state::Ctx;
use crate::salesforce::user::User;

/// `GET /sobjects/{object}/describe`.
pub(super) async fn describe(
    State(ctx): State<Ctx>,
    Extension(user): Extension<User>,
    Path(path): Path<HashMap<String, String>>,
) -> Response {
    let object = path.get("object").and_then(|name| Object::named(name, Api::Data));
    let Some(object) = object else { return refuse(&ctx, ApiCode::NotFound) };
    let setup = ctx.service.with(|state| state.setup(user.org));
    let columns = object.columns(&setup);
    let fields: Vec<_> = columns.iter().filter(|column| !column.name.contains('.')).map(field).collect();
    let name = object.into_str();
    Json(json!({
        "name": name,
        "label": label(name),
        "custom": false,
        "queryable": object != Object::Activity,
        "createable": true,
        "updateable": true,
        "fields": fields,
    }))
    .into_response()
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
    json!({
        "name": column.name,
        "label": column.label.map_or_else(|| label(&column.name), str::to_owned),
        "type": kind,
        "length": length,
        "custom": custom,
        "nillable": column.kind != ColumnType::Id && column.kind != ColumnType::Checkbox,
        "createable": column.kind != ColumnType::Id,
        "updateable": column.kind != ColumnType::Id,
    })
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
