use strum::{Display, IntoStaticStr, VariantArray};

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[strum(serialize_all = "lowercase")]
pub enum Locale {
    #[default]
    En,
    Es,
    Ko,
    Ja,
    De,
    Fr,
    #[cfg_attr(feature = "serde", serde(rename = "pt-BR"))]
    #[strum(serialize = "pt-BR")]
    PtBr,
}

impl Locale {
    pub const ALL: [Self; Self::VARIANTS.len()] = *Self::VARIANTS.first_chunk().unwrap();

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        self.into()
    }

    /// The language for a BCP 47 tag: the tag itself or its primary language, in any letter case. `es-419` is Spanish;
    /// `pt` and `pt-PT` are the product's only Portuguese. `None` for a language that the product does not have.
    pub fn lookup(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|locale| {
            let own = locale.tag().split('-').next().unwrap_or_default();
            own.eq_ignore_ascii_case(primary)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i1_a_tag_finds_its_language_by_the_primary_subtag() {
        assert_eq!(Locale::lookup("es-419"), Some(Locale::Es));
        assert_eq!(Locale::lookup("PT"), Some(Locale::PtBr));
        assert_eq!(Locale::lookup("ko_KR"), Some(Locale::Ko));
        assert_eq!(Locale::lookup("nl"), None);
        assert_eq!(Locale::lookup(""), None);
    }

    #[test]
    fn tags_are_what_serde_writes() {
        for locale in Locale::ALL {
            assert_eq!(serde_json::to_value(locale).unwrap(), locale.tag());
        }
    }
}
