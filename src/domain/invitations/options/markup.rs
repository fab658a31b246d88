//! The markup of a mail, as far as the server's template uses it, read into pieces.

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// An element, with its attributes.
    Begin(&'a str, Vec<(&'a str, String)>),
    End,
    /// An element without content.
    Empty(&'a str),
    Text(String),
    /// The content of a style sheet.
    Style(&'a str),
}

/// The elements that are shown. Tags of others are left out.
const SHOWN: [&str; 14] =
    ["a", "blockquote", "body", "div", "h1", "html", "li", "ol", "p", "span", "strong", "table", "td", "tr"];
/// The attributes that are kept: none that makes a request, is a link or runs.
const KEPT: [&str; 13] = [
    "align",
    "aria-hidden",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "dir",
    "height",
    "lang",
    "role",
    "style",
    "width",
];

/// Reads a document whose tags are closed and whose attributes are in double quotes.
pub(super) fn read(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = after(comment, "-->").1;
        } else if let Some(tag) = rest.strip_prefix('<') {
            let (tag, behind) = after(tag, ">");
            rest = behind;
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            match name {
                "style" => {
                    let (style, behind) = after(rest, "</style>");
                    pieces.push(Piece::Style(style));
                    rest = behind;
                }
                "title" => rest = after(rest, "</title>").1,
                "br" => pieces.push(Piece::Empty("br")),
                name if SHOWN.contains(&name) => pieces.push(Piece::Begin(name, read_attributes(attributes))),
                name if name.strip_prefix('/').is_some_and(|name| SHOWN.contains(&name)) => {
                    pieces.push(Piece::End)
                }
                _ => {}
            }
        } else {
            let (text, behind) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            pieces.push(Piece::Text(unescaped(text)));
            rest = behind;
        }
    }
    pieces
}

/// What is before a mark and what is behind it. Without the mark, all is before it.
fn after<'a>(text: &'a str, mark: &str) -> (&'a str, &'a str) {
    text.split_once(mark).unwrap_or((text, ""))
}

fn read_attributes(text: &str) -> Vec<(&str, String)> {
    let mut attributes = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, behind)) = rest.split_once("=\"") {
        let (value, behind) = after(behind, "\"");
        if KEPT.contains(&name) {
            attributes.push((name, unescaped(value)));
        }
        rest = behind.trim_start();
    }
    attributes
}

/// Text whose special characters are escaped as the server does.
fn unescaped(text: &str) -> String {
    // `&amp;` last, so that what it begins stays text.
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    escapes.iter().fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

/// A style sheet as a mail program with a dark or a light theme applies it.
pub(super) fn in_theme(style: &str, is_dark: bool) -> String {
    style.replace("(prefers-color-scheme: dark)", if is_dark { "all" } else { "not all" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_template_writes_is_read() {
        let html = "<!doctype html>\n<html lang=\"ko\"><head><title>A <b></title><style>p { color: red }</style></head>\
             <body style=\"margin:0\"><!--[if mso]><table><tr><td><![endif]--><p class=\"x\" hidden>A &amp;lt; B<br>C</p></body></html>";
        let pieces = read(html);
        let begin = |name, attribute: (&'static str, &str)| {
            Piece::Begin(name, vec![(attribute.0, attribute.1.to_owned())])
        };
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(
            pieces,
            [
                text("\n"),
                begin("html", ("lang", "ko")),
                Piece::Style("p { color: red }"),
                begin("body", ("style", "margin:0")),
                begin("p", ("class", "x")),
                text("A &lt; B"),
                Piece::Empty("br"),
                text("C"),
                Piece::End,
                Piece::End,
                Piece::End,
            ]
        );
    }

    #[test]
    fn s9_nothing_is_kept_that_asks_leads_or_runs() {
        let html = "<a href=\"https://a.example\" style=\"color:red\" onclick=\"x()\">A</a><img src=\"x\"><script>x()</script>\
             <iframe srcdoc=\"x\"></iframe>&lt;script&gt;";
        let kept = [
            Piece::Begin("a", vec![("style", "color:red".to_owned())]),
            Piece::Text("A".to_owned()),
            Piece::End,
            Piece::Text("x()".to_owned()),
            Piece::Text("<script>".to_owned()),
        ];
        assert_eq!(read(html), kept);
    }

    #[test]
    fn documents_that_end_early_are_read_to_their_end() {
        for html in ["<", "<p", "<p class=\"", "<!--", "<style>", "<title>", "a&", ""] {
            let _ = read(html);
        }
    }

    #[test]
    fn a_mail_is_shown_in_either_theme() {
        let style = "@media (prefers-color-scheme: dark) { p { color: white } }";
        assert_eq!(in_theme(style, true), "@media all { p { color: white } }");
        assert_eq!(in_theme(style, false), "@media not all { p { color: white } }");
    }
}
