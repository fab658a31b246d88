use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;

/// The fields of a posted form. A missing field is empty.
#[derive(Debug, Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn read(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The field, unless it is missing or empty.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}

/// A text encoded as the value of a parameter in a URL.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, StatusCode> {
        let body =
            axum::body::Bytes::from_request(request, state).await.map_err(|_| StatusCode::BAD_REQUEST)?;
        Ok(Self::read(&body))
    }
}
