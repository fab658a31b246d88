//! Names of the fields, in the languages of the product and in the exports of other programs.

use crate::{Target, role, text};

/// How strongly a header indicates a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// The name is ambiguous; the content has to agree.
    Weak,
    /// The name is part of the header.
    Part,
    /// The header is a name of the field.
    Exact,
}

/// Names by target, as [`squeeze`] leaves them, with spaces between: slices would be larger in the Worker.
const NAMES: [(Target, &str); 8] = [
    (
        Target::Email,
        "email emails emailaddress emailaddresses mail mailaddress emailid useremail useremailaddress \
         workemail workmail workemailaddress businessemail businessemailaddress companyemail corporateemail \
         primaryemail primaryemailaddress contactemail emailwork email1 email1value eaddress smtpaddress \
         primarysmtpaddress correo correoelectronico direcciondecorreo direcciondecorreoelectronico \
         correocorporativo correodetrabajo emaildetrabajo 이메일 이메일주소 메일 메일주소 전자메일 전자메일주소 전자우편 업무용이메일 メール \
         メールアドレス eメール eメールアドレス 電子メール 電子メールアドレス 会社メールアドレス mailadresse emailadresse elektronischepost \
         geschaftlicheemail dienstlicheemail courriel adressemail adresseemail adressecourriel \
         adresseelectronique adressedemessagerie emailprofessionnel enderecodeemail emailcorporativo \
         correioeletronico emaildetrabalho 邮箱 电子邮件 电子邮箱 邮件地址 電子郵件 indirizzoemail postaelettronica correoe \
         e메일 メアド ﾒｰﾙ ﾒｰﾙｱﾄﾞﾚｽ",
    ),
    (
        Target::FirstName,
        "firstname first givenname givennames forename fname userfirstname contactfirstname nombre nombres \
         nombredepila primernombre 이름 이름first 名 名前名 ファーストネーム 下の名前 vorname vornamen rufname prenom prenoms \
         nome primeironome prenome nomeproprio 名字first",
    ),
    (
        Target::LastName,
        "lastname last surname familyname lname secondname userlastname contactlastname apellido apellidos \
         primerapellido 성 성씨 姓 苗字 姓氏 ラストネーム nachname familienname zuname nom nomdefamille sobrenome \
         ultimonome cognome 氏",
    ),
    (
        Target::FullName,
        "name fullname displayname contactname personname employeename people nombrecompleto \
         nombreyapellidos nombreyapellido apellidosynombre 성명 전체이름 표시이름 이름전체 氏名 名前 お名前 フルネーム 表示名 \
         vollstandigername vorundnachname vornameundnachname anzeigename nomcomplet nometprenom prenometnom \
         nomprenom nomdaffichage nomecompleto nomeesobrenome nomedeexibicao 姓名 namevorname nachnamevorname \
         vornamenachname vornamename vollstaendigername apellidosnombre apellidonombre nombreapellidos \
         nombreapellido lastnamefirstname firstnamelastname firstandlastname lastfirst prenomnom \
         nomesobrenome sobrenomenome 성함",
    ),
    (
        Target::Role,
        "role roles userrole accountrole accessrole funcion rol 역할 권한 사용자역할 ロール 役割 権限 rolle benutzerrolle \
         funcao papel rollen rollenname funciones funcoes",
    ),
    (
        Target::Teams,
        "team teams teamname teamnames salesteam addtoteams equipo equipos 팀 팀이름 チーム チーム名 equipe equipes \
         mannschaft 팀명 소속팀 담당팀 所属チーム teammitgliedschaft equipa",
    ),
    (
        Target::Workspace,
        "workspace workspaces marketoworkspace espaciodetrabajo espaciodetrabajodemarketo 작업영역 marketo작업영역 \
         워크스페이스 ワークスペース marketoワークスペース arbeitsbereich marketoarbeitsbereich espacedetravail \
         espacedetravailmarketo espacodetrabalho espacodetrabalhodomarketo areadetrabajo 작업공간 areadetrabalho",
    ),
    (
        Target::Language,
        "language lang preferredlanguage emaillanguage locale idioma lengua 언어 言語 sprache langue lingua \
         lenguaje 메일언어 メールの言語 メール言語 表示言語 使用言語",
    ),
];

/// Ambiguous names, which programs use for other things too.
const WEAK: [(Target, &str); 4] = [
    (
        Target::Email,
        "username userprincipalname upn login loginname loginid user userid usuario 사용자이름 사용자id 아이디 ユーザー名 \
         benutzername anmeldename utilisateur nomdutilisateur identifiant nomedeusuario nombredeusuario \
         contact address mel adresse direccion endereco 주소 アドレス 사용자 로그인id 로그인아이디 ユーザー ユーザ名 ユーザーid ログインid \
         ログイン名 benutzer",
    ),
    // The last name in Japanese, the first in Chinese.
    (Target::LastName, "名字"),
    (
        Target::Role,
        "profile perfil profil fonction funktion access accesslevel permission permissions usertype type",
    ),
    (
        Target::Teams,
        "group groups groupname grupo grupos 그룹 グループ gruppe gruppen groupe groupes time times",
    ),
];

/// Words in a header that make its column that of another person, or a second one.
const OTHER: &str = "manager supervisor alternate alternative alternativ secondary recovery backup other assistant jefe \
    gerente responsable secundario secundaria recuperacion alternativo 상사 관리자이메일 보조 복구 上司 予備 vorgesetzt \
    wiederherstellung sekundar secours secondaire recuperacao status date verified optout count domain \
    signature encoding template notification format gestor chefe suplente reserva superieur suppleant \
    stellvertret ersatz asistente assistent 비상 대리 緊急 代理 承認者";

/// Words that make a name that of an organisation, or the same name in other letters.
const OTHER_NAME: &str = "company empresa compania organiza organisation firma unternehmen entreprise societe depart \
    abteilung 회사 부서 会社 企業 部署 部門 영문 발음 한자 ローマ字 よみがな ふりがな かな フリガナ カナ ﾌﾘｶﾞﾅ ｶﾅ";

/// Names that also occur in longer words and terms: control, enrolled, Microsoft Teams.
const ONLY_EXACT: &str = "first people roles rolle rollen teams equipa";

/// A longer header is a sentence and matches no name.
const LONGEST_HEADER: usize = 60;

/// Lower case, brackets with their content, accents, spaces and punctuation left out.
pub(super) fn squeeze(header: &str) -> String {
    let without_brackets = outside_brackets(header);
    let squeezed = keep_letters(&without_brackets);
    if squeezed.is_empty() { keep_letters(header) } else { squeezed }
}

fn keep_letters(text: &str) -> String {
    let mut letters = text::plain(text);
    letters.retain(char::is_alphanumeric);
    letters
}

fn outside_brackets(header: &str) -> String {
    let mut depth = 0_u32;
    header
        .chars()
        .filter(|&c| match text::narrow(c) {
            '(' | '[' | '{' | '【' => {
                depth += 1;
                false
            }
            ')' | ']' | '}' | '】' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// The target that has the header as a name.
pub(super) fn exact(header: &str) -> Option<Target> {
    find(&NAMES, &squeeze(header))
}

fn find(table: &[(Target, &str)], squeezed: &str) -> Option<Target> {
    table
        .iter()
        // The substring search is much faster and comes first: detecting an encoding looks up thousands of cells.
        .find(|(_, names)| contains(names, squeezed) && text::has_word(names, squeezed))
        .map(|&(target, _)| target)
}

/// The most likely target of the header.
pub(super) fn best(header: &str) -> Option<(Target, Strength)> {
    let squeezed = squeeze(header);
    let best = find(&NAMES, &squeezed)
        .map(|target| (target, Strength::Exact))
        .or_else(|| find(&WEAK, &squeezed).map(|target| (target, Strength::Weak)))
        .or_else(|| part(&squeezed).map(|target| (target, Strength::Part)))?;
    let is_name = matches!(best.0, Target::FirstName | Target::LastName | Target::FullName);
    // Brackets may name the script.
    (!is_name || !contains_any(&keep_letters(header), OTHER_NAME)).then_some(best)
}

/// The target whose name is the longest in the header.
fn part(squeezed: &str) -> Option<Target> {
    if squeezed.chars().count() > LONGEST_HEADER || contains_any(squeezed, OTHER) {
        return None;
    }
    NAMES
        .iter()
        .flat_map(|&(target, names)| names.split(' ').map(move |name| (target, name)))
        .filter(|(_, name)| is_telling(name) && contains(squeezed, name))
        .max_by_key(|(_, name)| name.len())
        .map(|(target, _)| target)
}

fn contains_any(squeezed: &str, words: &str) -> bool {
    words.split(' ').any(|word| contains(squeezed, word))
}

fn contains(squeezed: &str, word: &str) -> bool {
    text::contains(squeezed.as_bytes(), word.as_bytes())
}

/// Whether a name is significant inside a longer header too: short names occur in any word.
fn is_telling(name: &str) -> bool {
    if name.is_ascii() {
        name.len() >= 5 && !text::has_word(ONLY_EXACT, name)
    } else {
        name.chars().count() >= 2
    }
}

/// Whether the text is a word that is typical of tables of people, for detecting an encoding.
pub(super) fn is_known_word(cell: &str) -> bool {
    exact(cell).is_some() || role::parse(cell).is_some() || text::is_everyone(cell)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, ONLY_EXACT, OTHER, OTHER_NAME, Strength, WEAK, best, squeeze};
    use crate::Target;

    #[test]
    fn headers_of_every_ui_language_and_of_the_usual_exports() {
        for (header, target) in [
            ("Email Address [Required]", Target::Email),
            ("E-mail", Target::Email),
            ("Work e-mail", Target::Email),
            ("Correo electrónico", Target::Email),
            ("CORREO ELECTRONICO", Target::Email),
            ("이메일", Target::Email),
            ("メールアドレス", Target::Email),
            ("メールアドレス（必須）", Target::Email),
            ("E-Mail-Adresse", Target::Email),
            ("Adresse e-mail", Target::Email),
            ("Ｅメール", Target::Email),
            ("FirstName", Target::FirstName),
            ("first_name", Target::FirstName),
            ("Prénom", Target::FirstName),
            ("Vorname", Target::FirstName),
            ("名", Target::FirstName),
            ("이름", Target::FirstName),
            ("Apellidos", Target::LastName),
            ("Sobrenome", Target::LastName),
            ("성", Target::LastName),
            ("Family name", Target::LastName),
            ("Display name", Target::FullName),
            ("氏名", Target::FullName),
            ("Función", Target::Role),
            ("Rôle", Target::Role),
            ("역할", Target::Role),
            ("チーム", Target::Teams),
            ("Équipe", Target::Teams),
            ("Marketo workspace", Target::Workspace),
            ("Idioma", Target::Language),
            ("メールの言語", Target::Language),
            ("메일 언어", Target::Language),
            ("Name, Vorname", Target::FullName),
            ("Nachname, Vorname", Target::FullName),
            ("Vorname Nachname", Target::FullName),
            ("Apellidos, Nombre", Target::FullName),
            ("Nombre, Apellidos", Target::FullName),
            ("Last name, First name", Target::FullName),
            ("First and last name", Target::FullName),
            ("성함", Target::FullName),
            ("ﾒｰﾙｱﾄﾞﾚｽ", Target::Email),
            ("소속 팀", Target::Teams),
            ("Rollen", Target::Role),
            ("Área de trabalho", Target::Workspace),
        ] {
            assert_eq!(best(header), Some((target, Strength::Exact)), "{header}");
        }
        for (header, target) in [
            ("Username", Target::Email),
            ("Adresse", Target::Email),
            ("Dirección", Target::Email),
            ("ログインID", Target::Email),
            ("Time", Target::Teams),
        ] {
            assert_eq!(best(header), Some((target, Strength::Weak)), "{header}");
        }
        assert_eq!(best("Company e-mail address of user"), Some((Target::Email, Strength::Part)));
        assert_eq!(best("Langue de l’e-mail"), Some((Target::Language, Strength::Part)));
    }

    #[test]
    fn columns_about_other_people_or_organisations_have_no_target() {
        for header in [
            "Alternate email address",
            "Manager Email",
            "E-mail do gestor",
            "E-mail du supérieur",
            "Stellvertreter E-Mail",
            "비상 연락 이메일",
            "Nombre de la empresa",
            "회사 이름",
            "부서 이름",
            "会社の名前",
            "Apelido",
            "フリガナ氏名",
            "ふりがな（氏名）",
            "氏名（フリガナ）",
            "姓（カナ）",
            "영문 이름",
            "이름(영문)",
            "Kontrolle",
            "Zugriffskontrolle",
            "Enrolled",
            "Microsoft Teams",
            "Teams-Rufnummer",
            "Equipamento",
            "ProfileId",
            "Alias",
            "TimeZoneSidKey",
            "Job title",
            "No.",
            "Comment",
            "",
        ] {
            assert_eq!(best(header), None, "{header}");
        }
        assert_eq!(best("회사 이메일"), Some((Target::Email, Strength::Part)));
        assert_eq!(best("이메일(영문)"), Some((Target::Email, Strength::Exact)));
    }

    #[test]
    fn every_name_is_listed_once_and_in_its_squeezed_form() {
        let mut seen = std::collections::HashSet::new();
        let names = NAMES.iter().chain(&WEAK).flat_map(|(_, names)| names.split(' '));
        for name in names {
            assert!(!name.is_empty() && squeeze(name) == name, "{name}");
            assert!(seen.insert(name), "{name}");
        }
        for word in [OTHER, OTHER_NAME, ONLY_EXACT].into_iter().flat_map(|words| words.split(' ')) {
            assert!(!word.is_empty() && squeeze(word) == word, "{word}");
        }
    }

    #[test]
    fn a_header_that_is_all_brackets_keeps_its_words() {
        assert_eq!(squeeze("[Email]"), "email");
    }
}
