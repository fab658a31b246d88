//! The two roles of the sales account and their names in files.

use serde::{Deserialize, Serialize};

use crate::text::fold;

/// A role of the sales account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    #[default]
    User,
}

const ADMIN: &[&str] = &[
    "admin",
    "admins",
    "administrator",
    "administrador",
    "administradora",
    "관리자",
    "管理者",
    "administrateur",
    "administratrice",
    "administratorin",
];
const USER: &[&str] = &[
    "user",
    "users",
    "usuario",
    "usuaria",
    "usuário",
    "usuária",
    "사용자",
    "ユーザー",
    "ユーザ",
    "benutzer",
    "benutzerin",
    "nutzer",
    "utilisateur",
    "utilisatrice",
    "standard user",
    "usuario estándar",
    "일반 사용자",
    "一般ユーザー",
    "standardbenutzer",
    "utilisateur standard",
    "usuário padrão",
];

impl Role {
    /// The stable name, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }

    /// Reads a role in any language of the user interface, in any letter case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        if ADMIN.contains(&folded.as_str()) {
            Some(Self::Admin)
        } else if USER.contains(&folded.as_str()) {
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
        for admin in ["Admin", "Administrador", "관리자", "管理者", "Administrateur", " ADMIN "] {
            assert_eq!(Role::parse(admin), Some(Role::Admin), "{admin}");
        }
        for user in
            ["User", "Usuario", "사용자", "ユーザー", "Benutzer", "Utilisateur", "USUÁRIO", "Standard user"]
        {
            assert_eq!(Role::parse(user), Some(Role::User), "{user}");
        }
        assert_eq!(Role::parse("Superuser"), None);
        assert_eq!(Role::parse(""), None);
    }
}
