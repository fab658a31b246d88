//! The OpenAPI document, from the handlers, the table of endpoints and the limits.

mod limits;

use api_types::{
    BatchEvent, DeliveryStatus, Problem, Role, RowVerdict, SortOrder, UserSort, UserStatus,
    WebhookDeliveryState, WebhookEvent, headers, paths,
};
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, KnownFormat, Object, ObjectBuilder, OpenApi, Ref, RefOr,
    Required, Response, ResponseBuilder, Schema, SchemaFormat, Server, Type,
};

use crate::http::endpoints::{Access, Endpoint, Key, operations};
use crate::routes;

/// The document that is committed as `docs/openapi.json`.
pub fn document() -> OpenApi {
    let (routes, endpoints) = routes::all().split();
    let (_, mut api) = routes.split_for_parts();
    api.info = InfoBuilder::new()
        .title("Sales Insight Actions Admin")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Every failure is an RFC 9457 problem with a stable `code`. Sessions are a cookie; every request carries \
             `X-MSI-CSRF: 1`, and whatever is not a GET must come from the app's own origin. Pages of another site send \
             `Authorization: Bearer` with the tokens of the sign-in window in place of both.",
        ))
        .build();
    api.servers = Some(vec![Server::new(paths::BASE)]);
    let components = api.components.get_or_insert_default();
    add::<Problem>(components);
    // Types that only queries use, which the handlers' descriptions do not collect.
    add::<UserSort>(components);
    add::<SortOrder>(components);
    add::<UserStatus>(components);
    add::<Role>(components);
    add::<DeliveryStatus>(components);
    add::<RowVerdict>(components);
    // The events of streams.
    add::<BatchEvent>(components);
    // The bodies of messages to other systems.
    add::<WebhookEvent>(components);
    add::<WebhookDeliveryState>(components);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(id(&method, path));
            operation.responses.responses.values_mut().for_each(describe_other);
            if let Some(endpoint) = endpoints.find(&method, path) {
                describe(operation, endpoint);
            }
        }
    }
    limits::write(&mut api);
    api
}

/// The document as it is committed: stable, indented, with a line end.
///
/// # Errors
/// When the document cannot be written as JSON, which would be a bug of the library.
pub fn text() -> serde_json::Result<String> {
    Ok(document().to_pretty_json()? + "\n")
}

fn add<T: ToSchema>(components: &mut Components) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

/// The name of an operation: its method and its path, which are unique together. `get_teams_id_members`.
fn id(method: &axum::http::Method, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method.as_str().to_ascii_lowercase().as_str()).chain(words).collect::<Vec<_>>().join("_")
}

/// Describes bodies that are no JSON: bytes, and streams, of which each event is described.
fn describe_other(response: &mut RefOr<Response>) {
    let RefOr::T(response) = response else { return };
    for (kind, content) in &mut response.content {
        let schema = match kind.as_str() {
            "application/octet-stream" | "application/x-ndjson" | "text/csv" => {
                let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
                ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build()
            }
            "text/event-stream" => event(),
            _ => continue,
        };
        *content = RefOr::T(ContentBuilder::new().schema(Some(Schema::Object(schema))).build());
    }
}

/// An event of a batch's stream.
fn event() -> Object {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let data = text().max_length(Some(limits::EVENT_MAX)).description(Some("A `BatchEvent` as JSON."));
    ObjectBuilder::new()
        .property("id", text().max_length(Some(19)).description(Some("The batch's revision.")))
        .property("event", text().enum_values(Some(["progress", "settled"])))
        .property("data", data)
        .required("event")
        .required("data")
        .build()
}

fn describe(operation: &mut Operation, endpoint: &Endpoint) {
    let who = match endpoint.rules.access {
        Access::Anyone | Access::Credentials => "Anyone may call it.",
        Access::ApiKey => "Backends of embedding hosts call it, with `Authorization: Bearer` and an API key.",
        Access::Browser => "Browsers call it by themselves.",
        Access::SignedIn => "Whoever is signed in may call it.",
        Access::Admin => "Administrators may call it.",
    };
    let about = operation.description.take().unwrap_or_default();
    operation.description = Some(format!("{about}\n\n{who}").trim().to_owned());
    let parameters = operation.parameters.get_or_insert_default();
    if !matches!(endpoint.rules.access, Access::Browser | Access::ApiKey) {
        parameters.push(RefOr::T(header(headers::CSRF, "Always `1`.")));
    }
    if endpoint.rules.key == Key::Required {
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
