//! The names of the two roles in files.

use people::Role;

use crate::nearest;
use crate::text::{has_word, plain};

/// Names as [`plain`] leaves them. In the vendor's Korean and French guides, the role has the name of its task.
const ADMIN: &str = "admin admins administrator administrators administrador administradora administradores 관리자 관리 \
    어드민 管理者 管理ユーザー アドミン administratorin administrateur administratrice administrateurs administration \
    administradoras amministratore amministratrice beheerder administrador(a) administratör administratorka \
    администратор админ yonetici 管理员 管理員";
const USER: &str = "user users standarduser normaluser usuario usuaria usuarios usuarioestandar 사용자 일반사용자 유저 ユーザー \
    ユーザ 一般ユーザー benutzer benutzerin nutzer nutzerin anwender anwenderin standardbenutzer utilisateur utilisatrice \
    utilisateurs utilisateurstandard usuariopadrao usuario(a) utente utenti gebruiker uzytkownik anvandare bruger bruker \
    пользователь kullanici 用户 用戶 使用者 普通用户";

/// Reads a role in any language of the user interface, in any letter case, with or without accents.
#[must_use]
pub fn parse(text: &str) -> Option<Role> {
    let word = plain(text);
    if has_word(ADMIN, &word) {
        Some(Role::Admin)
    } else if has_word(USER, &word) {
        Some(Role::User)
    } else {
        None
    }
}

/// The role whose name in some language is nearest to the text, if there is only one.
#[must_use]
pub fn meant(text: &str) -> Option<Role> {
    let of = |words: &'static str, role: Role| words.split(' ').map(move |word| (word, role as usize));
    let near = nearest::nearest(text, &mut of(ADMIN, Role::Admin).chain(of(USER, Role::User)))?;
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
