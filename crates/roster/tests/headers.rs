//! How many columns of typical files are recognised. `headers.tsv` has one file per line: its part, the language of its
//! values, then the columns, each with the target or, for those that must not be taken, the kind of their values. The
//! words of the files *tuned* were added until they were recognised; the files *measured* are only measured with.

use std::collections::BTreeMap;

use proptest::{prelude::*, sample};
use roster::{ColumnInfo, Confidence, NativeDecoders, Overrides, Target, look};

/// A column of a file: what it is expected to be, and its header.
#[derive(Clone, Copy, Debug)]
struct Labelled {
    label: &'static str,
    header: &'static str,
}

impl Labelled {
    fn target(self) -> Target {
        match self.label {
            "email" => Target::Email,
            "first" => Target::FirstName,
            "last" => Target::LastName,
            "full" => Target::FullName,
            "role" => Target::Role,
            "teams" => Target::Teams,
            "space" => Target::Workspace,
            "lang" => Target::Language,
            _ => Target::Ignore,
        }
    }
}

/// A file: the language of its values, and its columns.
type Headers = (&'static str, Vec<Labelled>);

fn files(part: &str) -> Vec<Headers> {
    include_str!("headers.tsv")
        .lines()
        .filter(|line| line.starts_with(part))
        .map(|line| {
            let mut cells = line.split('\t').skip(1);
            let language = cells.next().unwrap();
            let labelled = |cell: &'static str| {
                let (label, header) = cell.split_once(':').unwrap();
                Labelled { label, header }
            };
            (language, cells.map(labelled).collect())
        })
        .collect()
}

/// The value of a row in a column of that kind.
fn value(label: &str, language: &str, row: usize) -> String {
    let pick = |values: &[&str]| values[row % values.len()].to_owned();
    let (first, last, is_joined): (&[&str], &[&str], bool) = match language {
        "ja" => (&["陽子", "健", "さくら"], &["佐藤", "鈴木", "高橋"], false),
        "ko" => (&["민수", "지은", "영호"], &["김", "이", "박"], true),
        "zh" => (&["明", "丽华", "伟"], &["李", "王", "张"], true),
        "de" => (&["Jürgen", "Anke", "Uwe"], &["Müller", "Groß", "Weber"], false),
        "fr" => (&["Zoé", "Luc", "Inès"], &["Martin", "Durand", "Petit"], false),
        _ => (&["Ana", "João", "Bo"], &["García López", "Silva", "Li"], false),
    };
    match label.trim_start_matches('-') {
        "email" => format!("person{row}@example.com"),
        "mail" => format!("other{}@example.org", row / 2),
        "first" => pick(first),
        "last" => pick(last),
        "full" | "name" => {
            let (first, last) = (pick(first), pick(last));
            match (is_joined, language) {
                (true, _) => format!("{last}{first}"),
                (_, "ja") => format!("{last} {first}"),
                _ => format!("{first} {last}"),
            }
        }
        "role" => match language {
            "es" => pick(&["Administrador", "Usuario"]),
            "de" => pick(&["Administrator", "Benutzer"]),
            "fr" => pick(&["Administrateur", "Utilisateur"]),
            "ja" => pick(&["管理者", "ユーザー"]),
            "ko" => pick(&["관리자", "사용자"]),
            "pt" => pick(&["Administrador", "Usuário"]),
            _ => pick(&["Admin", "User"]),
        },
        "teams" => pick(&["Everyone", "North;South", "Support"]),
        "space" => pick(&["Default", "EMEA"]),
        "lang" => pick(&["de", "en-US", "Español"]),
        "date" => format!("2026-03-{:02}", row + 1),
        "id" => format!("{}", 10_400 + row),
        "yes" => pick(&["Yes", "No"]),
        "code" => pick(&["DE", "US", "FR"]),
        "job" => pick(&["Sales Manager", "Analyst"]),
        "login" => pick(&["agarcia", "jsilva", "bli"]),
        _ => pick(&["Acme", "Berlin office", "Lorem ipsum"]),
    }
}

/// What is proposed for the columns.
fn proposed(language: &str, columns: &[Labelled]) -> Vec<ColumnInfo> {
    let mut text = String::new();
    let header: Vec<String> = columns.iter().map(|column| column.header.replace('"', "\"\"")).collect();
    text.push_str(&format!("\"{}\"\n", header.join("\",\"")));
    for row in 0..6 {
        let cells: Vec<String> = columns.iter().map(|column| value(column.label, language, row)).collect();
        text.push_str(&format!("\"{}\"\n", cells.join("\",\"")));
    }
    let overrides = Overrides { header_row: Some(roster::HeaderRow::At(1)), ..Overrides::default() };
    look(text.as_bytes(), true, &overrides, &NativeDecoders).unwrap().columns
}

/// The columns of one half of the files that are recognised, by field.
#[derive(Default)]
struct Score {
    fields: BTreeMap<&'static str, (usize, usize)>,
    missed: Vec<String>,
    taken: Vec<String>,
    wrong_and_sure: Vec<String>,
}

impl Score {
    fn of(files: Vec<Headers>) -> Self {
        let mut score = Self::default();
        for (language, columns) in files {
            for (column, found) in columns.iter().zip(proposed(language, &columns)) {
                let expected = column.target();
                let is_right = found.target == expected;
                let beside: Vec<&str> = columns.iter().map(|column| column.header).collect();
                let remark = format!("{} as {} in {beside:?}", column.header, found.target.name());
                if expected == Target::Ignore {
                    score.taken.extend((!is_right).then(|| remark.clone()));
                } else {
                    let field = score.fields.entry(expected.name()).or_default();
                    *field = (field.0 + usize::from(is_right), field.1 + 1);
                    score.missed.extend((!is_right).then(|| remark.clone()));
                }
                if !is_right && found.confidence == Confidence::High {
                    score.wrong_and_sure.push(remark);
                }
            }
        }
        score
    }

    fn percent(&self) -> usize {
        let (right, all) = self.fields.values().fold((0, 0), |sum, field| (sum.0 + field.0, sum.1 + field.1));
        100 * right / all
    }

    #[expect(clippy::print_stdout, reason = "shown when the test fails, or with --nocapture")]
    fn print(&self) {
        println!("{} %", self.percent());
        for (field, (right, all)) in &self.fields {
            println!("  {field}: {right} of {all}, {:.1} %", 100.0 * *right as f64 / *all as f64);
        }
        for (kind, remarks) in
            [("missed", &self.missed), ("taken", &self.taken), ("sure", &self.wrong_and_sure)]
        {
            remarks.iter().for_each(|remark| println!("{kind}: {remark}"));
        }
    }
}

#[test]
fn s2_columns_of_typical_files_are_recognised() {
    let scores = ["tuned", "measured"].map(|part| Score::of(files(part)));
    scores.iter().for_each(Score::print);
    for (score, floor) in scores.iter().zip([99, 97]) {
        assert!(score.percent() >= floor, "{} %", score.percent());
        assert!(score.wrong_and_sure.is_empty(), "{:#?}", score.wrong_and_sure);
        assert!(score.taken.is_empty(), "{:#?}", score.taken);
    }
}

/// The headers of the columns that are proposed for the target, with the confidence.
fn taken(csv: &str, target: Target) -> Option<(String, Confidence)> {
    let columns = look(csv.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap().columns;
    let found = columns.into_iter().find(|column| column.target == target);
    found.map(|column| (column.header, column.confidence))
}

#[test]
fn s2_of_several_mail_columns_the_work_address_of_the_person_is_taken() {
    for (csv, expected, confidence) in [
        ("Personal email,Work email\na@x.example,b@x.example\n", "Work email", Confidence::High),
        ("Manager email,Personal email\na@x.example,b@x.example\n", "Personal email", Confidence::Medium),
        ("Email,Contact\nyes,b@x.example\n", "Contact", Confidence::Medium),
        ("Email,Manager email\n,b@x.example\n", "Manager email", Confidence::Low),
        ("Group email,Почта\na@x.example,b@x.example\n", "Почта", Confidence::Medium),
    ] {
        assert_eq!(taken(csv, Target::Email), Some((expected.to_owned(), confidence)), "{csv}");
    }
}

#[test]
fn s2_name_is_the_part_that_no_other_column_has() {
    for (csv, target, confidence) in [
        ("Email,Name,Surname\na@x.example,Ana,Ray\n", Target::FirstName, Confidence::Medium),
        ("E-Mail;Name;Vorname\na@x.example;Ray;Ana\n", Target::LastName, Confidence::Medium),
        ("Email,Name,Nickname\na@x.example,Ana Ray,Ace\n", Target::FullName, Confidence::High),
    ] {
        assert_eq!(taken(csv, target), Some(("Name".to_owned(), confidence)), "{csv}");
    }
    assert_eq!(
        taken("Email,Name,Contact\na@x.example,Acme,Ana Ray\n", Target::FullName).unwrap().0,
        "Contact"
    );
}

#[test]
fn s2_a_title_of_one_word_is_no_header() {
    for title in ["Mitarbeiter", "Participants", "社員", "Team"] {
        let csv = format!("{title}\nE-Mail;Name\na@x.example;Ana Ray\nb@x.example;Bo Li\n");
        let opened = look(csv.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap();
        assert_eq!(opened.dialect.header_row, Some(2), "{title}");
    }
}

#[test]
fn s2_an_address_among_the_titles_does_not_hide_the_header() {
    let row = |csv: &str| {
        look(csv.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap().dialect.header_row
    };
    let header = "Email,First name,Last name,Role\na@x.example,Ana,Ray,Admin\n";
    assert_eq!(row(&format!("Report: Users,,,\nOwner,admin@x.example,,\n{header}")), Some(3));
    assert_eq!(row(&format!("admin@x.example\n{header}")), Some(2));
    // Of two lists below each other, the first one is not a title.
    assert_eq!(row(&format!("b@x.example,Bo,Li,User\n{header}")), None);
    // Two known words are less than a header.
    assert_eq!(row("admin@x.example\nEmail,Role\na@x.example,Admin\n"), None);
}

#[test]
fn s2_addresses_of_sales_or_of_the_company_are_not_taken_for_the_persons_own() {
    for others in ["担当営業メール", "Sales rep email", "Vertriebs-E-Mail", "Correo de ventas"] {
        for own in ["メールアドレス", "Email"] {
            let csv = format!("{others},{own}\na@x.example,b@x.example\n");
            assert_eq!(taken(&csv, Target::Email), Some((own.to_owned(), Confidence::High)), "{csv}");
        }
    }
    for (csv, header, confidence) in [
        (
            "Company,Company email,Contact email\nAcme,a@x.example,b@x.example\n",
            "Contact email",
            Confidence::High,
        ),
        ("会社名,会社メール,メール\nAcme,a@x.example,b@x.example\n", "メール", Confidence::High),
        ("Firma,Firmen-E-Mail\nAcme,a@x.example\n", "Firmen-E-Mail", Confidence::Medium),
        ("Sales email\na@x.example\n", "Sales email", Confidence::Low),
    ] {
        assert_eq!(taken(csv, Target::Email), Some((header.to_owned(), confidence)), "{csv}");
    }
}

#[test]
fn s2_a_whole_name_beside_one_part_is_taken_but_not_sure() {
    for csv in [
        "Email,Last name,Full name\na@x.example,Ray,Ana Ray\n",
        "Email,First name,Full name\na@x.example,Ana,Ana Ray\n",
    ] {
        assert_eq!(taken(csv, Target::FullName), Some(("Full name".to_owned(), Confidence::Medium)), "{csv}");
    }
}

#[test]
fn s2_a_mistyped_header_counts_only_with_values_that_confirm_it_and_is_never_sure() {
    let role = |value: &str| taken(&format!("Email,Roel\na@x.example,{value}\n"), Target::Role);
    assert_eq!(role("Admin"), Some(("Roel".to_owned(), Confidence::Medium)));
    assert_eq!(role("Blue"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn s2_the_order_of_the_columns_does_not_matter(file in sample::select(files("")), seed in any::<u64>()) {
        let (language, columns) = file;
        let mut shuffled = columns.clone();
        shuffled.sort_by_key(|column| {
            column.header.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        });
        let targets = |columns: &[Labelled]| {
            let mut targets: Vec<_> = proposed(language, columns)
                .into_iter()
                .map(|column| (column.header, column.target.name(), column.confidence))
                .collect();
            targets.sort();
            targets
        };
        prop_assert_eq!(targets(&columns), targets(&shuffled));
    }
}
