//! The parameters of a call: those of the query, and those of a form that takes its place.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::answer::MarketoError;

/// The parameters by name. A list can be given with commas, or as several parameters of one name; here it has commas.
#[derive(Debug, Default)]
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn read(parts: [&[u8]; 2]) -> Self {
        let mut read = BTreeMap::<String, String>::new();
        for (name, value) in parts.into_iter().flat_map(form_urlencoded::parse) {
            match read.get_mut(&*name) {
                Some(list) => {
                    list.push(',');
                    list.push_str(&value);
                }
                None => {
                    read.insert(name.into_owned(), value.into_owned());
                }
            }
        }
        Self(read)
    }

    /// The parameter; a missing one is empty.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The parameter, unless it is missing or empty.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    /// The number, if there is one.
    pub(super) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, MarketoError> {
        self.given(name).map(|value| number(name, value)).transpose()
    }

    /// The numbers of a list.
    pub(super) fn numbers<T: FromStr>(&self, name: &str) -> Result<Vec<T>, MarketoError> {
        self.given(name)
            .into_iter()
            .flat_map(|list| list.split(','))
            .map(|value| number(name, value))
            .collect()
    }
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, MarketoError> {
    value.trim().parse().map_err(|_| MarketoError::saying(1003, format!("Invalid value for '{name}'")))
}

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let kind = request.headers().get(header::CONTENT_TYPE);
        let is_form =
            kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let form = if is_form {
            Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?
        } else {
            Bytes::new()
        };
        Ok(Self::read([query.as_bytes(), &form]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_commas_or_comes_in_parts() {
        let asked = Parameters::read([b"fields=id,email&a=1", b"fields=title&b=x%26y"]);
        assert_eq!((asked.text("fields"), asked.text("b")), ("id,email,title", "x&y"));
        assert_eq!((asked.number("a"), asked.number::<u32>("c")), (Ok(Some(1)), Ok(None)));
        assert_eq!(asked.number::<u32>("b").unwrap_err().code, 1003);
        assert_eq!(Parameters::read([b"n=1,2", b"n=3"]).numbers("n"), Ok(vec![1, 2, 3]));
    }
}
