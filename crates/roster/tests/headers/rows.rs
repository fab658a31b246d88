//! Header rows, values for their columns, and what is proposed for them.

use std::collections::BTreeMap;

use roster::{ColumnInfo, Confidence, HeaderRow, NativeDecoders, Overrides, Target, look};

/// A column of a file: what it is expected to be, its header, and its values where they matter.
#[derive(Clone, Copy, Debug)]
pub struct Labelled {
    label: &'static str,
    pub header: &'static str,
    values: Option<&'static str>,
}

impl Labelled {
    /// From `label:header` or `label:header :: value|value`.
    fn parse(cell: &'static str) -> Self {
        let (label, header) = cell.split_once(':').unwrap();
        match header.split_once(" :: ") {
            Some((header, values)) => Self { label, header, values: Some(values) },
            None => Self { label, header, values: None },
        }
    }

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
            label => {
                assert!(label.starts_with('-'), "{label}");
                Target::Ignore
            }
        }
    }

    /// The value in a row.
    fn value(self, language: &str, row: usize) -> String {
        match self.values {
            Some(values) => {
                let values: Vec<&str> = values.split('|').collect();
                values[row % values.len()].to_owned()
            }
            None => value(self.label, language, row),
        }
    }
}

/// A file: the language of its values, and its columns.
pub type Headers = (&'static str, Vec<Labelled>);

/// The files of a part of `headers.tsv`.
pub fn files(part: &str) -> Vec<Headers> {
    let lines = include_str!("../headers.tsv").lines().filter(|line| line.starts_with(part));
    let file = |line: &'static str| {
        let mut cells = line.split('\t').skip(1);
        (cells.next().unwrap(), cells.map(Labelled::parse).collect())
    };
    lines.map(file).collect()
}

/// A part of `products.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Two thirds, by which the words and rules were widened.
    Worked,
    /// A third, looked at only when they were.
    Aside,
}

/// Which rows are set aside was decided by this number before anything was measured.
const ASIDE: u64 = 20_261_127;

/// The header rows of products, of a part. Whether a row is set aside depends on its text alone.
pub fn products(part: Part) -> Vec<Headers> {
    let rows = include_str!("../products.tsv").lines().filter(|line| !line.starts_with('#'));
    let is_aside = |row: &&str| {
        let hash = row.bytes().fold(0xcbf2_9ce4_8422_2325 ^ ASIDE, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        (hash >> 32).is_multiple_of(3) == (part == Part::Aside)
    };
    let file = |row: &'static str| {
        let mut cells = row.split('\t');
        let language = cells.next().unwrap();
        (language, cells.skip(1).map(Labelled::parse).collect())
    };
    rows.filter(is_aside).map(file).collect()
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
        "ru" => (&["Иван", "Анна", "Олег"], &["Иванов", "Петрова", "Сидоров"], false),
        "tr" => (&["Ayşe", "Mehmet", "Işıl"], &["Yılmaz", "Demir", "Çelik"], false),
        "vi" => (&["An", "Hoa", "Nam"], &["Nguyễn Văn", "Lê Thị", "Trần"], false),
        "sv" => (&["Åsa", "Björn", "Eva"], &["Öberg", "Lund", "Nilsson"], false),
        "da" | "no" => (&["Søren", "Kari", "Åge"], &["Hansen", "Lund", "Nordmann"], false),
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
                (_, "ja" | "vi") => format!("{last} {first}"),
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
            "ru" => pick(&["Администратор", "Пользователь"]),
            "tr" => pick(&["Yönetici", "Kullanıcı"]),
            "vi" => pick(&["Quản trị viên", "Người dùng"]),
            "sv" => pick(&["Administratör", "Användare"]),
            "da" => pick(&["Administrator", "Bruger"]),
            "no" => pick(&["Administrator", "Bruker"]),
            _ => pick(&["Admin", "User"]),
        },
        "teams" => pick(&["Everyone", "North;South", "Support"]),
        "space" => pick(&["Default", "EMEA"]),
        "lang" => pick(&["de", "en-US", "Español"]),
        "date" => format!("2026-03-{:02}", row + 1),
        "id" => format!("{}", 10_400 + row),
        "yes" => match language {
            "es" => pick(&["Sí", "No"]),
            "de" => pick(&["Ja", "Nein"]),
            "fr" => pick(&["Oui", "Non"]),
            "ru" => pick(&["Да", "Нет"]),
            "tr" => pick(&["Evet", "Hayır"]),
            "sv" | "da" | "no" => pick(&["Ja", "Nej"]),
            _ => pick(&["Yes", "No"]),
        },
        "bool" => pick(&["TRUE", "FALSE"]),
        "code" => pick(&["DE", "US", "FR"]),
        "job" => pick(&["Sales Manager", "Analyst"]),
        "login" => pick(&["agarcia", "jsilva", "bli"]),
        "pass" => pick(&["Secret1!", "Xk29mQ7z"]),
        "url" => format!("https://example.org/{row}"),
        _ => pick(&["Acme", "Berlin office", "Lorem ipsum"]),
    }
}

/// A file with these columns and six people.
pub fn text(language: &str, columns: &[Labelled]) -> String {
    let header: Vec<String> = columns.iter().map(|column| column.header.replace('"', "\"\"")).collect();
    let mut text = format!("\"{}\"\n", header.join("\",\""));
    for row in 0..6 {
        let cells: Vec<String> = columns.iter().map(|column| column.value(language, row)).collect();
        text.push_str(&format!("\"{}\"\n", cells.join("\",\"")));
    }
    text
}

/// What is proposed for the columns.
pub fn proposed(language: &str, columns: &[Labelled]) -> Vec<ColumnInfo> {
    let overrides = Overrides { header_row: Some(HeaderRow::At(1)), ..Overrides::default() };
    look(text(language, columns).as_bytes(), true, &overrides, &NativeDecoders).unwrap().columns
}

/// The columns of some files that are recognised, by field.
#[derive(Default)]
pub struct Score {
    fields: BTreeMap<&'static str, (usize, usize)>,
    /// Columns that hold no field.
    others: usize,
    pub missed: Vec<String>,
    pub taken: Vec<String>,
    pub wrong_and_sure: Vec<String>,
}

impl Score {
    pub fn of(files: Vec<Headers>) -> Self {
        let mut score = Self::default();
        for (language, columns) in files {
            for (column, found) in columns.iter().zip(proposed(language, &columns)) {
                let expected = column.target();
                let is_right = found.target == expected;
                let beside: Vec<&str> = columns.iter().map(|column| column.header).collect();
                let remark = format!("{} as {} in {beside:?}", column.header, found.target.name());
                if expected == Target::Ignore {
                    score.others += 1;
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

    /// How many of the columns that hold a field are recognised, and how many there are.
    fn fields(&self) -> (usize, usize) {
        self.fields.values().fold((0, 0), |sum, field| (sum.0 + field.0, sum.1 + field.1))
    }

    /// Of the columns that hold a field, those that are recognised.
    pub fn percent(&self) -> f64 {
        let (right, all) = self.fields();
        100.0 * right as f64 / all as f64
    }

    #[expect(clippy::print_stdout, reason = "shown when the test fails, or with --nocapture")]
    pub fn print(&self, part: &str) {
        let (right, all) = self.fields();
        println!(
            "{part}: {} headings; fields {right} of {all} right, {:.1} %; {} of {} others falsely taken",
            all + self.others,
            self.percent(),
            self.taken.len(),
            self.others
        );
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
