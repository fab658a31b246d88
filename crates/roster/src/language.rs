//! The languages of the product, as the language of an invitation mail.

use serde::{Deserialize, Serialize};

use crate::text::fold;

/// A language in which the product speaks. In JSON it is its BCP 47 tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "es")]
    Spanish,
    #[serde(rename = "ko")]
    Korean,
    #[serde(rename = "ja")]
    Japanese,
    #[serde(rename = "de")]
    German,
    #[serde(rename = "fr")]
    French,
    #[serde(rename = "pt-BR")]
    BrazilianPortuguese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::Spanish,
        Self::Korean,
        Self::Japanese,
        Self::German,
        Self::French,
        Self::BrazilianPortuguese,
    ];

    /// The BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Korean => "ko",
            Self::Japanese => "ja",
            Self::German => "de",
            Self::French => "fr",
            Self::BrazilianPortuguese => "pt-BR",
        }
    }

    /// The language's name in itself and in the other languages of the product, folded.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::English => {
                &["english", "inglés", "ingles", "영어", "英語", "englisch", "anglais", "inglês"]
            }
            Self::Spanish => &[
                "spanish",
                "español",
                "espanol",
                "castellano",
                "스페인어",
                "スペイン語",
                "spanisch",
                "espagnol",
                "espanhol",
            ],
            Self::Korean => &["korean", "coreano", "한국어", "韓国語", "koreanisch", "coréen"],
            Self::Japanese => {
                &["japanese", "japonés", "일본어", "日本語", "japanisch", "japonais", "japonês"]
            }
            Self::German => &["german", "alemán", "독일어", "ドイツ語", "deutsch", "allemand", "alemão"],
            Self::French => {
                &["french", "francés", "프랑스어", "フランス語", "französisch", "français", "francês"]
            }
            Self::BrazilianPortuguese => &[
                "portuguese",
                "brazilian portuguese",
                "portuguese (brazil)",
                "portugués",
                "포르투갈어",
                "ポルトガル語",
                "portugiesisch",
                "portugais",
                "português",
                "português (brasil)",
            ],
        }
    }

    /// Reads a BCP 47 tag (`es`, `es-MX`, `pt_BR`) or the language's name in any language of the product.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        let primary = folded.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| {
            language.names().contains(&folded.as_str()) || language.tag().split('-').next() == Some(primary)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn tags_and_names_are_understood() {
        for (text, expected) in [
            ("es", Some(Language::Spanish)),
            ("es-MX", Some(Language::Spanish)),
            ("pt_BR", Some(Language::BrazilianPortuguese)),
            ("Español", Some(Language::Spanish)),
            ("한국어", Some(Language::Korean)),
            ("Klingon", None),
            ("", None),
        ] {
            assert_eq!(Language::parse(text), expected, "{text}");
        }
    }
}
