//! `roster export`.

use std::{io::Write, process::ExitCode};

use api_types::{List, User, limits, paths};
use roster::CsvWriter;

use crate::{
    api::{Api, Progress},
    arguments::ExportArguments,
    failure::Failure,
};

const HEADER: [&str; 8] =
    ["email", "first_name", "last_name", "role", "teams", "workspace", "status", "last_sign_in_at"];

/// Writes all people, page by page.
pub(crate) fn run(arguments: &ExportArguments, output: &mut impl Write) -> Result<ExitCode, Failure> {
    let api = Api::new(&arguments.api)?;
    match &arguments.output {
        None => write(&api, output, Failure::Output)?,
        Some(path) => {
            let named = |error| Failure::Io(path.display().to_string(), error);
            // Whole or not at all: an earlier export stays until this one is complete.
            let mut part = path.clone().into_os_string();
            part.push(".part");
            let mut file = std::io::BufWriter::new(std::fs::File::create(&part).map_err(named)?);
            let written = write(&api, &mut file, named).and_then(|()| file.flush().map_err(named));
            drop(file);
            let moved = written.and_then(|()| std::fs::rename(&part, path).map_err(named));
            if moved.is_err() {
                let _ = std::fs::remove_file(&part);
            }
            moved?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(
    api: &Api,
    output: &mut impl Write,
    failed: impl Fn(std::io::Error) -> Failure,
) -> Result<(), Failure> {
    let mut writer = CsvWriter::default();
    record(&mut writer, HEADER);
    let (mut progress, mut done, mut cursor) = (Progress::new(), 0_u64, String::new());
    loop {
        let page: List<User> = api.get(&format!("{}?limit={}{cursor}", paths::USERS, limits::PAGE_MAX))?;
        for user in &page.items {
            let last_sign_in = user.last_sign_in_at.as_ref().map(|at| at.0.as_str()).unwrap_or_default();
            let teams = user.teams.join(";");
            let cells = [
                user.email.as_str(),
                user.first_name.as_str(),
                user.last_name.as_str(),
                user.role.into(),
                teams.as_str(),
                user.workspace.as_str(),
                user.status.as_str(),
                last_sign_in,
            ];
            record(&mut writer, cells);
        }
        output.write_all(&writer.take()).map_err(&failed)?;
        done += page.items.len() as u64;
        progress.say(&format!("{done} of {} people", page.meta.total), page.meta.next_cursor.is_none());
        match page.meta.next_cursor {
            Some(next) => cursor = format!("&cursor={}", encoded(&next)),
            None => return Ok(()),
        }
    }
}

fn record<'a>(writer: &mut CsvWriter, cells: impl IntoIterator<Item = &'a str>) {
    for cell in cells {
        writer.cell(cell);
    }
    writer.end_record();
}

/// A cursor as the value of a query.
pub(crate) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
