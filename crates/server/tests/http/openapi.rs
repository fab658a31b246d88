//! The committed document is the server's.

use api_types::{AuditAction, ChecklistItemId, ProblemCode};

#[test]
fn the_committed_openapi_document_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let actual = server::openapi::text().unwrap();
    assert!(committed == actual, "run: cargo run -p server -- openapi > docs/openapi.json");
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
