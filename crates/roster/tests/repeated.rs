//! Files in which rows have problems that earlier rows had: what is remembered of them counts like what the rules find.

mod common;

use std::collections::BTreeMap;

use common::{File, check_in_pieces};
use roster::{Filter, Known, Overrides, ProblemCode, Verdict};

fn known() -> Known {
    Known {
        teams: Some(vec!["EMEA Sales".to_owned(), "Inside Sales".to_owned()]),
        own_domains: vec!["acme-works.com".to_owned()],
        allowed_domains: Some(
            ["gmail.com", "gmial.com", "example.com", "acme-works.com"].map(str::to_owned).to_vec(),
        ),
        ..Known::default()
    }
}

/// A row with a problem of a kind that comes back every few rows, or without any.
fn row(number: usize) -> [String; 6] {
    let address = match number % 13 {
        0 => format!("user{number}@@example.com"),
        1 => format!("User{number}@gmial.com"),
        2 => format!("user{number}@localhost"),
        3 => format!("user{number}@elsewhere.example"),
        4 => String::new(),
        5 => format!("user{number}@acme-wroks.com"),
        6 => format!("user{number}.example.com"),
        7 => format!("user{}@gmial.com", number % 50),
        8 => format!("user{number} at example.com"),
        9 => format!("user{number}@example.com; user{number}@gmail.com"),
        _ => format!("user{number}@example.com"),
    };
    let roles = ["User", "Superuser", "Admni", "", "admin", "N/A", "Boss of all that there is and more"];
    let teams = ["EMEA Sales", "LATAM", "Inside Sale", "LATAM; latam; EMEA Sales", "", "A team\0"];
    let languages = ["en", "Klingon", "", "-"];
    [
        address,
        "Ana".to_owned(),
        "Gil".to_owned(),
        roles[number / 3 % 7].to_owned(),
        teams[number / 5 % 6].to_owned(),
        languages[number / 7 % 4].to_owned(),
    ]
}

fn file() -> File {
    let mut text = "Email,First name,Last name,Role,Team,Language\n".to_owned();
    for number in 0..2000 {
        text += &row(number).join(",");
        text.push('\n');
        if number % 100 == 0 {
            text += " ,,, ,,\n";
        }
    }
    check_in_pieces(text.as_bytes(), 4096, &Overrides::default(), &known(), |_| {}).unwrap()
}

#[test]
fn p1_problems_that_repeat_count_like_those_that_the_rules_find() {
    let file = file();
    let summary = file.summary();
    let (mut codes, mut values, mut mendable) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    // Rows are shown by the rules alone.
    for row in file.select(Filter::All) {
        let of_value = |code| {
            [ProblemCode::UnknownRole, ProblemCode::UnknownTeam, ProblemCode::UnknownLanguage].contains(&code)
        };
        let mut counted = Vec::new();
        for problem in &row.problems {
            let value = (problem.code, problem.value.to_lowercase());
            for (once, is_counted) in [
                ("code", true),
                ("suggestion", problem.suggestion.is_some()),
                ("value", of_value(problem.code)),
            ] {
                let what =
                    (once, problem.code, if once == "value" { value.1.clone() } else { String::new() });
                if !is_counted || counted.contains(&what) {
                    continue;
                }
                let rows = match once {
                    "code" => codes.entry(problem.code).or_insert(0),
                    "suggestion" => mendable.entry(problem.code).or_insert(0),
                    _ => values.entry(value.clone()).or_insert(0),
                };
                *rows += 1;
                counted.push(what);
            }
        }
    }
    assert_eq!(summary.records, 2000);
    assert_eq!(summary.codes.iter().map(|count| (count.code, count.rows)).collect::<BTreeMap<_, _>>(), codes);
    let found: BTreeMap<_, u64> =
        summary.values.iter().map(|count| ((count.code, count.value.to_lowercase()), count.rows)).collect();
    assert_eq!(found, values);
    assert_eq!(
        summary.mendable.iter().map(|count| (count.code, count.rows)).collect::<BTreeMap<_, _>>(),
        mendable
    );
    assert!(codes[&ProblemCode::TwoAts] > 100 && codes[&ProblemCode::LikelyTypo] > 100);
    assert!(codes[&ProblemCode::DuplicateAddress] > 5, "of mistyped addresses too");
}

#[test]
fn p1_rows_whose_problems_repeat_are_changed_like_others() {
    let mut file = file();
    let before = file.summary();
    let bad: Vec<u64> =
        file.select(Filter::Code(ProblemCode::UnknownTeam)).iter().map(|row| row.row).collect();
    let (row, count) = (*bad.last().unwrap(), |file: &File, code| {
        file.summary().codes.iter().find(|count| count.code == code).map_or(0, |count| count.rows)
    });
    let teams = count(&file, ProblemCode::UnknownTeam);
    file.edit(row, roster::Field::Teams, "EMEA Sales");
    assert_eq!(count(&file, ProblemCode::UnknownTeam), teams - 1);
    file.undo();
    assert_eq!(file.summary(), before);
    file.leave_out(Filter::Verdict(Verdict::Error), true);
    assert_eq!(file.summary().verdicts.error, 0);
    file.undo();
    assert_eq!(file.summary(), before);
}
