//! The committed document is the server's.

use std::collections::BTreeSet;

use api_types::{AuditAction, ChecklistItemId, ProblemCode};
use serde_json::Value;

#[test]
fn the_committed_openapi_document_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let actual = server::openapi::text().unwrap();
    assert!(
        committed == actual,
        "run: cargo run -p server --features sandbox -- openapi > docs/openapi.json"
    );
}

#[test]
fn no_description_links_into_the_code() {
    let text = server::openapi::text().unwrap();
    let links: Vec<&str> = text.lines().filter(|line| line.contains("[`")).collect();
    assert!(links.is_empty(), "{links:#?}");
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = serde_json::to_value(server::openapi::document()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for (_, rest) in
        text.match_indices("#/components/schemas/").map(|(at, found)| text.split_at(at + found.len()))
    {
        let name = rest.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}

#[test]
fn the_names_in_the_document_are_those_on_the_wire() {
    let document = serde_json::to_value(server::openapi::document()).unwrap();
    let named = |schema: &str| -> Vec<String> {
        serde_json::from_value(document["components"]["schemas"][schema]["enum"].clone()).unwrap()
    };
    let problems = ProblemCode::ALL.iter().map(|code| code.as_str());
    assert!(named("ProblemCode").iter().map(String::as_str).eq(problems));
    assert!(named("AuditAction").iter().map(String::as_str).eq(AuditAction::ALL.iter().map(|a| a.as_str())));
    let items = ChecklistItemId::ALL.iter().map(|item| item.as_str());
    assert!(named("ChecklistItemId").iter().map(String::as_str).eq(items));
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(server::openapi::document()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(!name.is_empty() && names.insert(name.to_owned()), "{method} {path}: {name}");
        }
    }
    assert_eq!(names.len(), server::all_endpoints().len());
}

#[test]
fn r3_every_number_text_and_list_of_the_document_has_its_limits() {
    let document = serde_json::to_value(server::openapi::document()).unwrap();
    let mut without = Vec::new();
    find_unlimited(&document, "", &mut without);
    assert!(without.is_empty(), "give these limits in src/app/openapi/limits.rs: {without:#?}");
}

/// The places of the document where a value has no limit.
fn find_unlimited(node: &Value, place: &str, without: &mut Vec<String>) {
    if let Value::Array(items) = node {
        items.iter().for_each(|item| find_unlimited(item, place, without));
    }
    let Value::Object(fields) = node else { return };
    let kinds: Vec<&str> = match &fields.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is_bytes = fields.get("format").is_some_and(|format| format == "binary");
    let needed: &[&str] = match () {
        () if fields.contains_key("enum") || is_bytes => &[],
        () if kinds.contains(&"string") => &["maxLength"],
        () if kinds.contains(&"integer") || kinds.contains(&"number") => &["minimum", "maximum"],
        () if kinds.contains(&"array") => &["maxItems"],
        () => &[],
    };
    if needed.iter().any(|limit| !fields.get(*limit).is_some_and(Value::is_number)) {
        without.push(place.to_owned());
    }
    for (name, below) in fields {
        find_unlimited(below, &format!("{place}/{name}"), without);
    }
}
