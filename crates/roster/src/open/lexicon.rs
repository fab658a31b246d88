//! The meanings of the words in headers, in the languages of the product and some others, and in the exports of
//! programs.

use std::sync::OnceLock;

/// What a word says about its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Word {
    Mail,
    Electronic,
    Address,
    /// What people sign in with, often an address.
    Login,
    User,
    Person,
    /// A name of some kind.
    Name,
    First,
    Given,
    Family,
    Surname,
    Full,
    FullName,
    Role,
    /// A role or, as often, something else: permissions, functions.
    Rights,
    Profile,
    Access,
    Level,
    Type,
    Team,
    Group,
    Space,
    Language,
    Locale,
    Work,
    Private,
    /// Not the first of several.
    Second,
    Company,
    /// A person who is not the row's.
    Other,
    /// The name in other letters, or one that is neither first nor last name.
    OtherName,
    Id,
    /// Says that the column is about something else.
    Block,
    Preferred,
    /// Says nothing.
    Filler,
    Unknown,
}

/// Words by meaning, in lower case without accents, with spaces between: slices would be larger in the Worker.
pub(super) const WORDS: &[(Word, &str)] = &[
    (
        Word::Mail,
        "email emails mail mails emailaddress emailaddresses mailaddress emailadresse mailadresse emailadres \
         mailadres emailadr mailadr eaddress smtp correo correos courriel courriels mel messagerie correio posta \
         poczta epost 이메일 메일 전자메일 전자우편 메일주소 이메일주소 メール メアド メルアド メールアドレス 電子メール 邮箱 邮件 电邮 \
         電郵 郵箱 郵件 信箱",
    ),
    (
        Word::Electronic,
        "electronico electronica eletronico eletronica electronique elektronische elektronisch elettronica \
         elektroniczna elektronicznej electronic 電子 电子 전자",
    ),
    (
        Word::Address,
        "address adress addr adresse adresses adres adr direccion endereco indirizzo 주소 アドレス 地址 位址",
    ),
    (
        Word::Login,
        "login logon userid userprincipalname userprincipal upn account konto \
         benutzerprinzipalname benutzerprinzipal anmeldename anmelde identifiant identifiants kennung cuenta compte \
         conta 계정 아이디 로그인 アカウント ログイン ログインid \
         账号 帐号 帳號",
    ),
    (
        Word::User,
        "user users usr usuario usuaria usuarios utilisateur utilisateurs utilisatrice benutzer benutzers nutzer \
         nutzers anwender anwenders utilizador gebruiker gebruikers utente uzytkownik uzytkownika 사용자 유저 이용자 \
         ユーザー ユーザ 利用者 用户 用戶 使用者",
    ),
    (
        Word::Person,
        "person persons people member members employee employees emp empl empleado empleada empleados staff \
         worker contact contacts attendee attendees participant participants student students colleague \
         invitee assignee agent holder candidate guest teammate persona personas trabajador trabajadora \
         contacto participante participantes miembro miembros titular colaborador colaboradora funcionario \
         funcionaria contato pessoa membro membros servidor mitarbeiter mitarbeiters mitarbeitende \
         mitarbeitenden mitarbeiterin ansprechpartner ansprechpartners ansprechperson ma teilnehmer \
         teilnehmers teilnehmende kontakt kontaktperson mitglied mitglieds kollege employe employee \
         collaborateur collaboratrice interlocuteur salarie salariee membre dipendente medewerker pracownik \
         pracownika 담당자 담당 직원 임직원 사원 회원 구성원 멤버 근무자 참석자 참가자 가입자 대상자 担当者 担当 社員 従業員 職員 会員 参加者 受講者 メンバー スタッフ 連絡先 \
         员工 員工 联系人 聯絡人 成员 成員 人员 caller resource rep representative teacher recipient applicant requester \
         requestor subscriber speaker trainer trainee learner volunteer donor patient player author \
         consultant technician associate registrant respondent nominee visitor assignees colleagues alumno \
         alumna alumnos socio socia estudiante solicitante inscrito destinatario profesor profesora docente \
         interesado agente representante vendedor abonado suscriptor voluntario candidato bearbeiter \
         bearbeiters sachbearbeiter beschaftigter beschaftigte beschaeftigter arbeitnehmer angestellter \
         inhaber kontoinhaber schuler lehrer studierende antragsteller empfanger empfaenger bewerber gast \
         referent verkaufer berater eingeladener titulaire eleve etudiant adherent destinataire demandeur \
         candidat inscrit stagiaire enseignant conseiller beneficiaire interesse personne aluno aluna \
         estudante professor assinante associado empregado trabalhador pessoas convidado invitado \
         collaboratore partecipante contatto referente titolare studente iscritto persoon contactpersoon \
         deelnemer lid werknemer ontvanger osoba kontaktowa uczestnik czlonek odbiorca 申込者 生徒 学生 受信者 代表者 講師 \
         登録者 応募者 教員 対象者 受信 署名者 신청자 학생 수신자 소유자 상담원 교사 교직원 강사 수강생 참여자 교육생 지원자 등록자 대표자 영업사원 근로자 종업원 申请人 申請人 学员 \
         學員 收件人 负责人 負責人 参与者 会员 同事 职工 雇员 教师 经办人 delegate joiner passenger operator intervenant usager \
         integrante operador beneficiario teammitglied incaricato 신청인 수강자 응답자 책임자 실무자 교원 팀원 責任者 出席者 受験者 申請者 \
         契約者 購入者 教職員 依頼者 参会人 老师 申请者 피초대자 초대받은 受講生 被邀请人",
    ),
    (Word::Name, "name names nm nombre nombres nome nomes nom noms naam naams namens 이름 네임 名前 namen"),
    (Word::First, "first frst fst given christian fore"),
    (
        Word::Given,
        "firstname fname givenname givennames forename forenames vorname vornamen vorna vor rufname roepnaam \
         voornaam prenom prenoms prenome imie imiona nombredepila primernombre primeironome nomeproprio \
         namegivenname gn 下の名前 ファーストネーム 1stname vname",
    ),
    (Word::Family, "last lst family fam sur familia famille ultimo"),
    (
        Word::Surname,
        "lastname lname surname surnames familyname secondname nachname nachnamen nachn nach familienname \
         familiennamen zuname apellido apellidos sobrenome sobrenomes nomdefamille nomdusage namefamilyname \
         cognome achternaam familienaam nazwisko sn 성씨 苗字 姓氏 名字 ラストネーム 2ndname nname ultimoapelido",
    ),
    (
        Word::Full,
        "full display displayed complete complet complete completo completa vollstandiger vollstandige \
         vollstaendiger anzeige real whole common legal visible mostrar visualizacion exibicao affichage affiche \
         volledige weergave visualizzato 전체 표시 表示 显示 顯示 完整",
    ),
    (
        Word::FullName,
        "fullname displayname realname nominativo cn 성명 성함 실명 氏名 姓名 フルネーム 全名 显示名称",
    ),
    (Word::Role, "role roles rol rolle rollen ruolo rola rolename 역할 롤 役割 ロール 角色"),
    (
        Word::Rights,
        "permission permissions permiso permisos permissao permissoes berechtigung berechtigungen \
         berechtigungs rechte droits autorisation autorisations autorizacion autorizacao habilitation \
         habilitations privilege privileges uprawnienia auth authority authorization funcion funciones funcao \
         funcoes papel kengen 권한 権限 权限 權限 privilegio privilegios privilegi rights right droit entitlement \
         entitlements bevoegdheid bevoegdheden zugriffsrecht recht privilegien",
    ),
    (Word::Profile, "profile profil perfil profilo fonction funktion"),
    (
        Word::Access,
        "access acceso acesso acces zugriff zugriffs zugang zugangs security 접근 アクセス 访问 toegang toegangs \
         dostepu",
    ),
    (Word::Level, "level stufe nivel niveau 등급 레벨 レベル 级别"),
    (Word::Type, "type types typ tipo art category 유형 종류 種別 区分 类型 구분 타입 タイプ"),
    (
        Word::Team,
        "team teams equipo equipos equipe equipes equipa equipas squad squads mannschaft squadra zespol \
         salesteam teamname teamnames addtoteams teammitgliedschaft 팀 チーム 团队 團隊 班组 crew crews",
    ),
    (
        Word::Group,
        "group groups grupo grupos gruppe gruppen groupe groupes gruppo groep grupa memberof time times 그룹 グループ \
         小组 组 群组",
    ),
    (
        Word::Space,
        "workspace workspaces arbeitsbereich arbeitsbereiche espaciodetrabajo espacedetravail espacodetrabalho \
         areadetrabajo areadetrabalho areadilavoro spaziodilavoro werkruimte 작업영역 작업공간 워크스페이스 ワークスペース 工作区 \
         工作區",
    ),
    (
        Word::Language,
        "language languages lang langu idioma idiomas lengua lenguaje langue langues sprache spr spras lingua \
         lingue taal jezyk korrespondenzsprache voorkeurstaal 언어 言語 语言 語言 sprach langage lenguas 語系 수신언어",
    ),
    (Word::Locale, "locale 로케일 ロケール"),
    (
        Word::Work,
        "work business office corporate corp corporativo corporativa official professional professionnel \
         professionnelle pro profissional primary principal primaere primare main dienstlich dienstliche \
         geschaftlich geschaftliche geschaeftlich geschaeftliche arbeit arbeits laboral trabajo trabalho \
         institucional aziendale lavoro werk zakelijk sluzbowy sales vendas ventas vertrieb vertriebs commerciale \
         comercial 업무 업무용 사내 직장 기본 소속 仕事 仕事用 業務 業務用 職場 勤務先 プライマリ 所属 営業 工作",
    ),
    (
        Word::Private,
        "private privat privado privada privata prive prywatny personal personnel personnelle perso personale \
         pessoal particular home 개인 個人 私用 自宅 プライベート 个人 私人",
    ),
    (
        Word::Second,
        "second secondary segundo segunda secundario secundaria secondaire sekundar sekundaer sekundare alternate \
         alternative alternativ alternativa alternativo materno materna maternelle backup recovery recuperacion \
         recuperacao wiederherstellung wiederherstellungs secours other otro outro autre suplente reserva 2 3 4 5 \
         보조 복구 예비 予備 其他 备用",
    ),
    (
        Word::Company,
        "company firm firma firmen empresa compania organization organisation organizacion organizacao organizacji \
         unternehmen unternehmens entreprise societe azienda bedrijf 회사 업체 기업 고객사 会社 企業 取引先 公司 单位 企业",
    ),
    (
        Word::Other,
        "manager managers supervisor boss leader lead head chief approver reporting reports assistant \
         secretary referrer referral referred referee emergency parent parents guardian spouse father fathers \
         mother mothers creator created sponsor mentor owner inviter invited sender buyer billing by jefe \
         gerente responsable responsabile gestor gestora gestionnaire chefe superior superieur superviseur \
         suppleant vorgesetzter vorgesetzte vorgesetzten vorgesetztem teamleiter leiter stellvertreter \
         stellvertretung notfall ersatz emergencia urgence urgencia parrain leidinggevende przelozony \
         przelozonego encargado indicador indicado coordinador coordenador asistente assistent assistente cc \
         bcc reply forward distribution shared verteiler 상사 관리자 상급자 팀장 추천인 추천 비상 대리 승인자 보호자 上司 管理者 緊急 代理 承認者 \
         紹介者 リーダー 保護者 上级 主管 经理 紧急 推荐人 tutor line from absender remitente remetente expediteur mittente \
         fuhrungskraft fuehrungskraft responsavel capo encarregado director directeur direttore chef cheffe \
         eltern elternteil erziehungsberechtigte erziehungsberechtigter conjoint pere mere pai mae padre \
         madre conyuge hr hrbp recruiter buddy coach vertreter vertretung approved modified familiar 上長 送信者 \
         差出人 配偶者 家族 父 母 센터장 부서장 실장 발신자 보낸 배우자 가족 부모 직속 主任 组长 父母 家长 发件人 초대자 초대한 리더 담임 招待者 邀请人",
    ),
    (
        Word::OtherName,
        "middle maiden nick nickname birth previous former initial initials prefix suffix salutation kana furigana \
         phonetic pronunciation romaji pinyin yomi yomigana english geburtsname geburts naissance nacimiento \
         soltera meio apodo alias aliases additional apelido jeune tussenvoegsel 영문 영문명 한자 발음 닉네임 별명 애칭 よみがな ふりがな \
         かな ヨミガナ ヨミ フリガナ カナ セイ メイ ローマ字 ニックネーム ミドルネーム 旧姓 別名 拼音 英文 英文名 昵称",
    ),
    (
        Word::Id,
        "id ids key code cd nr no num number numero nummer codigo clave guid uuid sid matricula matricule 번호 \
         코드 番号 コード 编号 编码 kurzel kuerzel",
    ),
    (
        Word::Block,
        "date dates fecha data datum timestamp zone created updated status state estado statut count total \
         phone phones tel telephone telefon telefono telefone rufnummer mobile movil handy fax domain url \
         link website signature encoding template notification notifications format verified optin optout opt \
         consent accept acepta bounced bounce subscribed unsubscribe sent opened clicks clicked size quota \
         password passwort contrasena senha mailing list newsletter title titel titulo titre job position \
         puesto cargo poste stelle designation department dept departement departamento abteilung division \
         branch country region city street zip postal post plz province location standort ort ville ciudad \
         cidade description beschreibung descripcion descricao note notes comment gender birthday start \
         salary score rating budget goal color colour icon logo image photo file fichier archivo arquivo host \
         hostname filename product producto produit produto produkt project proyecto projet projeto projekt \
         course curso cours event order price cost currency skill skills proficiency fluency programming \
         native mother muttersprache fremdsprache aussprache ansprache absprache kontrolle zugriffskontrolle \
         teamwork teamviewer workplace namespace active enabled microsoft 여부 상태 날짜 일자 일시 발송일 수신 동의 등록일 부서 직급 \
         직책 직위 국가 제품 파일 상품 연락처 지역 인원 部署 部門 役職 日付 日時 状態 状況 有無 同意 配信 国 商品 講座 件数 部门 职位 职务 状态 日期 时间 是否 名称 电话 \
         useragent hiring 名稱",
    ),
    (
        Word::Preferred,
        "preferred preferido preferida preferencia preferee prefere bevorzugte usual usuel usage chosen 선호 優先する 優先 \
         首选",
    ),
    (
        Word::Filler,
        "a an and the of for to in is are you your my our me what which please enter select required optional \
         e o y et und u et en el la le les los las lo l d de del des du da do dos das di della der die das \
         den dem im s as os au aux value values attribute field txt text str c 0 1 marketo salesforce \
         customer customers client cliente kunde kunden kundin cliente klient invitation invite invitacion \
         convite einladung system portal pila proprio sid lokal correspondence communication default kanji \
         primer primero primeiro premier i w 필수 선택 한글 필수입력 설정 용 별 의 및 고객 お ご の 様 用 別 漢字 設定 必須 任意 使用 メイン 顧客 客户 \
         首次 membership memberships zugehorigkeit mitgliedschaft mitgliedschaften assigned asignado asignada \
         attribue zugewiesen zugewiesene desired atribuido atribuida designado van current actual atual \
         aktuell aktuelle actuel bitte per con com avec mit with whose se 本人 現在 現 的 所在 담당하는 이용 利用 ご利用 連絡 連絡用 \
         연락용 代表 st nd new neu nuevo novo nouveau nouvelle hire er ro auswahl einstellung",
    ),
];

/// Words that stand before what describes them, unlike those of the other languages.
pub(super) const HEAD_FIRST: &str = "nombre nombres nome nom prenom prenoms apellido apellidos sobrenome cognome equipo \
    equipos equipe equipes equipa equipas squadra nomdusage";

/// Fields whose names may be mistyped.
const TYPABLE: [Word; 14] = [
    Word::Mail,
    Word::Address,
    Word::Name,
    Word::First,
    Word::Given,
    Word::Family,
    Word::Surname,
    Word::Full,
    Word::FullName,
    Word::Role,
    Word::Rights,
    Word::Team,
    Word::Space,
    Word::Language,
];

/// A power of two, more than twice the number of words.
const SLOTS: usize = 4096;

/// The words by their hashes, with open addressing.
struct Index(Vec<Option<(&'static str, Word)>>);

impl Index {
    fn new() -> Self {
        let mut slots: Vec<Option<(&'static str, Word)>> = vec![None; SLOTS];
        for &(meaning, words) in WORDS {
            for word in words.split(' ') {
                let mut slot = hash(word);
                while slots[slot].is_some_and(|(other, _)| other != word) {
                    slot = (slot + 1) % SLOTS;
                }
                // The first meaning counts.
                slots[slot].get_or_insert((word, meaning));
            }
        }
        Self(slots)
    }

    fn find(&self, word: &str) -> Option<Word> {
        let mut slot = hash(word);
        loop {
            let (other, meaning) = self.0[slot]?;
            if other == word {
                return Some(meaning);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

fn hash(word: &str) -> usize {
    let hash =
        word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) as usize % SLOTS
}

/// The meaning of the word, which is not taken apart.
pub(super) fn find(word: &str) -> Option<Word> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    match word {
        // Alone the names; in compounds, name.
        "名" => Some(Word::Given),
        "姓" | "성" | "氏" => Some(Word::Surname),
        _ => INDEX.get_or_init(Index::new).find(word),
    }
}

/// The meanings of the words of which the text is composed: "benutzerrolle", "社員名". Unknown letters are allowed only
/// at the beginning, as what describes comes first in the languages that write compounds.
pub(super) fn compound(text: &str) -> Option<Vec<(Word, &str)>> {
    const UNKNOWN: usize = 100;
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    // For every end: the least cost, where the last word begins, and what it means.
    let mut best: Vec<Option<(usize, usize, Word)>> = vec![None; ends.len()];
    for end in 1..ends.len() {
        for begin in 0..end {
            let before = match (begin, best[begin]) {
                (0, _) => 0,
                (_, Some((cost, ..))) => cost,
                (_, None) => continue,
            };
            let word = &text[ends[begin]..ends[end]];
            let found = component(word, begin == 0, end + 1 == ends.len());
            let (cost, meaning) = match found {
                // A short word at the end of unknown letters is accidental.
                Some(_) if before >= UNKNOWN && word.is_ascii() && word.len() < 4 => continue,
                Some(meaning) => (before + 1, meaning),
                None if begin == 0 => (UNKNOWN + end, Word::Unknown),
                None => continue,
            };
            if best[end].is_none_or(|(other, ..)| cost < other) {
                best[end] = Some((cost, begin, meaning));
            }
        }
    }
    let mut meanings = Vec::new();
    let mut end = ends.len() - 1;
    while end > 0 {
        let (_, begin, meaning) = best[end]?;
        meanings.push((meaning, &text[ends[begin]..ends[end]]));
        end = begin;
    }
    meanings.reverse();
    let is_unknown = meanings.len() == 1 && meanings[0].0 == Word::Unknown;
    (!is_unknown).then_some(meanings)
}

/// The meaning of a word within a compound.
fn component(word: &str, is_first: bool, is_last: bool) -> Option<Word> {
    let is_single = word.chars().nth(1).is_none();
    match word {
        "名" | "명" | "名称" | "名稱" if is_last && !is_first => Some(Word::Name),
        // Name, after another word: "Kundenname", "realname".
        "fname" | "lname" | "nname" | "vname" if !is_first => None,
        "姓" if is_last && !is_first => Some(Word::Surname),
        "팀" => Some(Word::Team),
        "의" | "용" | "별" | "お" | "ご" | "の" | "様" | "用" | "別" => Some(Word::Filler),
        _ if is_single || (word.is_ascii() && word.len() < 3) => None,
        _ => find(word),
    }
}

/// The meaning of an abbreviation: that of the shortest word that begins with it, first of those for fields.
pub(super) fn abbreviated(word: &str) -> Option<Word> {
    if word == "n" {
        return Some(Word::Name);
    }
    if word.len() < 2 {
        return None;
    }
    all()
        .filter(|(meaning, full)| !matches!(meaning, Word::Filler | Word::Block) && full.starts_with(word))
        .min_by_key(|(meaning, full)| (!TYPABLE.contains(meaning), full.len()))
        .map(|(meaning, _)| meaning)
}

/// The meaning of the nearest word, if the text may be a mistyped form of it.
pub(super) fn mistyped(text: &str) -> Option<Word> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 || !text.is_ascii() {
        return None;
    }
    all()
        .filter(|(meaning, _)| TYPABLE.contains(meaning))
        .filter(|(_, word)| word.is_ascii() && word.len() >= 4 && word.len().abs_diff(letters.len()) <= 2)
        .filter_map(|(meaning, word)| Some((typing_distance(&letters, word)?, meaning)))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, meaning)| meaning)
}

fn all() -> impl Iterator<Item = (Word, &'static str)> {
    WORDS.iter().flat_map(|&(meaning, words)| words.split(' ').map(move |word| (meaning, word)))
}

/// How many mistakes lie between text and word, if they are few for their lengths.
fn typing_distance(text: &[char], word: &str) -> Option<usize> {
    let first = word.chars().take(2);
    if !first.clone().eq(text[..2].iter().copied()) && !first.clone().any(|c| c == text[0]) {
        return None;
    }
    let word: Vec<char> = word.chars().collect();
    let is_swapped_start = text[..2] == [word[1], word[0]];
    if text[0] != word[0] && !is_swapped_start {
        return None;
    }
    let distance = distance(text, &word);
    let allowed = match text.len().min(word.len()) {
        // Other short words are near: only a swap.
        ..5 if text.len() == word.len() => {
            let (mut a, mut b) = (text.to_vec(), word);
            a.sort_unstable();
            b.sort_unstable();
            usize::from(a == b)
        }
        ..5 => usize::from(text.last() == word.last()),
        5..9 => 1,
        _ => 2,
    };
    (distance <= allowed).then_some(distance)
}

/// The number of letters to insert, delete, replace, or swap with the next.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let replaced = rows[1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[1][j] + 1).min(rows[2][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = least;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::{HEAD_FIRST, SLOTS, WORDS, Word, compound, find, mistyped};
    use crate::open::words;

    #[test]
    fn every_word_is_in_its_normal_form_and_found() {
        let mut count = 0;
        for word in WORDS.iter().flat_map(|(_, words)| words.split(' ')) {
            let normal: String = words::parts(word).into_iter().map(|part| part.text).collect();
            assert!(!word.is_empty() && normal == word, "{word}");
            assert!(find(word).is_some(), "{word}");
            count += 1;
        }
        assert!(2 * count < SLOTS);
        for word in HEAD_FIRST.split(' ') {
            assert!(find(word).is_some(), "{word}");
        }
    }

    #[test]
    fn compounds_are_taken_apart() {
        assert_eq!(compound("benutzerrolle"), Some(vec![(Word::User, "benutzer"), (Word::Role, "rolle")]));
        assert_eq!(compound("社員名"), Some(vec![(Word::Person, "社員"), (Word::Name, "名")]));
        assert_eq!(compound("受験生氏名"), Some(vec![(Word::Unknown, "受験生"), (Word::FullName, "氏名")]));
        assert_eq!(compound("equipamento"), None);
    }

    #[test]
    fn mistyped_words_are_near_a_name_of_a_field() {
        assert_eq!(mistyped("emial"), Some(Word::Mail));
        assert_eq!(mistyped("vornmae"), Some(Word::Given));
        assert_eq!(mistyped("roel"), Some(Word::Role));
        assert_eq!(mistyped("land"), None);
        assert_eq!(mistyped("rule"), None);
    }
}
