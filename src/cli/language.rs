//! The language in which a command tells things: that of `--lang`, else that of the environment, French first.

use crate::domain::Language;

/// Reads a language that the pages speak.
pub(super) fn language(code: &str) -> Result<Language, String> {
    match code {
        "fr" => Ok(Language::FR),
        "en" => Ok(Language::EN),
        _ => Err("write fr or en".to_owned()),
    }
}

/// The language of the environment, as LC_ALL, LC_MESSAGES or LANG say it.
pub(super) fn usual() -> Language {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    of_locale(["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).as_deref())
}

/// English where a locale says so; French otherwise, for `C` and `POSIX` name no language.
fn of_locale(locale: Option<&str>) -> Language {
    if locale.is_some_and(|locale| locale.starts_with("en")) { Language::EN } else { Language::FR }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_says_the_language_and_french_comes_first() {
        for (locale, expected) in [
            (None, Language::FR),
            (Some("C.UTF-8"), Language::FR),
            (Some("fr_FR.UTF-8"), Language::FR),
            (Some("de_DE"), Language::FR),
            (Some("en_GB.UTF-8"), Language::EN),
            (Some("en"), Language::EN),
        ] {
            assert_eq!(of_locale(locale), expected, "{locale:?}");
        }
    }
}
