//! The host's look: its values become those of the style sheet, where what is drawn with them can still be read.

use api_types::panel::{PanelColour, PanelLook};

/// Of text, by WCAG 2.2, 1.4.3.
const LEAST_CONTRAST: f64 = 4.5;

const LARGEST_RADIUS: u8 = 16;

const LONGEST_FONT: usize = 200;

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colour([u8; 3]);

const BLACK: Colour = Colour([0; 3]);
const WHITE: Colour = Colour([0xff; 3]);

/// What a theme of the style sheet draws on, and with (style/tokens.css).
struct Theme {
    name: &'static str,
    ground: Colour,
    surface: Colour,
    text: Colour,
    text_quiet: Colour,
    /// What the text on the accent may be.
    on_accent: Colour,
    /// What the accent is mixed with where it is stronger.
    strong: Colour,
}

const LIGHT: Theme = Theme {
    name: "light",
    ground: Colour([0xf6, 0xf7, 0xf9]),
    surface: WHITE,
    text: Colour([0x1a, 0x1e, 0x26]),
    text_quiet: Colour([0x56, 0x5e, 0x6c]),
    on_accent: WHITE,
    strong: BLACK,
};

const DARK: Theme = Theme {
    name: "dark",
    ground: Colour([0x14, 0x16, 0x1a]),
    surface: Colour([0x1c, 0x1f, 0x25]),
    text: Colour([0xe8, 0xea, 0xee]),
    text_quiet: Colour([0xa3, 0xab, 0xb9]),
    on_accent: Colour([0x12, 0x16, 0x3a]),
    strong: WHITE,
};

/// The properties of the style sheet that a look sets, or leaves as they are, and what is refused, for the host's developers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) properties: Vec<(&'static str, Option<String>)>,
    pub(super) refused: Vec<String>,
}

pub(super) fn judge(look: &PanelLook) -> Judged {
    let mut judged = Judged::default();
    let grounds = judged.take("background", look.background.as_ref(), |theme, ground| {
        readable(theme, "the panel's text", theme.text, ground)?;
        readable(theme, "the panel's quiet text", theme.text_quiet, ground)
    });
    let [light, dark] = grounds.unwrap_or([LIGHT.ground, DARK.ground]);
    let accents = judged.take("accent", look.accent.as_ref(), |theme, accent| {
        let ground = if theme.name == LIGHT.name { light } else { dark };
        readable(theme, "the background", accent, ground)?;
        readable(theme, "cards and tables", accent, theme.surface)?;
        readable(theme, "what is chosen", accent, soft(theme, accent))?;
        readable(theme, "the text of main buttons", theme.on_accent, accent)
    });
    judged.set("--ground", grounds);
    judged.set("--accent", accents);
    let each = |change: fn(&Theme, Colour) -> Colour| {
        accents.map(|[light, dark]| [change(&LIGHT, light), change(&DARK, dark)])
    };
    judged.set("--accent-strong", each(|theme, accent| accent.mixed(theme.strong, 0.2)));
    judged.set("--accent-soft", each(soft));
    let radius = look.radius.filter(|radius| *radius <= LARGEST_RADIUS);
    if look.radius != radius {
        judged.refused.push(format!("radius: 0 to {LARGEST_RADIUS} pixels are possible."));
    }
    judged.properties.push(("--radius", radius.map(|radius| format!("{radius}px"))));
    judged.properties.push(("--radius-large", radius.map(|radius| format!("{}px", radius + 4))));
    let font = look.font.as_deref().and_then(families);
    if look.font.is_some() && font.is_none() {
        judged.refused.push(
            "font: names of letters, digits, spaces and hyphens are possible, with commas between.".into(),
        );
    }
    judged.properties.push(("--font", font));
    judged
}

impl Judged {
    /// The colours of a value in both themes, if they are colours and `check` finds nothing wrong with either.
    fn take(
        &mut self,
        name: &str,
        value: Option<&PanelColour>,
        check: impl Fn(&Theme, Colour) -> Result<(), String>,
    ) -> Option<[Colour; 2]> {
        let PanelColour { light, dark } = value?;
        let one = |theme: &Theme, text: &str| {
            let colour =
                Colour::read(text).ok_or_else(|| format!("{text:?} is no colour such as #3547c9"))?;
            check(theme, colour).map(|()| colour)
        };
        match (one(&LIGHT, light), one(&DARK, dark)) {
            (Ok(light), Ok(dark)) => Some([light, dark]),
            (Err(why), _) | (_, Err(why)) => {
                self.refused.push(format!("{name}: {why}."));
                None
            }
        }
    }

    fn set(&mut self, property: &'static str, colours: Option<[Colour; 2]>) {
        let value =
            colours.map(|[light, dark]| format!("light-dark({}, {})", light.written(), dark.written()));
        self.properties.push((property, value));
    }
}

/// Behind what is chosen.
fn soft(theme: &Theme, accent: Colour) -> Colour {
    theme.surface.mixed(accent, 0.1)
}

fn readable(theme: &Theme, what: &str, one: Colour, other: Colour) -> Result<(), String> {
    let contrast = one.contrast(other);
    if contrast >= LEAST_CONTRAST {
        return Ok(());
    }
    // What writes fractions would be some kilobytes of code.
    let tenths = (10.0 * contrast) as u32;
    let (whole, tenth, name) = (tenths / 10, tenths % 10, theme.name);
    Err(format!("in the {name} theme the contrast with {what} is {whole}.{tenth}, and 4.5 is needed"))
}

/// The list of fonts for the style sheet.
fn families(text: &str) -> Option<String> {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    if text.len() > LONGEST_FONT || !names.iter().all(|name| is_name(name)) {
        return None;
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    Some(format!("{}, system-ui, sans-serif", quoted.join(", ")))
}

impl Colour {
    /// From `#rrggbb`.
    fn read(text: &str) -> Option<Self> {
        let is_hex =
            |digits: &&str| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(text.strip_prefix('#').filter(is_hex)?, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    fn written(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// With so large a share of the other.
    fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |at: usize| {
            let (own, other) = (f64::from(self.0[at]), f64::from(other.0[at]));
            (own + (other - own) * share).round() as u8
        };
        Self([mix(0), mix(1), mix(2)])
    }

    /// By WCAG 2.2.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// From 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(light: &str, dark: &str) -> Option<PanelColour> {
        Some(PanelColour { light: light.into(), dark: dark.into() })
    }

    fn set(judged: &Judged) -> Vec<(&str, &str)> {
        let set = judged.properties.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        set.collect()
    }

    #[test]
    fn e16_a_look_that_can_be_read_becomes_that_of_the_panel() {
        let look = PanelLook {
            accent: colour("#0b5d3b", "#7fe0b0"),
            background: colour("#ffffff", "#0d1512"),
            radius: Some(12),
            font: Some("Inter, Noto Sans KR,맑은 고딕".into()),
        };
        let judged = judge(&look);
        assert_eq!(judged.refused, [""; 0]);
        assert_eq!(
            set(&judged),
            [
                ("--ground", "light-dark(#ffffff, #0d1512)"),
                ("--accent", "light-dark(#0b5d3b, #7fe0b0)"),
                ("--accent-strong", "light-dark(#094a2f, #99e6c0)"),
                ("--accent-soft", "light-dark(#e7efeb, #263233)"),
                ("--radius", "12px"),
                ("--radius-large", "16px"),
                ("--font", "\"Inter\", \"Noto Sans KR\", \"맑은 고딕\", system-ui, sans-serif"),
            ]
        );
        assert!(
            set(&judge(&PanelLook::default())).is_empty(),
            "another look takes back what the first has set"
        );
    }

    #[test]
    fn e16_what_could_not_be_read_is_refused_by_name_and_the_rest_applies() {
        let refused = |look: PanelLook| {
            let judged = judge(&look);
            (judged.refused.join(" "), set(&judged).len())
        };
        let accent = |light, dark| PanelLook { accent: colour(light, dark), ..PanelLook::default() };
        let background = |light, dark| PanelLook { background: colour(light, dark), ..PanelLook::default() };
        for (look, why) in [
            (
                accent("#ffcc00", "#ffcc00"),
                "accent: in the light theme the contrast with the background is 1.4, and 4.5",
            ),
            (
                accent("#0b5d3b", "#0b5d3b"),
                "accent: in the dark theme the contrast with the background is 2.",
            ),
            (accent("green", "#7fe0b0"), "accent: \"green\" is no colour such as #3547c9."),
            (accent("#+12345", "#7fe0b0"), "accent: \"#+12345\" is no colour"),
            (
                background("#808080", "#000000"),
                "background: in the light theme the contrast with the panel's text",
            ),
            (PanelLook { radius: Some(17), ..PanelLook::default() }, "radius: 0 to 16"),
            (PanelLook { font: Some("x;} *{".into()), ..PanelLook::default() }, "font: names"),
            (PanelLook { font: Some(String::new()), ..PanelLook::default() }, "font: names"),
        ] {
            let (said, count) = refused(look);
            assert!(said.starts_with(why) && count == 0, "{said}");
        }
        let both = PanelLook { radius: Some(0), ..accent("#ffcc00", "#ffcc00") };
        assert_eq!(refused(both).1, 2, "the corners");
    }

    #[test]
    fn e16_the_themes_are_those_of_the_style_sheet() {
        let sheet = include_str!("../../style/tokens.css");
        let long = |colour: Colour| match colour {
            WHITE => "#fff".to_owned(),
            other => other.written(),
        };
        for (name, of) in [
            ("ground", (|theme: &Theme| theme.ground) as fn(&Theme) -> Colour),
            ("surface", |theme| theme.surface),
            ("text", |theme| theme.text),
            ("text-quiet", |theme| theme.text_quiet),
            ("on-accent", |theme| theme.on_accent),
        ] {
            let line = format!("--{name}: light-dark({}, {});", long(of(&LIGHT)), long(of(&DARK)));
            assert!(sheet.contains(&line), "{line}");
        }
    }
}
