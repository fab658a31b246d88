//! The OpenAPI document, from the handlers and the table of access.

use api_types::{DeliveryStatus, Problem, Role, RowVerdict, SortOrder, UserSort, UserStatus, headers, paths};
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder,
    Schema, Server, Type,
};

use crate::access::{self, Access, Key};
use crate::routes;

/// The document that is committed as `docs/openapi.json`.
pub fn document() -> OpenApi {
    let (_, mut api) = routes::all().split_for_parts();
    api.info = InfoBuilder::new()
        .title("Sales Insight Actions Admin")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Every failure is an RFC 9457 problem with a stable `code`. Sessions are a cookie; every request carries \
             `X-MSI-CSRF: 1`, and whatever is not a GET must come from the app's own origin.",
        ))
        .build();
    api.servers = Some(vec![Server::new(paths::BASE)]);
    let components = api.components.get_or_insert_default();
    add::<Problem>(components);
    // Those that only queries use, which the handlers' descriptions do not collect.
    add::<UserSort>(components);
    add::<SortOrder>(components);
    add::<UserStatus>(components);
    add::<Role>(components);
    add::<DeliveryStatus>(components);
    add::<RowVerdict>(components);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            if let Some(endpoint) = access::endpoint(&method, path) {
                describe(operation, endpoint);
            }
        }
    }
    api
}

/// The document as it is committed: stable, indented, with a line end.
///
/// # Errors
/// When the document cannot be written as JSON, which would be a fault of the library.
pub fn text() -> serde_json::Result<String> {
    Ok(document().to_pretty_json()? + "\n")
}

fn add<T: ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (axum::http::Method, &mut Operation)> {
    use axum::http::Method;
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn describe(operation: &mut Operation, endpoint: &access::Endpoint) {
    let who = match endpoint.access {
        Access::Anyone | Access::Credentials => "Anyone may call it.",
        Access::Browser => "Browsers call it by themselves.",
        Access::SignedIn => "Whoever is signed in may call it.",
        Access::Admin => "Administrators may call it.",
    };
    let about = operation.description.take().unwrap_or_default();
    operation.description = Some(format!("{about}\n\n{who}").trim().to_owned());
    let parameters = operation.parameters.get_or_insert_default();
    if endpoint.access != Access::Browser {
        parameters.push(RefOr::T(header(headers::CSRF, "Always `1`.")));
    }
    if endpoint.key == Key::Required {
        let about = "A UUID. The same key with the same body has one effect.";
        parameters.push(RefOr::T(header(headers::IDEMPOTENCY_KEY, about)));
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let response =
        ResponseBuilder::new().description("A problem").content(headers::PROBLEM_JSON, problem).build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(response));
}

fn header(name: &str, about: &str) -> Parameter {
    let text = Schema::Object(ObjectBuilder::new().schema_type(Type::String).build());
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(about))
        .schema(Some(RefOr::T(text)))
        .build()
}
