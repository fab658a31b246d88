//! The JavaScript around a wasm file, with the options that Trunk and the scripts use.

use std::env;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let done = if env::args().nth(1).is_some_and(|argument| argument == "--version") {
        println!("wasm-bindgen {}", env!("CARGO_PKG_VERSION"));
        Ok(())
    } else {
        bind(env::args().skip(1))
    };
    done.map_or_else(
        |error| {
            eprintln!("wasm-bindgen: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

fn bind(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let said = |error| format!("{error:?}");
    let mut bindgen = Bindgen::new();
    // As by its own command line.
    bindgen.omit_default_module_path(false);
    let mut folder = None;
    while let Some(argument) = arguments.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || value.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--target" => match value()?.as_str() {
                "web" => bindgen.web(true).map_err(said)?,
                other => return Err(format!("unknown target {other}")),
            },
            "--out-dir" => {
                folder = Some(value()?);
                &mut bindgen
            }
            "--out-name" => bindgen.out_name(&value()?),
            "--keep-lld-exports" => bindgen.keep_lld_exports(true),
            "--no-demangle" => bindgen.demangle(false),
            "--no-typescript" => bindgen.typescript(false),
            option if option.starts_with('-') => return Err(format!("unknown option {option}")),
            input => bindgen.input_path(input),
        };
    }
    bindgen.generate(folder.ok_or("--out-dir is missing")?).map_err(said)
}
