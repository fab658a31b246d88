//! Passages that stand twice.

use std::collections::HashMap;

use crate::sources::Files;

/// A line of code with its number, from 1.
type Line<'a> = (usize, &'a str);

/// The passages of `least` and more equal lines that stand twice, each as `first.rs:1 ~ second.rs:1`. White space, comments,
/// imports, attributes and tests do not count.
pub fn repeated(files: &Files, least: usize) -> Vec<String> {
    let mut first: HashMap<Vec<&str>, (&str, usize)> = HashMap::new();
    let mut found = Vec::new();
    for (file, text) in files {
        let lines = code(text);
        // Only the beginning of a passage is named, not each window within it.
        let mut within = None;
        for window in lines.windows(least) {
            let passage: Vec<_> = window.iter().map(|(_, line)| *line).collect();
            let number = window[0].0;
            match first.get(&passage) {
                Some((other, at))
                    if *other != file.as_str() || lines_between(&lines, *at, number) >= least =>
                {
                    if within != Some(*other) {
                        found.push(format!("{other}:{at} ~ {file}:{number}"));
                    }
                    within = Some(*other);
                }
                Some(_) => within = None,
                None => {
                    first.insert(passage, (file, number));
                    within = None;
                }
            }
        }
    }
    found
}

fn lines_between(lines: &[Line], from: usize, to: usize) -> usize {
    lines.iter().filter(|(number, _)| (from..to).contains(number)).count()
}

fn code(text: &str) -> Vec<Line<'_>> {
    let mut code = Vec::new();
    let mut is_attribute = false;
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    for (index, line) in lines.iter().copied().enumerate() {
        let begins_tests =
            line == "#[cfg(test)]" && lines.get(index + 1).is_some_and(|next| next.starts_with("mod "));
        if begins_tests {
            break;
        }
        if is_attribute || line.starts_with("#[") {
            is_attribute = !line.ends_with(']');
        } else if !(line.is_empty() || line.starts_with("//") || line.starts_with("use ")) {
            code.push((index + 1, line));
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: [(&str, &str); 2]) -> Files {
        texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
    }

    #[test]
    fn equal_lines_are_found_whatever_stands_between_them() {
        let files = files([("a.rs", "x\na\nb\nc\n"), ("b.rs", "  a\n\n// Why.\n  b\n#[test]\n  c\nd")]);
        assert_eq!(repeated(&files, 3), ["a.rs:2 ~ b.rs:1"]);
        assert_eq!(repeated(&files, 4), [""; 0]);
    }

    #[test]
    fn a_passage_is_named_once_and_its_own_overlap_is_none() {
        let twice = files([("a.rs", "a\nb\nc\nd"), ("b.rs", "a\nb\nc\nd")]);
        assert_eq!(repeated(&twice, 2), ["a.rs:1 ~ b.rs:1"]);
        let same = files([("a.rs", "}\n}\n}\n}"), ("b.rs", "")]);
        assert_eq!(repeated(&same, 3), [""; 0]);
    }

    #[test]
    fn tests_do_not_count() {
        let tests = "#[cfg(test)]\nmod tests {\na\nb\n}";
        assert_eq!(repeated(&files([("a.rs", tests), ("b.rs", tests)]), 2), [""; 0]);
    }
}
