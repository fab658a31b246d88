//! The commands, run as processes.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use roster::Profile;
use serde_json::{Value, json};

#[path = "../../roster/tests/common/mod.rs"]
mod common;

fn roster(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_roster")).args(arguments).output().unwrap()
}

fn sample(name: &str) -> String {
    format!("{}/../../tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A file for one test.
fn file(name: &str, content: &[u8]) -> String {
    let path: PathBuf = [env!("CARGO_TARGET_TMPDIR"), name].iter().collect();
    fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}

fn json_of(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = roster(arguments);
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn check_reports_the_result_by_its_exit_status() {
    assert_eq!(roster(&["check", &sample("plain.csv")]).status.code(), Some(0));
    assert_eq!(roster(&["check", &sample("problems.csv")]).status.code(), Some(1));
    for refused in ["empty.csv", "renamed-zip.csv", "no-such-file.csv"] {
        let output = roster(&["check", &sample(refused)]);
        assert_eq!(output.status.code(), Some(2), "{refused}");
        assert!(output.stdout.is_empty());
        assert!(!output.stderr.is_empty());
    }
    assert_eq!(roster(&["check"]).status.code(), Some(2));
}

#[test]
fn what_the_rows_do_not_say_can_be_said_for_all_of_them() {
    let people = file("only-addresses.csv", b"Email,Role\na@example.com,\nb@example.com,Boss\n");
    let rules = file("only-addresses.json", br#"{"version": 1, "teams": ["EMEA Sales"], "roles": ["user"]}"#);
    let checked = |more: &[&str]| {
        let base = ["check", &people, "--profile", &rules, "--format", "json"];
        let (_, found) = json_of(&[&base[..], more].concat());
        let problems = found["problems"].as_array().unwrap();
        problems
            .iter()
            .map(|one| format!("{} {}", one["row"], one["code"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(checked(&["--team", "emea sales", "--language", "ko"]), ["3 unknown_role"]);
    assert_eq!(checked(&["--role", "admin"]), ["2 role_not_allowed", "3 unknown_role"]);
    assert_eq!(checked(&["--team", "Nobody"]), ["2 unknown_team", "3 unknown_role", "3 unknown_team"]);
    let text = roster(&["check", &people, "--role", "admin", "--team", "A", "--team", "B"]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("\"admin\" where a row says none: role\n"), "{text}");
    assert!(text.contains("\"A; B\" where a row says none: teams\n"), "{text}");
}

#[test]
fn mistakes_in_the_arguments_are_told_apart_from_help_and_version() {
    for mistake in [&[][..], &["chek"], &["check", "a.csv", "--format", "xml"], &["emails", "a.csv"]] {
        let output = roster(mistake);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{mistake:?}");
        assert!(!output.stderr.is_empty(), "{mistake:?}");
    }
    let help = roster(&["check", "--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("--problems <OUT.csv>"));
    assert_eq!(roster(&["--version"]).stdout, concat!("roster ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
}

#[test]
fn u5_no_file_that_is_read_is_written_over() {
    let text = b"Email\nana@gmial.com\nbo@example.com\n";
    let rules = br#"{"version": 1}"#;
    let (people, profile) = (file("in-its-place.csv", text), file("in-its-place.json", rules));
    let folder = env!("CARGO_TARGET_TMPDIR");
    let mut names = vec![people.clone(), format!("{folder}/../tmp/in-its-place.csv")];
    #[cfg(unix)]
    let links: [fn(&str, &str) -> io::Result<()>; 2] =
        [|to, at| fs::hard_link(to, at), |to, at| std::os::unix::fs::symlink(to, at)];
    #[cfg(unix)]
    for link in links {
        let name = format!("{folder}/in-its-place-{}.csv", names.len());
        let _ = fs::remove_file(&name);
        link(&people, &name).unwrap();
        names.push(name);
    }
    for name in &names {
        let (fix, check) =
            (["fix", &people, "--apply", "all", "-o", name], ["check", &people, "--problems", name]);
        let invite = ["invite", &people, "--api", "http://127.0.0.1:9", "--report", name];
        for arguments in [&fix[..], &check, &invite] {
            let output = roster(arguments);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains("this is a file that is read"), "{arguments:?}: {said}");
            assert_eq!(fs::read(&people).unwrap(), text, "{arguments:?}");
        }
    }
    let output = roster(&["check", &people, "--profile", &profile, "--problems", &profile]);
    assert_eq!((output.status.code(), fs::read(&profile).unwrap()), (Some(2), rules.to_vec()));
    // What is there already, and is not read, is replaced.
    let other = file("in-its-place-other.csv", text);
    assert_eq!(roster(&["fix", &people, "--apply", "all", "-o", &other]).status.code(), Some(0));
    assert!(fs::read_to_string(&other).unwrap().contains("ana@gmail.com"));
}

#[test]
fn a_pipe_that_nobody_reads_changes_nothing_of_the_exit_status() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    let status = command.args(["check", &sample("problems.csv")]).stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(1));

    // Of more findings than wait to be printed at once, the pipe is closed in the middle.
    let rows: String = (0..500).map(|row| format!("nobody-{row}\n")).collect();
    let (path, problems) = (file("many.csv", format!("Email\n{rows}").as_bytes()), file("found.csv", b""));
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster"));
    command.args(["check", &path, "--format", "json", "--problems", &problems]).stdout(writer);
    assert_eq!(command.status().unwrap().code(), Some(1));
    assert!(fs::read_to_string(&problems).unwrap().contains("nobody-499"));
}

#[test]
fn check_prints_all_findings_as_json() {
    let (status, report) = json_of(&["check", &sample("problems.csv"), "--format", "json"]);
    assert_eq!(status, Some(1));
    assert_eq!(
        report["file"],
        json!({"encoding": "UTF-8", "bom": false, "delimiter": ",", "header_row": 1, "records": 60})
    );
    assert_eq!(report["mapping"]["first_name"], "First name");
    assert_eq!(report["counts"]["error"], 12);
    assert_eq!(report["counts"]["duplicate"], 0);
    assert_eq!(
        report["problems"][1],
        json!({
            "row": 5, "column": 1, "header": "Email", "field": "email", "code": "no_at", "severity": "error",
            "value": "no-at.example.com", "suggestion": null,
        })
    );
    let (status, refusal) = json_of(&["check", &sample("renamed-zip.csv"), "--format", "json"]);
    assert_eq!((status, refusal), (Some(2), json!({"refused": "zip"})));
}

#[test]
fn s2_check_tells_how_sure_each_column_is() {
    let path = file("sure.csv", b"E-Mail;Vornmae;Kontakt;Stadt\na@example.com;Ana;b@example.com;Bonn\n");
    let column = |column: u32, header: &str, target: &str, confidence: Value| json!({"column": column, "header": header, "target": target, "confidence": confidence});
    let (_, report) = json_of(&["check", &path, "--format", "json"]);
    assert_eq!(
        report["columns"],
        json!([
            column(1, "E-Mail", "email", json!("high")),
            column(2, "Vornmae", "first_name", json!("medium")),
            column(3, "Kontakt", "ignore", json!("none")),
            column(4, "Stadt", "ignore", json!("none")),
        ])
    );
    let (_, report) = json_of(&["check", &path, "--format", "json", "--map", "email=Kontakt"]);
    assert_eq!(report["columns"][0], column(1, "E-Mail", "ignore", json!(null)));
    assert_eq!(report["columns"][2], column(3, "Kontakt", "email", json!(null)));
}

#[test]
fn options_of_check_replace_what_it_detects() {
    let path = file("told.csv", b"x;Mail;Who\n1;a@example.com;\xb1\xe8\n");
    let (status, report) = json_of(&[
        "check",
        &path,
        "--format=json",
        "--delimiter",
        ";",
        "--encoding",
        "euc-kr",
        "--header-row",
        "1",
        "--map",
        "email=Mail,last_name=3",
    ]);
    assert_eq!(status, Some(0));
    assert_eq!(report["mapping"], json!({"email": "Mail", "last_name": "Who"}));
    assert_eq!(report["file"]["encoding"], "EUC-KR");
    let (status, report) =
        json_of(&["check", &path, "--format=json", "--header-row", "none", "--delimiter", ";"]);
    assert_eq!((status, &report["mapping"]["email"]), (Some(1), &json!(2)));
    assert_eq!(roster(&["check", &path, "--map", "email=Nobody"]).status.code(), Some(2));
}

#[test]
fn s2_of_several_columns_of_addresses_the_first_that_is_not_empty_counts() {
    let path = file(
        "several_addresses.csv",
        b"Work mail,Private mail\n,ana@example.com\nbo@example.com,bo@home.example\n",
    );
    let check = |map| json_of(&["check", &path, "--format=json", "--map", map]).1;
    let both = check("email=Work mail,email=Private mail");
    assert_eq!(both["columns"][1]["target"], "email", "{both}");
    assert_eq!(both["counts"]["ready"], 2, "{both}");
    let private = check("email=Private mail");
    assert_eq!([&private["columns"][0]["target"], &private["columns"][1]["target"]], ["ignore", "email"]);
    assert_eq!([&private["counts"]["ready"], &private["file"]["records"]], [2, 2], "{private}");
}

fn spreadsheet(name: &str) -> String {
    format!("{}/../sheets/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn sheets_of_a_spreadsheet_are_checked_by_the_numbers_of_their_rows() {
    let people = spreadsheet("people.xlsx");
    let (status, report) = json_of(&["check", &people, "--format", "json"]);
    assert_eq!(status, Some(0));
    assert_eq!(report["file"]["sheet"], "People");
    assert_eq!(report["file"]["header_row"], 3);
    assert_eq!(report["counts"]["ready"], 3);
    assert_eq!(report["mapping"]["email"], "Email");
    let (_, report) = json_of(&["check", &people, "--sheet", "Old", "--format", "json"]);
    assert_eq!(report["counts"]["ready"], 4);
    let rows = roster(&["rows", &spreadsheet("libreoffice-people.ods")]);
    let rows = String::from_utf8(rows.stdout).unwrap();
    assert_eq!(rows.lines().count(), 7, "empty rows are rows");
    assert!(rows.lines().nth(6).unwrap().contains("cy@example.com"));
    let text = String::from_utf8(roster(&["check", &people]).stdout).unwrap();
    assert!(text.starts_with("sheet \"People\", header in row 3, 3 records"), "{text}");
    let output = roster(&["check", &people, "--sheet", "Nobody"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Notes, People, Old"));
    assert_eq!(roster(&["check", &sample("plain.csv"), "--sheet", "A"]).status.code(), Some(2));
    for (file, refusal) in
        [("protected.xlsx", "protected"), ("cut-off.xlsx", "damaged"), ("bomb.xlsx", "too_large")]
    {
        let (status, report) = json_of(&["check", &spreadsheet(file), "--format", "json"]);
        assert_eq!((status, &report["refused"]), (Some(2), &json!(refusal)), "{file}");
    }
}

/// What is packed is read by one thread.
#[test]
fn p8_several_threads_judge_a_large_file_as_one_does() {
    use flate2::{Compression, write::GzEncoder};

    let notes = "n".repeat(200);
    let mut text = "Email,First name,Role,Notes\n".to_owned();
    for row in 0..34_000 {
        let name = if row % 5 == 0 { "\"Ana\nMaria\"" } else { "Ana" };
        let domain = if row % 1_000 == 999 { "exarnple.com" } else { "example.com" };
        let role = if row % 700 == 0 { "Chief" } else { "User" };
        text.push_str(&format!("person{}@department.{domain},{name},{role},{notes}\n", row % 33_800));
    }
    assert!(text.len() > 8_000_000, "{}", text.len());
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    let by_several = roster(&["check", &file("large.csv", text.as_bytes()), "--format", "json"]);
    let packed = file("large.csv.gz", &packed.finish().unwrap());
    let (_, report) = json_of(&["check", &packed, "--format", "json"]);
    assert!(report["counts"]["duplicate"].as_u64() > Some(100), "{}", report["counts"]);
    assert!(by_several.stdout == roster(&["check", &packed, "--format", "json"]).stdout);
}

/// A file packed by gzip.
fn gzip(content: &[u8]) -> Vec<u8> {
    use flate2::{Compression, write::GzEncoder};
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

#[test]
fn s4_what_gzip_holds_is_checked() {
    let plain = fs::read(sample("plain.csv")).unwrap();
    let packed = gzip(&plain);
    let expected = roster(&["check", &sample("plain.csv"), "--format", "json"]).stdout;
    let half = plain.len() / 2;
    let several = [gzip(&plain[..half]), gzip(b""), gzip(&plain[half..]), vec![0; 512]].concat();
    for (name, packed) in [("plain.csv.gz", &packed), ("several.csv.gz", &several)] {
        assert_eq!(roster(&["check", &file(name, packed), "--format", "json"]).stdout, expected, "{name}");
    }
    let people = fs::read(spreadsheet("people.xlsx")).unwrap();
    let (status, report) = json_of(&["check", &file("people.xlsx.gz", &gzip(&people)), "--format", "json"]);
    assert_eq!((status, &report["file"]["sheet"]), (Some(0), &json!("People")));
    let mut wrong = packed.clone();
    let end = wrong.len();
    wrong[end - 6] ^= 1;
    for (name, content, refused) in [
        ("cut-off.csv.gz", packed[..packed.len() / 2].to_vec(), "damaged"),
        ("wrong.csv.gz", wrong, "damaged"),
        ("twice.csv.gz", gzip(&packed), "archive"),
        ("letter.docx.gz", gzip(&fs::read(sample("renamed-zip.csv")).unwrap()), "zip"),
        ("nothing.csv.gz", gzip(b""), "empty"),
    ] {
        let (status, report) = json_of(&["check", &file(name, &content), "--format", "json"]);
        assert_eq!((status, &report["refused"]), (Some(2), &json!(refused)), "{name}");
    }
    let output = roster(&["check", &file("plain.csv.gz", &packed), "--sheet", "People"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "roster: --sheet: this is no spreadsheet\n");
}

/// Runs a command that must not take more memory than this, in megabytes.
#[cfg(target_os = "linux")]
fn roster_within(megabytes: u64, arguments: &[&str]) -> Output {
    let script = format!("ulimit -v {} && exec \"$0\" \"$@\"", megabytes << 10);
    Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_roster")]).args(arguments).output().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn s4_p2_what_gzip_holds_is_never_in_memory_as_a_whole() {
    let notes = "n".repeat(1_000);
    let mut text = "Email,Notes\n".to_owned();
    for row in 0..100_000 {
        let domain = if row == 99_999 { "x" } else { "example.com" };
        text.push_str(&format!("person{row}@{domain},{notes}\n"));
    }
    let packed = file("long.csv.gz", &gzip(text.as_bytes()));
    let plain = file("long.csv", text.as_bytes());
    let found = roster_within(80, &["check", &packed, "--format", "json"]);
    assert_eq!(found.status.code(), Some(1), "{}", String::from_utf8_lossy(&found.stderr));
    assert!(found.stdout == roster(&["check", &plain, "--format", "json"]).stdout);
}

/// Small files that would take gigabytes: each ends with a sentence.
#[test]
#[cfg(target_os = "linux")]
fn s4_bombs_end_with_one_sentence_in_bounded_memory() {
    let output = roster_within(200, &["check", &spreadsheet("spaces.ods")]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    // A megabyte that holds a gigabyte.
    let part = gzip(&vec![b'a'; 64 << 20]);
    let gigabyte = file("gigabyte.csv.gz", &part.repeat(16));
    assert!(fs::metadata(&gigabyte).unwrap().len() < 1 << 21);
    let gzip_of_sheet = file("bomb.xlsx.gz", &gzip(&fs::read(spreadsheet("bomb.xlsx")).unwrap()));
    for (path, sentence) in [
        (
            gigabyte,
            "this gzip file unpacks to more than 1 GiB, or to more than 250 times its size; if you trust it, \
            unpack it and take the file inside",
        ),
        (gzip_of_sheet, "this spreadsheet would take more than 512 MiB; save its table as CSV"),
        (spreadsheet("bomb.xlsx"), "this spreadsheet would take more than 512 MiB; save its table as CSV"),
    ] {
        let output = roster_within(200, &["check", &path, "--format", "json"]);
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"refused\":\"too_large\"}\n", "{path}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("roster: {sentence}\n"), "{path}");
    }
}

#[test]
fn s1_problem_rows_are_written_formula_safe() {
    let path = file("bad.csv", b"Email,Name\n=cmd(),Ana\na@example.com,Bob\nb@@example.com,\"=1+1,\"\"x\"\n");
    let out = file("bad.out.csv", b"");
    roster(&["check", &path, "--problems", &out]);
    assert_eq!(
        fs::read_to_string(out).unwrap(),
        "\u{feff}Row,Verdict,Reasons,Suggestions,Email,Name\r\n\
         2,error,\"no_at; formula_like\",,'=cmd(),Ana\r\n\
         4,error,\"two_ats; formula_like\",b@example.com,b@@example.com,\"'=1+1,\"\"x\"\r\n"
    );
}

#[test]
fn a_later_part_in_another_encoding_is_read_again() {
    let mut text = b"Email,Name\n".to_vec();
    while text.len() < 300_000 {
        text.extend(format!("user{}@example.com,Ana\n", text.len()).bytes());
    }
    text.extend(b"last@example.com,Pe\xf1a\n");
    let path = file("later.csv", &text);
    let (status, report) = json_of(&["check", &path, "--format", "json"]);
    assert_eq!((status, &report["file"]["encoding"]), (Some(0), &json!("windows-1252")));
    let rows = roster(&["rows", &path]).stdout;
    assert!(rows.ends_with("[\"last@example.com\",\"Peña\"]\n".as_bytes()));
}

#[test]
fn rows_prints_every_record_as_it_is() {
    let path = file("rows.csv", b"\xef\xbb\xbfTitle\r\n\r\nEmail;Name \r\n a@example.com;\"x\"\"y\nz\"\r\n");
    assert_eq!(
        String::from_utf8(roster(&["rows", &path]).stdout).unwrap(),
        "[\"Title\"]\n[\"Email\",\"Name \"]\n[\" a@example.com\",\"x\\\"y\\nz\"]\n"
    );
    let path = file("separators.csv", b",\n");
    assert_eq!(roster(&["rows", &path]).stdout, b"[\"\",\"\"]\n");
    let empty = roster(&["rows", &sample("empty.csv")]);
    assert_eq!((empty.status.code(), empty.stdout), (Some(0), Vec::new()));
}

#[test]
fn emails_answers_line_by_line() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_roster"))
        .arg("emails")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a@example.com\na@localhost\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"valid\ninvalid\tdotless_domain\n");
}

#[test]
fn o2_a_profile_gives_the_verdicts_of_the_engine_on_every_sample() {
    let text = r#"{"version": 1, "roles": ["user"], "teams": ["EMEA"], "own_domains": ["example.com"],
        "allowed_domains": ["example.com", "example.org"], "members": ["user3@example.com"], "invited": ["user4@example.com"]}"#;
    let path = file("rules.json", text.as_bytes());
    let profile = Profile::parse(text).unwrap();
    let exports = concat!(env!("CARGO_MANIFEST_DIR"), "/../roster/tests/exports");
    let paths = [sample(""), exports.to_owned()].into_iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let paths = paths.map(|entry| entry.unwrap().path().into_os_string().into_string().unwrap());
    let mut compared = 0;
    for name in paths.filter(|name| name.ends_with(".csv") || name.ends_with(".txt")) {
        let bytes = fs::read(&name).unwrap();
        let keys = profile.keys(common::SEED);
        let overrides = roster::Overrides::default();
        let engine = common::check_against(&bytes, 4096, &overrides, &profile.known(), keys, |_| {});
        let (status, report) = json_of(&["check", &name, "--format", "json", "--profile", &path]);
        let Ok(engine) = engine else {
            assert_eq!(status, Some(2), "{name}");
            continue;
        };
        let counts = engine.summary().verdicts;
        for verdict in roster::Verdict::ALL {
            assert_eq!(report["counts"][verdict.name()], counts.get(verdict), "{name}: {verdict:?}");
        }
        let problems = report["problems"].as_array().unwrap().iter();
        let codes: Vec<String> = problems
            .map(|problem| format!("{} {}", problem["row"], problem["code"].as_str().unwrap()))
            .collect();
        assert_eq!(codes, engine.codes(), "{name}");
        compared += 1;
    }
    assert!(compared > 25, "{compared}");
}

#[test]
fn o2_a_profile_that_is_wrong_is_refused_with_what_is_wrong() {
    let wrong = file("wrong.json", br#"{"version": 1, "members": ["nobody"]}"#);
    let output = roster(&["check", &sample("plain.csv"), "--profile", &wrong]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("entry 1 of members is not an e-mail address: \"nobody\""), "{said}");
    let output = roster(&["check", &sample("plain.csv"), "--profile", "no-such.json"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn u5_what_solves_the_problems_of_a_file_is_listed_and_applied() {
    let people = file(
        "to-fix.csv",
        "Email,First name,Last name,Team\na@gmial.com,\"García, Ana\",,EMEA sales team\nBo,b@example.com,Li,EMEA Sales\n\
         c@gmail.com; c@acme.example,Cy,=1+1,EMEA Sales\nd@example.com,Di,N/A,\n"
            .as_bytes(),
    );
    let rules = file("to-fix.json", br#"{"version": 1, "teams": ["EMEA Sales"]}"#);
    let fixed = |more: &[&str]| {
        let output = roster(&[&["fix", &people, "--profile", &rules], more].concat());
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, listed) = fixed(&["--list"]);
    let kinds: Vec<(&str, &str)> = listed
        .lines()
        .map(|line| {
            let mut cells = line.split('\t');
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    let expected = [
        "mistyped_address",
        "several_addresses",
        "first_address",
        "split_people",
        "swapped_address",
        "unknown_team",
        "name_in_one_cell",
        "placeholder_name",
    ];
    assert_eq!((status, kinds), (Some(1), expected.map(|kind| (kind, "1")).to_vec()));
    let (status, text) = fixed(&["--apply", "all"]);
    assert_eq!(status, Some(0));
    assert_eq!(
        text,
        "\u{feff}Email,First name,Last name,Team\r\na@gmail.com,Ana,García,EMEA Sales\r\nb@example.com,Bo,Li,EMEA Sales\r\n\
         c@acme.example,Cy,'=1+1,EMEA Sales\r\nd@example.com,Di,,\r\n"
    );
    let (status, text) = fixed(&["--apply", "first_address,name_in_one_cell"]);
    assert!(
        status == Some(1) && text.contains("a@gmial.com,Ana,García") && text.contains("c@gmail.com,Cy"),
        "{text}"
    );
    let (_, text) = fixed(&["--apply", "split_people"]);
    assert!(
        text.contains("c@gmail.com,Cy,'=1+1") && text.ends_with("c@acme.example,,,EMEA Sales\r\n"),
        "{text}"
    );
    let out = format!("{}/fixed.csv", env!("CARGO_TARGET_TMPDIR"));
    assert_eq!(fixed(&["--apply", "all", "-o", &out]), (Some(0), String::new()));
    assert!(fs::read_to_string(&out).unwrap().contains("b@example.com,Bo,Li"));
    assert_eq!(fixed(&["--apply", "everything"]).0, Some(2));
}

#[test]
fn u5_names_that_have_no_column_are_written_into_their_own() {
    let fixed = |name: &str, text: &str, kinds: &str| {
        let output = roster(&["fix", &file(name, text.as_bytes()), "--apply", kinds]);
        String::from_utf8(output.stdout).unwrap().trim_start_matches('\u{feff}').replace("\r\n", "\n")
    };
    let plain: String = (0..3_000).map(|row| format!("p{row}@x.example\n")).collect();
    let beside = fixed("beside.csv", &format!("Email\n{plain}Ana Gil <ana@gmial.com>\n"), "all");
    assert!(beside.starts_with("Email,first_name,last_name\np0@x.example,,\n"), "{}", &beside[..60]);
    assert!(beside.ends_with("\nana@gmail.com,Ana,Gil\n"), "{}", &beside[beside.len() - 60..]);
    assert_eq!(fixed("nameless.csv", "Email\nbo@gmial.com\n", "all"), "Email\nbo@gmail.com\n");
    let text =
        "Name,Email\nAna / Ben,ana@x.example; ben@x.example\ncy@x.example,Cy Ott\n\"Gil, Di\",di@x.example\n";
    assert_eq!(
        fixed("whole.csv", text, "split_people,swapped_address"),
        "Name,Email,first_name,last_name\nAna,ana@x.example,Ana,\nCy Ott,cy@x.example,Cy,Ott\n\
         \"Gil, Di\",di@x.example,Di,Gil\nBen,ben@x.example,Ben,\n"
    );
}

#[test]
fn u5_a_text_is_replaced_in_a_field_before_other_fixes() {
    let people = file(
        "replacing.csv",
        b"Email,First name,Team\nana@old.example,Dr. Ana,emea\nbo@OLD.example,Bo,emea\nold@x.example,dr. Cy,us\n",
    );
    let fixed = |more: &[&str]| {
        let output = roster(&[&["fix", &people], more].concat());
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let all =
        ["--replace", "email", "@old.", "@new.", "--replace", "first_name", "Dr. ", "", "--apply", "all"];
    let (status, text) = fixed(&all);
    let rows: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        (status, rows),
        (Some(0), vec!["ana@new.example,Ana,emea", "bo@new.example,Bo,emea", "old@x.example,Cy,us"])
    );
    let (status, text) = fixed(&["--replace", "shoe", "a", "b"]);
    assert_eq!((status, text), (Some(2), String::new()));
}

#[test]
fn u5_between_rows_of_one_person_that_contradict_each_other_is_decided_by_name() {
    let people = file(
        "contradicting.csv",
        b"Email,Role\nana@x.example,User\nana@x.example,Admin\nbo@x.example,User\nbo@x.example,user\n",
    );
    let fixed = |more: &[&str]| {
        let output = roster(&[&["fix", &people], more].concat());
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, listed) = fixed(&["--list"]);
    let kinds: Vec<&str> = listed.lines().map(|line| line.rsplit_once('\t').unwrap().0).collect();
    assert_eq!((status, kinds), (Some(1), vec!["keep_first_row\t1", "keep_last_row\t1"]));
    let rows = |kind| fixed(&["--apply", kind]).1.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let others = ["bo@x.example,User", "bo@x.example,user"];
    assert_eq!(rows("keep_first_row"), [&["ana@x.example,User"], &others[..]].concat());
    assert_eq!(rows("keep_last_row"), [&["ana@x.example,Admin"], &others[..]].concat());
    assert_eq!(rows("all").len(), 4, "nothing is decided by itself");
}
