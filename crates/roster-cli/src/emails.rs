//! `roster emails`.

use std::{
    io::{BufRead, Write},
    process::ExitCode,
};

use roster::email::Address;

use crate::failure::Failure;

/// Prints a result for every line, in order.
pub(crate) fn run(mut input: impl BufRead, output: &mut impl Write) -> Result<ExitCode, Failure> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input
            .read_until(b'\n', &mut line)
            .map_err(|error| Failure::Io("standard input".into(), error))?;
        if read == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        let address = line.strip_suffix(b"\n").unwrap_or(&line);
        let address = address.strip_suffix(b"\r").unwrap_or(address);
        match Address::parse(&String::from_utf8_lossy(address)) {
            Ok(_) => writeln!(output, "valid"),
            Err(error) => writeln!(output, "invalid\t{}", error.name()),
        }
        .map_err(Failure::Output)?;
    }
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn every_line_gets_its_answer() {
        let mut output = Vec::new();
        let input =
            "ana@example.com\n ana@example.com\r\n\nAna <ana@example.com>\nana@例子.测试\na@b".as_bytes();
        run(input, &mut output).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output),
            "valid\ninvalid\tspace_inside\ninvalid\tmissing_email\ninvalid\tdisplay_name\nvalid\ninvalid\tdotless_domain\n"
        );
    }
}
