//! A file of thousands of people with hundreds of problems, and an administrator who solves them by acts for many rows. How
//! many acts it takes is printed: `cargo test -p roster --test finished -- --nocapture`.

mod common;

use std::{collections::BTreeMap, io::Write, time::Duration};

use common::{File, SEED, check_against};
use roster::{AddressKeys, CsvWriter, Filter, Fix, Known, Overrides, ProblemCode, Standing};
use rust_xlsxwriter::{Formula, Workbook};
use sheets::Budget;

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    MistypedDomain,
    UnknownTeam,
    NearRole,
    SpanishRole,
    Duplicate,
    Member,
    NameInOneCell,
    SwappedNames,
    AddressInNameColumn,
    TwoAddresses,
    SpelledOut,
    StrayCharacters,
    Remark,
    NoAddress,
    Placeholder,
    Formula,
}

/// The names that a language's people have.
struct Names {
    first: &'static [&'static str],
    last: &'static [&'static str],
}

const ENGLISH: Names = Names {
    first: &["Oliver", "Emma", "Noah", "Amelia", "Liam", "Sophie", "Jack", "Chloe", "Harry", "Grace"],
    last: &["Smith", "Baker", "Wright", "Hughes", "Turner", "Walker", "Clarke", "Evans", "Hill", "Moore"],
};
const SPANISH: Names = Names {
    first: &["Ana", "María José", "Jorge", "Lucía", "Pablo", "Carmen", "Íñigo", "Rocío", "Álvaro", "Inés"],
    last: &["García", "Núñez", "Ruiz Díaz", "López", "Ibáñez", "Ortega", "Vidal", "Peña", "Gil", "Sáenz"],
};
const GERMAN: Names = Names {
    first: &["Jürgen", "Käthe", "Lukas", "Annika", "Björn", "Heike", "Torsten", "Ulrike", "Jonas", "Greta"],
    last: &["Müller", "Schäfer", "Weiß", "Krüger", "Vogel", "Braun", "Schulz", "Böhm", "Lang", "Seidel"],
};
const KOREAN: Names = Names {
    first: &["민준", "서연", "지후", "하은", "도윤", "수아", "예준", "지우", "시우", "채원"],
    last: &["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임"],
};

/// What a file is made of.
struct Plan {
    people: usize,
    seed: u64,
    /// The languages, with their shares.
    languages: Vec<(Names, usize)>,
    /// The kinds of problems, and in how many rows each is.
    problems: Vec<(Kind, usize)>,
}

/// A row as it should be.
#[derive(Clone, Debug)]
struct Person {
    email: String,
    first: String,
    last: String,
    kind: Option<Kind>,
}

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

const TEAMS: [&str; 3] = ["EMEA Sales", "Inside Sales", "APAC Sales"];
const HEADER_ROW: u64 = 3;

/// The rows of the file, its people from the one below the header on, and the keys of the members among them.
fn generate(plan: &Plan) -> (Vec<[String; 5]>, Vec<Person>, AddressKeys) {
    let mut numbers = Numbers(plan.seed);
    let mut kinds: Vec<Option<Kind>> =
        plan.problems.iter().flat_map(|&(kind, count)| std::iter::repeat_n(Some(kind), count)).collect();
    assert!(kinds.len() <= plan.people);
    kinds.resize(plan.people, None);
    for place in (1..kinds.len()).rev() {
        kinds.swap(place, numbers.below(place + 1));
    }
    // A duplicate needs an earlier row without a problem.
    if let Some(place) = kinds.iter().position(Option::is_none) {
        kinds.swap(0, place);
    }
    let shares: usize = plan.languages.iter().map(|(_, share)| share).sum();
    let mut lines = Vec::new();
    let mut line = |cells: &[&str; 5]| lines.push(cells.map(str::to_owned));
    line(&["Sales people 2026", "", "", "", ""]);
    line(&["", "", "", "", ""]);
    line(&["Email", "First name", "Last name", "Role", "Team"]);
    let (mut people, mut members): (Vec<Person>, Vec<u64>) = (Vec::new(), Vec::new());
    for (row, kind) in kinds.into_iter().enumerate() {
        let mut at = numbers.below(shares);
        let names = plan.languages.iter().find(|(_, share)| {
            let is_it = at < *share;
            at = at.wrapping_sub(*share);
            is_it
        });
        let names = &names.unwrap().0;
        let first = names.first[numbers.below(names.first.len())];
        let last = names.last[numbers.below(names.last.len())];
        let domain = if kind == Some(Kind::MistypedDomain) { "gmail.com" } else { "acme.example" };
        let mut email = format!("p{row}@{domain}");
        if kind == Some(Kind::Duplicate) {
            email = people.iter().find(|person: &&Person| person.kind.is_none()).unwrap().email.clone();
        }
        let team = TEAMS[numbers.below(TEAMS.len())];
        let role = ["User", "User", "Admin"][numbers.below(3)];
        let (e, f, l) = (email.as_str(), first, last);
        let turn = numbers.below(5);
        match kind {
            Some(Kind::MistypedDomain) => {
                line(&[
                    &e.replace("gmail.com", ["gmial.com", "gmail.con", "gnail.com"][turn % 3]),
                    f,
                    l,
                    role,
                    team,
                ]);
            }
            Some(Kind::UnknownTeam) => {
                let teams = ["EMEA sales team", "Inside Sale", "APAC-Sales", "LATAM", "Iberia"];
                line(&[e, f, l, role, teams[turn]]);
            }
            Some(Kind::NearRole) => line(&[e, f, l, ["Adminn", "Usre", "Admni"][turn % 3], team]),
            Some(Kind::SpanishRole) => line(&[e, f, l, ["Administrador", "Usuaria"][turn % 2], team]),
            Some(Kind::NameInOneCell) => {
                let whole = format!("{l}, {f}");
                line(&if turn.is_multiple_of(2) {
                    [e, whole.as_str(), "", role, team]
                } else {
                    [e, "", whole.as_str(), role, team]
                });
            }
            Some(Kind::SwappedNames) => line(&[e, l, f, role, team]),
            Some(Kind::AddressInNameColumn) => line(&[f, e, l, role, team]),
            Some(Kind::TwoAddresses) => line(&[&format!("{f}{row}@web.de; {e}"), f, l, role, team]),
            Some(Kind::SpelledOut) => line(&[&e.replace('@', " at "), f, l, role, team]),
            Some(Kind::StrayCharacters) => {
                let stray = [e.replace('@', " @ "), e.replace('.', "．"), format!("\u{200b}{e}")];
                line(&[&stray[turn % 3], f, l, role, team]);
            }
            Some(Kind::Remark) => line(&[&format!("{e} (work)"), f, l, role, team]),
            Some(Kind::NoAddress) => line(&["", f, l, role, team]),
            Some(Kind::Placeholder) => line(&[e, ["N/A", "#REF!", "-"][turn % 3], l, role, team]),
            Some(Kind::Formula) => line(&["#NAME?", f, l, role, team]),
            None | Some(Kind::Duplicate | Kind::Member) => line(&[e, f, l, role, team]),
        }
        if kind == Some(Kind::Member) {
            members.push(SEED.word(&email, Standing::Active));
        }
        people.push(Person { email, first: first.to_owned(), last: last.to_owned(), kind });
    }
    line(&["Total", &plan.people.to_string(), "", "", ""]);
    members.sort_unstable();
    (lines, people, AddressKeys::new(SEED, members))
}

fn as_csv(lines: &[[String; 5]]) -> Vec<u8> {
    let mut writer = CsvWriter::default();
    for line in lines {
        line.iter().for_each(|cell| writer.cell(cell));
        writer.end_record();
    }
    writer.take()
}

/// The sheet that is proposed of a workbook of three. What a formula cannot say is one there.
fn as_workbook(lines: &[[String; 5]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let about = book.add_worksheet();
    about.set_name("About").unwrap();
    about.write(0, 0, "Ask it@acme.example before you change this file.").unwrap();
    let people = book.add_worksheet();
    people.set_name("People").unwrap();
    for (row, line) in lines.iter().enumerate() {
        for (column, cell) in line.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let (row, column) = (row as u32, column as u16);
            match cell.as_str() {
                "#NAME?" => people.write(row, column, Formula::new("=mail()").set_result(cell)),
                _ => people.write(row, column, cell),
            }
            .unwrap();
        }
    }
    let teams = book.add_worksheet();
    teams.set_name("Teams").unwrap();
    for (row, team) in TEAMS.iter().enumerate() {
        teams.write(row as u32, 0, *team).unwrap();
    }
    let file = book.save_to_buffer().unwrap();
    let (mut sheets, mut csv) = (Vec::new(), Vec::new());
    let budget = Budget::new(&|| Duration::ZERO);
    sheets::read(&file, &budget, |sheet, content| {
        sheets.push(sheet);
        csv.push(content);
    })
    .unwrap();
    assert_eq!(sheets.len(), 3);
    csv.swap_remove(sheets::proposed(&sheets).unwrap())
}

/// Acts of an administrator who takes the one that changes the most rows first: whatever is suggested, then what else there is
/// for all of a kind, then leaving out what only the people themselves could complete.
fn finish(file: &mut File) -> Vec<(String, u64)> {
    let mut acts = Vec::new();
    loop {
        let summary = file.summary();
        let mut fixes = summary.suggested();
        if fixes.is_empty() {
            let others =
                [Fix::DropUnknownTeams, Fix::UnknownWorkspacesAsDefault, Fix::UnknownLanguagesAsDefault];
            fixes = others.map(|fix| (fix.clone(), summary.rows_changed_by(&fix))).to_vec();
            fixes.retain(|(_, rows)| *rows > 0);
        }
        if let Some((fix, rows)) = fixes.into_iter().max_by_key(|(_, rows)| *rows) {
            acts.push((format!("{fix:?}"), rows));
            file.fix(fix);
            continue;
        }
        let errors = summary.codes.iter().filter(|count| count.code.severity() == roster::Severity::Error);
        let Some(count) = errors.max_by_key(|count| count.rows) else { return acts };
        acts.push((format!("leave out {}", count.code.name()), count.rows));
        file.leave_out(Filter::Code(count.code), true);
    }
}

#[test]
fn u5_three_thousand_people_with_440_problems_are_finished_in_at_most_thirty_acts() {
    let plan = Plan {
        people: 3000,
        seed: 40,
        languages: vec![(SPANISH, 4), (ENGLISH, 3), (GERMAN, 2), (KOREAN, 1)],
        problems: vec![
            (Kind::MistypedDomain, 60),
            (Kind::UnknownTeam, 50),
            (Kind::NearRole, 20),
            (Kind::SpanishRole, 40),
            (Kind::Duplicate, 40),
            (Kind::Member, 30),
            (Kind::NameInOneCell, 30),
            (Kind::SwappedNames, 40),
            (Kind::AddressInNameColumn, 15),
            (Kind::TwoAddresses, 20),
            (Kind::SpelledOut, 15),
            (Kind::StrayCharacters, 20),
            (Kind::Remark, 20),
            (Kind::NoAddress, 20),
            (Kind::Placeholder, 10),
            (Kind::Formula, 10),
        ],
    };
    let (lines, people, keys) = generate(&plan);
    finish_all(&plan, &as_csv(&lines), &people, &keys);
    finish_all(&plan, &as_workbook(&lines), &people, &keys);
}

/// Finishes a file of these people, in at most thirty acts.
fn finish_all(plan: &Plan, bytes: &[u8], people: &[Person], keys: &AddressKeys) {
    let known = Known { teams: Some(TEAMS.map(str::to_owned).to_vec()), ..Known::default() };
    let mut file = check_against(bytes, 4096, &Overrides::default(), &known, keys.clone(), |_| {}).unwrap();
    let person = |row: u64| people.get(usize::try_from(row - HEADER_ROW - 1).unwrap());

    // Every row with a fault in its name says so, and none without.
    let named = [
        ProblemCode::NameInOneCell,
        ProblemCode::SwappedNames,
        ProblemCode::SwappedAddress,
        ProblemCode::PlaceholderName,
    ];
    let mut unseen = BTreeMap::new();
    for row in file.select(Filter::All) {
        let Some(person) = person(row.row) else { continue };
        let said = row.problems.iter().any(|problem| named.contains(&problem.code));
        let is_faulty = (row.values.first_name.as_str(), row.values.last_name.as_str())
            != (person.first.as_str(), person.last.as_str());
        if said != is_faulty {
            *unseen.entry((person.kind, said)).or_insert(0) += 1;
        }
    }
    assert_eq!(unseen, BTreeMap::new(), "faults in names, by whether they are said");

    let before = file.summary();
    let acts = finish(&mut file);
    let mut output = std::io::stdout();
    for (act, rows) in &acts {
        writeln!(output, "{rows:5} rows  {act}").unwrap();
    }
    writeln!(
        output,
        "{} acts for {} problems",
        acts.len(),
        plan.problems.iter().map(|(_, count)| count).sum::<usize>()
    )
    .unwrap();
    assert!(acts.len() <= 30, "{} acts", acts.len());

    let summary = file.summary();
    assert_eq!(summary.verdicts.error, 0, "{:?}", summary.codes);
    assert_eq!(summary.verdicts.member, 30);
    assert!(before.verdicts.error > 150, "{:?}", before.verdicts);
    for invitee in file.invitees() {
        let Some(person) = person(invitee.row) else { panic!("row {} is no person", invitee.row) };
        assert_eq!(invitee.email, person.email, "{:?}", person.kind);
        let first = if person.kind == Some(Kind::Placeholder) { "" } else { person.first.as_str() };
        assert_eq!(
            (invitee.first_name.as_str(), invitee.last_name.as_str()),
            (first, person.last.as_str()),
            "{:?}",
            person.kind
        );
    }
    // All of it can be taken back.
    for _ in &acts {
        file.undo();
    }
    assert_eq!(file.summary(), before);
}
