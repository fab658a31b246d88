//! Names of people, teams, keys, passkeys and files as they are stored. What they may consist of is the rule of
//! [`people::characters`], by which the browser checks them, too.

use api_types::{EVERYONE, ProblemCode, limits};
use people::characters::{holds_address, look, normal};

use crate::error::{ApiError, ApiResult};

/// The first or last name of a request.
pub(crate) fn of_person(field: &str, name: Option<String>) -> ApiResult<Option<String>> {
    name.map(|name| check(field, &name, limits::NAME_MAX)).transpose()
}

/// The name of a team, a key or a passkey, which is not empty.
pub(crate) fn of_thing(name: &str, longest: usize) -> ApiResult<String> {
    let name = check("name", name, longest)?;
    if name.is_empty() { Err(ApiError::field("name", "it has a name")) } else { Ok(name) }
}

fn check(field: &str, name: &str, longest: usize) -> ApiResult<String> {
    let name = normal(name);
    if name.chars().count() > longest {
        return Err(ApiError::field(field, format!("longer than {longest} characters")));
    }
    if holds_address(&name) {
        return Err(ApiError::field(field, "an e-mail address is no name"));
    }
    Ok(name)
}

/// The first or last name that a file or another service gives, where nobody can be asked: without an address, and cut.
pub(crate) fn given(name: &str) -> String {
    let name = normal(name);
    if holds_address(&name) { String::new() } else { cut(&name, limits::NAME_MAX) }
}

/// The name of a file. The at sign of an address in it becomes an underscore, so that no file need be renamed. It may be empty.
pub(crate) fn of_file(name: &str) -> String {
    let name = normal(name);
    let name = if holds_address(&name) { name.replace('@', "_") } else { name };
    cut(&name, limits::FILE_NAME_MAX)
}

fn cut(name: &str, longest: usize) -> String {
    name.chars().take(longest).collect()
}

/// Refuses the name of something if it looks like one of these.
pub(crate) fn require_free<'a>(name: &str, others: impl IntoIterator<Item = &'a str>) -> ApiResult<()> {
    let look_of_it = look(name);
    match others.into_iter().any(|other| look(other) == look_of_it) {
        true => Err(ApiError::new(ProblemCode::NameTaken).in_field("name")),
        false => Ok(()),
    }
}

/// Whether a name looks like that of the team of everyone, in any language of the product.
pub(crate) fn looks_like_everyone(name: &str) -> bool {
    let seen: String = look(name).chars().map(|c| if c == '0' { 'o' } else { c }).collect();
    seen == look(EVERYONE) || roster::is_everyone(&seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a19_names_of_everyone_are_known_in_any_disguise() {
        for name in [
            "Everyone",
            "EVERYONE",
            "Every one",
            "Εveryοne",
            "Every0ne",
            "Ｅｖｅｒｙｏｎｅ",
            "Todos",
            "全員",
            "Alle",
        ] {
            assert!(looks_like_everyone(name), "{name}");
        }
        for name in ["Everyone else", "Every", "Sales", "全員集合"] {
            assert!(!looks_like_everyone(name), "{name}");
        }
    }

    #[test]
    fn a19_a_given_name_is_cut_and_holds_no_address() {
        assert_eq!(given("\u{fdfa}".repeat(limits::NAME_MAX).as_str()).chars().count(), limits::NAME_MAX);
        assert_eq!(given("bo@example.com"), "");
        assert_eq!(given(" Ａｎａ\u{200b} "), "Ana");
    }
}
