//! Writes a large file of invented people, for measuring: `people ROWS OUT.csv [--all-bad]`.
//!
//! One name in five is quoted, one address in a hundred is broken, one in fifty was there before in other letters.

use std::{
    io::{BufWriter, Write},
    process::ExitCode,
};

const GIVEN: [&str; 15] = [
    "María", "José", "Ana", "민수", "서연", "Liam", "Olivia", "Noé", "Jürgen", "Zoë", "太郎", "花子",
    "Łukasz", "Aoife", "Siân",
];
const FAMILY: [&str; 13] = [
    "García",
    "O'Neil",
    "김",
    "Smith",
    "Müller",
    "\"Silva, Jr.\"",
    "Lee",
    "\"Ray \"\"Ace\"\"\"",
    "Nguyễn",
    "山田",
    "Peña",
    "de la Cruz",
    "\"Brown\"",
];
const ROLES: [&str; 2] = ["User", "Admin"];
const TEAMS: [&str; 4] = ["Everyone", "EMEA Sales", "Inside Sales", "Field & Partners"];

/// Numbers that look random and are the same every time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % end
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

fn write(rows: u64, all_bad: bool, out: &mut impl Write) -> std::io::Result<()> {
    let mut numbers = Numbers(7);
    let mut seen: Vec<String> = Vec::new();
    out.write_all(b"Email Address,First Name,Last Name,Role,Team\r\n")?;
    for row in 0..rows {
        let mut email = if all_bad || numbers.below(100) == 0 {
            format!("user{row}@@bad")
        } else {
            format!("user{row}.{}@example{}.com", numbers.below(1_000_000), numbers.below(999))
        };
        if !all_bad && numbers.below(50) == 0 && !seen.is_empty() {
            email = seen[numbers.below(seen.len() as u64) as usize].to_uppercase();
        } else if seen.len() < 10_000 {
            seen.push(email.clone());
        }
        let role = if all_bad { "Superuser" } else { numbers.of(&ROLES) };
        let (given, family, team) = (numbers.of(&GIVEN), numbers.of(&FAMILY), numbers.of(&TEAMS));
        write!(out, "{email},{given},{family},{role},{team}\r\n")?;
    }
    out.flush()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(rows), Some(path)) = (arguments.first().and_then(|rows| rows.parse().ok()), arguments.get(1))
    else {
        return ExitCode::from(2);
    };
    let all_bad = arguments.get(2).is_some_and(|option| option == "--all-bad");
    let written = std::fs::File::create(path)
        .and_then(|file| write(rows, all_bad, &mut BufWriter::with_capacity(1 << 20, file)));
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
