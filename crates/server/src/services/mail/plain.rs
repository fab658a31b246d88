//! Plain text with lines of a length that every mail program shows.

/// The columns of a line. Words that are longer, like a URL, have a line of their own.
const WIDTH: usize = 72;

/// Breaks lines that are too long: quoted ones stay quoted, and those of a numbered step are indented.
pub(super) fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / 32);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            wrapped.push('\n');
        }
        wrap_line(&mut wrapped, line);
    }
    wrapped
}

fn wrap_line(out: &mut String, line: &str) {
    let next = if line.starts_with("> ") {
        "> "
    } else if line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". ") {
        "   "
    } else {
        ""
    };
    let mut used = 0;
    for piece in pieces(line) {
        let wide = width(piece.trim_end_matches(' '));
        if used > next.len() && used + wide > WIDTH {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(next);
            used = next.len();
        }
        out.push_str(piece);
        used += width(piece);
    }
}

/// The pieces of a line between which it may be broken, each with the spaces after it.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut chars = line.char_indices().peekable();
    let mut begin = 0;
    let mut url_end = 0;
    std::iter::from_fn(move || {
        while let Some((at, c)) = chars.next() {
            let rest = &line[at..];
            // A URL stays whole, whatever its letters are.
            if rest.starts_with("http://") || rest.starts_with("https://") {
                url_end = at + rest.find(' ').unwrap_or(rest.len());
            }
            let Some(&(after, next)) = chars.peek() else { break };
            if (c == ' ' && next != ' ') || (at >= url_end && parts(c, next)) {
                let piece = &line[begin..after];
                begin = after;
                return Some(piece);
            }
        }
        let last = &line[begin..];
        begin = line.len();
        (!last.is_empty()).then_some(last)
    })
}

/// Whether a line may be broken between these two, as in Japanese, which has no spaces.
fn parts(before: char, after: char) -> bool {
    let may_end = |c: char| !"「『（［【〈《".contains(c);
    let may_begin = |c: char| {
        !"、。，．：；？！」』）］】〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ・.,:;?!)".contains(c)
    };
    (is_ideograph(before) || is_ideograph(after))
        && before != ' '
        && after != ' '
        && may_end(before)
        && may_begin(after)
}

/// Scripts without spaces between their words. Korean has them.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

/// How many columns a text takes.
fn width(text: &str) -> usize {
    let is_wide = |c| {
        is_ideograph(c)
            || matches!(c, '\u{1100}'..='\u{115f}' | '\u{ac00}'..='\u{d7a3}' | '\u{1f300}'..='\u{1faff}')
    };
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words_and_short_ones_left_as_they_are() {
        let short = "Ana  Bcc: x\n\n> hello\n1. Open it";
        assert_eq!(wrap(short), short);
        let long = wrap(&"word ".repeat(40));
        assert!(
            long.lines().count() > 1
                && long.lines().all(|line| line.len() <= WIDTH && line.starts_with("word"))
        );
        assert!(long.lines().rev().skip(1).all(|line| line.ends_with("word")), "{long}");
        let url = format!("https://example.com/{}", "x".repeat(100));
        assert_eq!(wrap(&format!("See {url} now")), format!("See\n{url}\nnow"));
        let japanese = format!("https://example.com/{}", "日本".repeat(40));
        assert_eq!(wrap(&format!("資料は {japanese}")), format!("資料は\n{japanese}"));
    }

    #[test]
    fn a_text_without_spaces_is_broken_before_the_url_at_its_end() {
        let url = "https://example.com/資料";
        let wrapped = wrap(&format!("{}{url}", "次のことをしてください。".repeat(20)));
        assert!(wrapped.lines().all(|line| width(line) <= WIDTH + 2), "{wrapped}");
        assert!(wrapped.lines().last().is_some_and(|line| line.ends_with(url)), "{wrapped}");
    }

    #[test]
    fn quotations_stay_quoted_and_steps_are_indented() {
        let quoted = wrap(&format!("> {}", "word ".repeat(20)));
        assert!(
            quoted.lines().count() == 2 && quoted.lines().all(|line| line.starts_with("> word")),
            "{quoted}"
        );
        let step = wrap(&format!("2. {}", "word ".repeat(20)));
        assert_eq!(step.lines().nth(1).map(|line| &line[..7]), Some("   word"));
        let url = "x".repeat(100);
        assert_eq!(wrap(&format!("> {url}")), format!("> {url}"));
    }

    #[test]
    fn korean_breaks_between_words_and_japanese_between_characters() {
        let korean = wrap(&"초대했습니다 ".repeat(20));
        assert!(
            korean.lines().all(|line| line.trim().split(' ').all(|word| word == "초대했습니다")),
            "{korean}"
        );
        let japanese = wrap(&"次のことをしてください。".repeat(10));
        assert!(japanese.lines().count() > 2, "{japanese}");
        assert!(
            japanese.lines().all(|line| width(line) <= WIDTH + 2 && !line.starts_with('。')),
            "{japanese}"
        );
    }
}
