use api_types::{Health, HealthStatus};
use axum::extract::State;

use crate::app::App;
use crate::extract::Json;

/// Says that the server and its database answer.
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, body = Health)))]
pub(crate) async fn get(State(app): State<App>) -> Json<Health> {
    let answers = match app.db.read().await {
        Ok(mut conn) => crate::db::accounts::only(&mut conn).await.is_ok(),
        Err(_) => false,
    };
    Json(Health {
        status: if answers { HealthStatus::Ok } else { HealthStatus::Failing },
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sandbox: app.config.sandbox,
    })
}
