//! The names of the product's languages in files, where a column holds the language of the invitation mail.

use people::Locale;

use crate::text::{has_word, plain};

/// The language's name in itself and in the other languages of the product, as [`plain`] leaves them.
const fn names(language: Locale) -> &'static str {
    match language {
        Locale::En => "english ingles 영어 英語 englisch anglais",
        Locale::Es => "spanish espanol castellano 스페인어 スペイン語 spanisch espagnol espanhol",
        Locale::Ko => "korean coreano 한국어 韓国語 koreanisch coreen",
        Locale::Ja => "japanese japones 일본어 日本語 japanisch japonais",
        Locale::De => "german aleman 독일어 ドイツ語 deutsch allemand alemao",
        Locale::Fr => "french frances 프랑스어 フランス語 franzosisch franzoesisch francais",
        Locale::PtBr => {
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
pub fn parse(text: &str) -> Option<Locale> {
    let name = plain(text);
    if name.is_empty() {
        return None;
    }
    let primary = name.split(['-', '_']).next().unwrap_or_default();
    Locale::ALL.into_iter().find(|language| {
        has_word(names(*language), &name) || language.tag().split('-').next() == Some(primary)
    })
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
