//! The languages of the product, as the language of an invitation mail.

use serde::{Deserialize, Serialize};

use crate::text::{has_word, plain};

/// A language of the product. In JSON it is its BCP 47 tag.
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

    /// The language's name in itself and in the other languages of the product, as [`plain`] leaves them.
    const fn names(self) -> &'static str {
        match self {
            Self::English => "english ingles 영어 英語 englisch anglais",
            Self::Spanish => "spanish espanol castellano 스페인어 スペイン語 spanisch espagnol espanhol",
            Self::Korean => "korean coreano 한국어 韓国語 koreanisch coreen",
            Self::Japanese => "japanese japones 일본어 日本語 japanisch japonais",
            Self::German => "german aleman 독일어 ドイツ語 deutsch allemand alemao",
            Self::French => "french frances 프랑스어 フランス語 franzosisch franzoesisch francais",
            Self::BrazilianPortuguese => {
                "portuguese portuguese(brazil) brazilianportuguese brazilian ptbr portugues portugues(brasil) \
                 portuguesdebrasil portuguesdobrasil 포르투갈어 포르투갈어(브라질) 브라질포르투갈어 ポルトガル語 ポルトガル語(ブラジル) \
                 ブラジルポルトガル語 portugiesisch portugiesisch(brasilien) brasilianischesportugiesisch portugais \
                 portugais(bresil) portugaisbresilien"
            }
        }
    }

    /// Reads a BCP 47 tag (`es`, `es-MX`, `pt_BR`) or the language's name in any language of the product, with or
    /// without accents.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let name = plain(text);
        let primary = name.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| {
            has_word(language.names(), &name) || language.tag().split('-').next() == Some(primary)
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

    #[test]
    fn every_name_in_every_language_of_the_product_is_understood() {
        // As CLDR has them, in the order of `Language::ALL`; the last two are Portuguese and that of Brazil.
        for names in [
            "English|Spanish|Korean|Japanese|German|French|Portuguese|Brazilian Portuguese",
            "inglés|español|coreano|japonés|alemán|francés|portugués|portugués de Brasil",
            "영어|스페인어|한국어|일본어|독일어|프랑스어|포르투갈어|포르투갈어(브라질)",
            "英語|スペイン語|韓国語|日本語|ドイツ語|フランス語|ポルトガル語|ポルトガル語 (ブラジル)",
            "Englisch|Spanisch|Koreanisch|Japanisch|Deutsch|Französisch|Portugiesisch|Portugiesisch (Brasilien)",
            "anglais|espagnol|coréen|japonais|allemand|français|portugais|portugais brésilien",
            "inglês|espanhol|coreano|japonês|alemão|francês|português|português (Brasil)",
            "english|espanol|coreen|japones|alemao|francais|portugues|Português do Brasil",
        ] {
            let languages = Language::ALL.into_iter().chain([Language::BrazilianPortuguese]);
            for (name, language) in names.split('|').zip(languages) {
                assert_eq!(Language::parse(name), Some(language), "{name}");
            }
        }
    }
}
