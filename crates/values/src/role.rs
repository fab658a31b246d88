//! The names of the two roles in files.

use headings::{List, list};
use people::Role;

use crate::nearest;
use crate::text::{has_word, plain};

/// Reads a role in any language of the user interface, in any letter case, with or without accents. In the vendor's Korean and
/// French guides, the role has the name of its task.
#[must_use]
pub fn parse(text: &str) -> Option<Role> {
    let word = plain(text);
    if has_word(list(List::Admin), &word) {
        Some(Role::Admin)
    } else if has_word(list(List::User), &word) {
        Some(Role::User)
    } else {
        None
    }
}

/// The role whose name in some language is nearest to the text, if there is only one.
#[must_use]
pub fn meant(text: &str) -> Option<Role> {
    let of = |names: List, role: Role| list(names).split(' ').map(move |name| (name, role as usize));
    let near = nearest::nearest(text, &mut of(List::Admin, Role::Admin).chain(of(List::User, Role::User)))?;
    Some(if near == Role::Admin as usize { Role::Admin } else { Role::User })
}

#[cfg(test)]
mod tests {
    use super::{Role, meant, parse};

    #[test]
    fn every_ui_language_is_understood() {
        for admin in [
            "Admin",
            "Administrador",
            "관리자",
            "管理者",
            "Administrateur",
            " ADMIN ",
            "Administration",
            "관리",
        ] {
            assert_eq!(parse(admin), Some(Role::Admin), "{admin}");
        }
        for user in [
            "User",
            "Usuario",
            "사용자",
            "일반 사용자",
            "ユーザー",
            "Benutzer",
            "Utilisateur",
            "USUÁRIO",
            "Usuário padrão",
            "Standard user",
        ] {
            assert_eq!(parse(user), Some(Role::User), "{user}");
        }
        for (near, role) in [
            ("Adminn", Role::Admin),
            ("Admininstrator", Role::Admin),
            ("Usre", Role::User),
            ("Benuzter", Role::User),
        ] {
            assert_eq!((parse(near), meant(near)), (None, Some(role)), "{near}");
        }
        for far in ["Boss", "Superuser", "Non-Admin", "Admin User", "Used by", ""] {
            assert_eq!(meant(far), None, "{far}");
        }
        for none in ["Superuser", "Admin?", "Admin User", ""] {
            assert_eq!(parse(none), None, "{none}");
        }
    }
}
