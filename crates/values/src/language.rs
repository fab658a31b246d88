//! The names of the product's languages in files, where a column holds the language of the invitation mail.

use headings::{List, list};
use people::Locale;

use crate::text::{has_word, plain};

/// Reads a BCP 47 tag (`es`, `es-MX`, `pt_BR`) or the language's name in any language of the product, with or
/// without accents.
#[must_use]
pub fn parse(text: &str) -> Option<Locale> {
    let name = plain(text);
    if name.is_empty() {
        return None;
    }
    let primary = name.split(['-', '_']).next().unwrap_or_default();
    let mut languages = list(List::Languages).split('|').zip(Locale::ALL);
    let is_it = |&(names, language): &(&str, Locale)| {
        has_word(names, &name) || language.tag().split('-').next() == Some(primary)
    };
    languages.find(is_it).map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::{Locale, parse};

    #[test]
    fn tags_and_names_are_understood() {
        for (text, expected) in [
            ("es", Some(Locale::Es)),
            ("es-MX", Some(Locale::Es)),
            ("pt_BR", Some(Locale::PtBr)),
            ("Español", Some(Locale::Es)),
            ("한국어", Some(Locale::Ko)),
            ("Klingon", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn every_name_in_every_language_of_the_product_is_understood() {
        // As CLDR has them, in the order of `Locale::ALL`; the last two are Portuguese and that of Brazil.
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
            let languages = Locale::ALL.into_iter().chain([Locale::PtBr]);
            for (name, language) in names.split('|').zip(languages) {
                assert_eq!(parse(name), Some(language), "{name}");
            }
        }
    }
}
