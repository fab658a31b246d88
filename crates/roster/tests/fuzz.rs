//! The targets of `fuzz/` without a fuzzer: its corpus and the samples, and a bounded number of changes of them, the same in
//! each run. `FUZZ_RUNS` sets the number of changes for each target.

#[path = "../fuzz/invariants.rs"]
mod invariants;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// What fuzzers know of files like these.
const TOKENS: [&[u8]; 25] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r\n",
    b"\r",
    b"Email",
    b"Role",
    b"Team",
    b"ana@example.com",
    b"@gmial.com",
    b"Admin",
    b"\x1b$B",
    b"\x1b(B",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"=1",
    b"\x1c",
    b"\x1e",
    b"\x1f",
    b"<",
    b"\0",
];

/// The files of the folders, in order, of each at most the first bytes.
fn files(folders: &[&str], most: usize) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(Path::new(FOLDER).join(folder)).unwrap();
        paths.extend(entries.map(|entry| entry.unwrap().path()));
    }
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let mut bytes = std::fs::read(path).unwrap();
        bytes.truncate(most);
        bytes
    };
    paths.iter().filter(|path| path.is_file()).map(read).collect()
}

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// The file with a few changes, with parts of another one.
fn changed(numbers: &mut Numbers, file: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(12)).min(bytes.len());
        match numbers.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, TOKENS[numbers.below(TOKENS.len())].iter().copied())),
            2 => {
                let from = numbers.below(other.len() + 1);
                let to = (from + numbers.below(60)).min(other.len());
                drop(bytes.splice(at..end, other[from..to].iter().copied()));
            }
            3 => drop(bytes.splice(at..at, [numbers.below(256) as u8])),
            _ => bytes.truncate(bytes.len().min(at + 40)),
        }
    }
    bytes
}

/// Runs the target on the files and on changes of them, and names the input that breaks it.
fn run(runs: usize, files: &[Vec<u8>], target: impl Fn(&[u8])) {
    let runs = std::env::var("FUZZ_RUNS").map_or(runs, |runs| runs.parse().unwrap());
    let mut numbers = Numbers(4180);
    let try_one = |bytes: &[u8]| {
        let outcome = catch_unwind(AssertUnwindSafe(|| target(bytes)));
        assert!(outcome.is_ok(), "this breaks it, see above: b\"{}\"", bytes.escape_ascii());
    };
    files.iter().for_each(|file| try_one(file));
    for _ in 0..runs {
        let (file, other) = (&files[numbers.below(files.len())], &files[numbers.below(files.len())]);
        try_one(&changed(&mut numbers, file, other));
    }
}

/// Inputs that are texts: of others, what of them is text.
fn of_text(target: impl Fn(&str)) -> impl Fn(&[u8]) {
    move |bytes| target(&String::from_utf8_lossy(bytes))
}

const SAMPLES: [&str; 2] = ["../../tests/data", "tests/exports"];

#[test]
fn s2_fuzz_any_bytes_are_checked_the_same_in_any_pieces() {
    run(0, &files(&SAMPLES, 4096), invariants::check);
    run(150, &files(&["fuzz/corpus/check", SAMPLES[0], SAMPLES[1]], 400), invariants::check);
}

#[test]
fn p1_fuzz_any_bytes_are_checked_the_same_by_several_readers() {
    run(100, &files(&["fuzz/corpus/parts", SAMPLES[0], SAMPLES[1]], 400), invariants::parts);
}

#[test]
fn s4_fuzz_any_files_are_joined_without_a_loss() {
    run(150, &files(&["fuzz/corpus/join", SAMPLES[0], SAMPLES[1]], 400), invariants::join);
}

#[test]
fn s2_fuzz_any_bytes_are_opened_as_they_can_be_told() {
    run(0, &files(&SAMPLES, 4096), invariants::look_at);
    run(150, &files(&["fuzz/corpus/look", SAMPLES[0], SAMPLES[1]], 400), invariants::look_at);
}

#[test]
fn s2_fuzz_changes_of_rows_give_what_a_check_from_scratch_gives() {
    run(100, &files(&["fuzz/corpus/edit", SAMPLES[0], SAMPLES[1]], 400), invariants::edit);
}

#[test]
fn s1_fuzz_any_cells_are_written_safely_and_read_back() {
    run(3000, &files(&["fuzz/corpus/export"], usize::MAX), of_text(invariants::export));
}

#[test]
fn o2_fuzz_any_text_is_a_profile_or_is_refused() {
    run(3000, &files(&["fuzz/corpus/profile"], usize::MAX), of_text(invariants::profile));
}

#[test]
fn s6_fuzz_any_pasted_list_is_split() {
    run(3000, &files(&["fuzz/corpus/addresses"], usize::MAX), of_text(invariants::addresses));
}
