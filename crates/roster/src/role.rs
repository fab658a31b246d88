//! The two roles of the sales account and their names in files.

use serde::{Deserialize, Serialize};

use crate::text::{has_word, plain};

/// A role of the sales account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    #[default]
    User,
}

/// Names as [`plain`] leaves them. In the vendor's Korean and French guides, the role has the name of its task.
const ADMIN: &str = "admin admins administrator administrators administrador administradora administradores 관리자 관리 \
    어드민 管理者 管理ユーザー アドミン administratorin administrateur administratrice administrateurs administration";
const USER: &str = "user users standarduser normaluser usuario usuaria usuarios usuarioestandar 사용자 일반사용자 유저 ユーザー \
    ユーザ 一般ユーザー benutzer benutzerin nutzer nutzerin anwender anwenderin standardbenutzer utilisateur utilisatrice \
    utilisateurs utilisateurstandard usuariopadrao";

impl Role {
    /// The stable name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }

    /// Reads a role in any language of the user interface, in any letter case, with or without accents.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word = plain(text);
        if has_word(ADMIN, &word) {
            Some(Self::Admin)
        } else if has_word(USER, &word) {
            Some(Self::User)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

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
            assert_eq!(Role::parse(admin), Some(Role::Admin), "{admin}");
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
            assert_eq!(Role::parse(user), Some(Role::User), "{user}");
        }
        for none in ["Superuser", "Admin?", "Admin User", ""] {
            assert_eq!(Role::parse(none), None, "{none}");
        }
    }
}
