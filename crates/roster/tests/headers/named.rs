//! Headings that are named in the requirements or were once taken wrongly, each with the values that decide.

use roster::{Confidence, HeaderRow, NativeDecoders, Overrides, Target, look};

/// The targets of the columns of a file, whose first line is the header.
fn targets(csv: &str) -> Vec<Target> {
    let overrides = Overrides { header_row: Some(HeaderRow::At(1)), ..Overrides::default() };
    look(csv.as_bytes(), true, &overrides, &NativeDecoders).unwrap().mapping.targets
}

const IGNORE: Target = Target::Ignore;
const EMAIL: Target = Target::Email;
const FIRST: Target = Target::FirstName;
const LAST: Target = Target::LastName;
const FULL: Target = Target::FullName;
const ROLE: Target = Target::Role;
const TEAMS: Target = Target::Teams;
const LANGUAGE: Target = Target::Language;

#[test]
fn s2_a_type_of_member_or_of_mailbox_is_no_role() {
    for (csv, expected) in [
        // Google Groups: what is a member, and what it may do in the group.
        (
            "Group Email [Required],Member Email,Member Type,Member Role\n\
             g@x.example,a@x.example,USER,MEMBER\ng@x.example,b@x.example,USER,MANAGER\n",
            &[IGNORE, EMAIL, IGNORE, ROLE][..],
        ),
        ("Email,Member type\na@x.example,User\nb@x.example,User\n", &[EMAIL, IGNORE]),
        (
            "Display name,Email address,Mailbox type\nAna Ray,a@x.example,User\nBo Li,b@x.example,Shared\n",
            &[FULL, EMAIL, IGNORE],
        ),
        ("Email,Mailbox type\na@x.example,UserMailbox\nb@x.example,UserMailbox\n", &[EMAIL, IGNORE]),
        ("Email,Mailbox type\na@x.example,User\nb@x.example,User\n", &[EMAIL, IGNORE]),
        // The two roles, and nothing else: whatever the heading says.
        ("Email,Member type\na@x.example,Admin\nb@x.example,User\n", &[EMAIL, ROLE]),
    ] {
        assert_eq!(targets(csv), expected, "{csv}");
    }
}

#[test]
fn s2_the_display_name_of_an_address_is_neither_address_nor_name() {
    let address = "E-mail Address,E-mail Display Name\na@x.example,";
    for (csv, expected) in [
        (format!("{address}Ana Ray\n"), &[EMAIL, IGNORE][..]),
        (format!("{address}Ana Ray (a@x.example)\n"), &[EMAIL, IGNORE]),
        ("E-mail Display Name,Address\nAna Ray (a@x.example),b@x.example\n".to_owned(), &[IGNORE, EMAIL]),
        ("Name,E-mail Display Name\nAna Ray,Ana Ray\n".to_owned(), &[FULL, IGNORE]),
        (
            "E-Mail-Adresse;E-Mail: Angezeigter Name\na@x.example;Ana Ray (a@x.example)\n".to_owned(),
            &[EMAIL, IGNORE],
        ),
        (
            "Nom complet de l'adresse de messagerie;Adresse de messagerie\nb@x.example;a@x.example\n"
                .to_owned(),
            &[IGNORE, EMAIL],
        ),
    ] {
        assert_eq!(targets(&csv), expected, "{csv}");
    }
}

#[test]
fn s2_questions_of_forms_are_understood_in_every_language_of_the_product() {
    let values = "2026-03-01 10:00;a@x.example;Ana;Ray\n2026-03-01 10:05;b@x.example;Bo;Li\n";
    for header in [
        "Timestamp;What is your work email address?;What is your first name?;What is your last name?",
        "Marca temporal;¿Cuál es tu correo electrónico?;¿Cuál es tu nombre?;¿Cuáles son tus apellidos?",
        "Zeitstempel;Wie lautet Ihre E-Mail-Adresse?;Wie lautet Ihr Vorname?;Wie lautet Ihr Nachname?",
        "Horodateur;Quelle est votre adresse e-mail ?;Quel est votre prénom ?;Quel est votre nom de famille ?",
        "タイムスタンプ;メールアドレスを入力してください;名を入力してください;姓を入力してください",
        "타임스탬프;이메일 주소를 입력해 주세요;이름을 입력해 주세요;성을 입력해 주세요",
        "Carimbo de data/hora;Qual é o seu e-mail?;Qual é o seu primeiro nome?;Qual é o seu sobrenome?",
    ] {
        assert_eq!(targets(&format!("{header}\n{values}")), [IGNORE, EMAIL, FIRST, LAST], "{header}");
    }
    let values = "a@x.example;North;es\nb@x.example;South;de\n";
    for header in [
        "Email;Which team are you on?;Which language should we use?",
        "Correo;¿A qué equipo perteneces?;¿En qué idioma prefieres la invitación?",
        "E-Mail;In welchem Team arbeiten Sie?;In welcher Sprache möchten Sie die Einladung?",
        "E-mail;Dans quelle équipe travaillez-vous ?;Quelle langue préférez-vous ?",
        "メール;所属チームを選択してください;ご希望の言語を選択してください",
        "이메일;소속 팀을 선택해 주세요;선호하는 언어를 선택해 주세요",
        "E-mail;De qual equipe você faz parte?;Em qual idioma você prefere o convite?",
    ] {
        assert_eq!(targets(&format!("{header}\n{values}")), [EMAIL, TEAMS, LANGUAGE], "{header}");
    }
}

#[test]
fn s2_a_question_about_something_else_is_no_field() {
    for question in [
        "How satisfied are you with your team?",
        "What would you like to improve in our workspace?",
        "Do you agree to the terms?",
        "¿Qué te parece tu equipo?",
        "Wie zufrieden sind Sie mit Ihrem Team?",
        "Que pensez-vous de votre équipe ?",
        "O que você acha da sua equipe?",
        "チームの雰囲気はどうですか？",
        "팀에 대해 어떻게 생각하나요?",
    ] {
        assert_eq!(targets(&format!("Email;{question}\na@x.example;Good\n")), [EMAIL, IGNORE], "{question}");
    }
}

#[test]
fn s2_a_bare_word_for_permissions_is_the_role() {
    for header in
        ["권한", "権限", "权限", "Berechtigung", "Função", "Función", "Permisos", "Behörighet", "Yetki"]
    {
        // Neither value is the name of a role: the check says which ones are, the mapping which column it is.
        let csv = format!("Email;{header}\na@x.example;super_admin\nb@x.example;staff\n");
        assert_eq!(targets(&csv), [EMAIL, ROLE], "{header}");
        // Numbers are the codes of something.
        let csv = format!("Email;{header}\na@x.example;3\nb@x.example;7\n");
        assert_eq!(targets(&csv), [EMAIL, IGNORE], "{header}");
    }
    // Beside a role, permissions are something else.
    assert_eq!(
        targets("이메일;역할;권한\na@x.example;관리자;order\nb@x.example;사용자;quote\n"),
        [EMAIL, ROLE, IGNORE]
    );
    for header in ["E-Mail-Berechtigung", "Função/Cargo", "권한 코드"] {
        let csv = format!("Email;{header}\na@x.example;super_admin\nb@x.example;staff\n");
        assert_eq!(targets(&csv), [EMAIL, IGNORE], "{header}");
    }
}

#[test]
fn s2_the_numbers_of_questions_are_not_read() {
    let values = "a@x.example;Ana;Ray;Admin\nb@x.example;Bo;Li;User\n";
    for header in [
        "1. Email;2. First name;3. Last name;4. Role",
        "1) Email;2) First name;3) Last name;4) Role",
        "Q1 - Email;Q3 - First name;Q4 - Last name;Q12: Role",
        "１．メール;２．名;３．姓;４．役割",
        "Email 1;First name;Last name;Role",
    ] {
        assert_eq!(targets(&format!("{header}\n{values}")), [EMAIL, FIRST, LAST, ROLE], "{header}");
    }
    // Of several addresses and names, the first.
    assert_eq!(targets("2. E-Mail;1. E-Mail\nb@x.example;a@x.example\n"), [IGNORE, EMAIL]);
    assert_eq!(targets("E-Mail;2. E-Mail\na@x.example;b@x.example\n"), [EMAIL, IGNORE]);
    assert_eq!(targets("Email 2;Email 1\nb@x.example;a@x.example\n"), [IGNORE, EMAIL]);
    assert_eq!(
        targets("E-Mail;1. Vorname;2. Vorname;Name\na@x.example;Ana;Eva;Ray\n"),
        [EMAIL, FIRST, IGNORE, LAST]
    );
}

#[test]
fn s2_further_languages_are_understood() {
    for (header, values, expected) in [
        (
            "Фамилия;Имя;Отчество;Электронная почта;Роль;Команда;Язык",
            "Иванов;Иван;Иванович;a@x.example;Администратор;Север;ru",
            &[LAST, FIRST, IGNORE, EMAIL, ROLE, TEAMS, LANGUAGE][..],
        ),
        (
            "ФИО;Эл. почта;Права доступа;Группа",
            "Иванов Иван;a@x.example;Полный;А-1",
            &[FULL, EMAIL, ROLE, TEAMS],
        ),
        (
            "Фамилия, имя, отчество;Почта;Почта руководителя",
            "Иванов Иван;a@x.example;b@x.example",
            &[FULL, EMAIL, IGNORE],
        ),
        (
            "Ad;Soyad;E-posta;Rol;Takım;Dil",
            "Ayşe;Yılmaz;a@x.example;Yönetici;Kuzey;tr",
            &[FIRST, LAST, EMAIL, ROLE, TEAMS, LANGUAGE],
        ),
        (
            "KULLANICI ADI;ADI SOYADI;KURUMSAL E-POSTA;YETKİ",
            "ayilmaz;Ayşe Yılmaz;a@x.example;Yönetici",
            &[IGNORE, FULL, EMAIL, ROLE],
        ),
        (
            "Họ;Tên;Địa chỉ email;Vai trò;Nhóm;Ngôn ngữ",
            "Nguyễn;An;a@x.example;Quản trị;Bắc;vi",
            &[LAST, FIRST, EMAIL, ROLE, TEAMS, LANGUAGE],
        ),
        ("Họ và tên;Thư điện tử;Chức vụ", "Nguyễn Văn An;a@x.example;Giám đốc", &[FULL, EMAIL, IGNORE]),
        // The accents of a file from a Mac are letters of their own.
        (
            "Ho\u{323} va\u{300} te\u{302}n;Email;Ngo\u{302}n ngu\u{31b}\u{303}",
            "An Lê;a@x.example;vi",
            &[FULL, EMAIL, LANGUAGE],
        ),
        (
            "Förnamn;Efternamn;E-postadress;Roll;Team;Språk;Arbetsyta",
            "Åsa;Öberg;a@x.example;Administratör;Norr;sv;Norden",
            &[FIRST, LAST, EMAIL, ROLE, TEAMS, LANGUAGE, Target::Workspace],
        ),
        (
            "Fornavn;Efternavn;E-mailadresse;Rolle;Team;Sprog",
            "Søren;Lund;a@x.example;Bruger;Nord;da",
            &[FIRST, LAST, EMAIL, ROLE, TEAMS, LANGUAGE],
        ),
        (
            "Fornavn;Etternavn;E-post;Rettigheter;Team;Språk",
            "Kari;Lund;a@x.example;Bruker;Nord;nb",
            &[FIRST, LAST, EMAIL, ROLE, TEAMS, LANGUAGE],
        ),
        (
            "Medarbejderens navn;Arbejdsmail;Privat mail;Nærmeste leder",
            "Søren Lund;a@x.example;b@x.example;Kari Hansen",
            &[FULL, EMAIL, IGNORE, IGNORE],
        ),
        // English and other words that look like those of these languages.
        ("Email;Roll Number;Ad Group", "a@x.example;17;Spring", &[EMAIL, IGNORE, IGNORE]),
        (
            "ad_id;ad_name;form_name;email;full_name",
            "77;Spring;Sign up;a@x.example;Ana Ray",
            &[IGNORE, IGNORE, IGNORE, EMAIL, FULL],
        ),
    ] {
        assert_eq!(targets(&format!("{header}\n{values}\n")), expected, "{header}");
    }
}

#[test]
fn s2_two_mistyped_letters_are_understood_where_the_values_confirm_it() {
    let people = "a@x.example;Ana;Ray;de\nb@x.example;Bo;Li;en\n";
    for header in [
        "Emial Adress;Fisrt Nmae;Lsat Naem;Lnaguage",
        "Emali adrdess;Frist Name;Surnmae;Lanugaeg",
        "E-Mial;Vonrmae;Nachanme;Sprcahe",
        "Corroe electronico;Nmobre;Aepllidso;Iidoma",
    ] {
        let csv = format!("{header}\n{people}");
        assert_eq!(targets(&csv), [EMAIL, FIRST, LAST, LANGUAGE], "{header}");
        let overrides = Overrides { header_row: Some(HeaderRow::At(1)), ..Overrides::default() };
        let columns = look(csv.as_bytes(), true, &overrides, &NativeDecoders).unwrap().columns;
        assert!(columns.iter().all(|column| column.confidence < Confidence::High), "{header}: {columns:?}");
    }
    // Codes are neither names nor languages, and no addresses are there.
    let codes = "A1;B-17/3;C_22;x\nA2;B-18/3;C_23;y\n";
    assert_eq!(targets(&format!("Emial Adress;Fisrt Nmae;Lsat Naem;Lnaguage\n{codes}")), [IGNORE; 4]);
    // As near to words for fields, but words of their own.
    for header in ["Vorlage", "Terms", "Sector", "Frame", "Mall", "Route", "Tram"] {
        assert_eq!(targets(&format!("Email;{header}\na@x.example;Blue\n")), [EMAIL, IGNORE], "{header}");
    }
}
