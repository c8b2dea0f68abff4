//! What a parser of settings says of a mistake, told as a person would: what is there, what may stand there, and what it most
//! likely should be.

/// Likeness below which a suggestion would only puzzle.
const LIKE_ENOUGH: f64 = 0.7;

/// What holds several keys.
const A_SECTION: &str = "a section, or its keys as { key = value }";

/// Of `known`, what is most like `text`, if anything is.
#[must_use]
pub fn nearest<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let like = |candidate: &'k str| (strsim::jaro_winkler(&text.to_lowercase(), candidate), candidate);
    let likely = known.into_iter().map(like).filter(|(likeness, _)| *likeness >= LIKE_ENOUGH);
    likely.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, candidate)| candidate)
}

/// `, did you mean …?` where something known is like `text`.
#[must_use]
pub fn suggestion<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(text, known).map(|nearest| format!(": did you mean `{nearest}`?")).unwrap_or_default()
}

/// What serde or the TOML parser says, in words; what it says well is kept.
#[must_use]
pub fn in_words(message: &str) -> String {
    let message = message.trim();
    let told = not_known(message).or_else(|| missing(message)).or_else(|| twice(message));
    let told = told.or_else(|| wrong_kind(message)).or_else(|| of_a_library(message));
    told.unwrap_or_else(|| message.to_owned())
}

/// What stands between the first two back-quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

/// "unknown variant `x`, expected one of `a`, `b`", and the same of a field.
fn not_known(message: &str) -> Option<String> {
    let (what, rest) = match message.strip_prefix("unknown variant ") {
        Some(rest) => ("cannot be written here", rest),
        None => ("is no key of this place", message.strip_prefix("unknown field ")?),
    };
    let text = quoted(rest)?;
    let known: Vec<&str> = rest.split('`').skip(3).step_by(2).collect();
    let list = match known.as_slice() {
        [] => "nothing may stand here".to_owned(),
        [only] => format!("write {only}"),
        [first @ .., last] => format!("write {} or {last}", first.join(", ")),
    };
    let likely =
        nearest(text, known.iter().copied()).map(|one| format!(" (did you mean `{one}`?)")).unwrap_or_default();
    Some(format!("`{text}` {what}: {list}{likely}"))
}

fn missing(message: &str) -> Option<String> {
    let key = quoted(message.strip_prefix("missing field ")?)?;
    Some(format!("`{key}` is missing: write it"))
}

fn twice(message: &str) -> Option<String> {
    let rest = message.strip_prefix("duplicate key").or_else(|| message.strip_prefix("duplicate field "))?;
    let key = quoted(rest).map(|key| format!("`{key}`")).unwrap_or_else(|| "the same key".to_owned());
    Some(format!("{key} is written twice: keep one of them"))
}

/// "invalid type: integer `12`, expected a string", and the same of a value.
fn wrong_kind(message: &str) -> Option<String> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    let value = value.trim_matches('`');
    let found = match kind {
        "string" => value.to_owned(),
        "integer" | "boolean" => format!("the {kind} {value}"),
        "floating" => format!("the number {}", value.trim_start_matches("point").trim_matches([' ', '`'])),
        "sequence" => "a list".to_owned(),
        "map" | "table" => "a section".to_owned(),
        _ => found.to_owned(),
    };
    let wanted = match expected {
        "a string" | "string" | "a borrowed string" | "path string" => "a text between quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list, such as [\"a\", \"b\"]",
        "a map" | "map" => A_SECTION,
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, zero or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "socket address" => "an address and a port, such as \"127.0.0.1:8080\"",
        other => other.strip_prefix("struct ").map_or(other, |_| A_SECTION),
    };
    Some(format!("this is {found}: write {wanted}"))
}

/// What the libraries of addresses and time zones say.
fn of_a_library(message: &str) -> Option<String> {
    if message == "invalid socket address syntax" {
        return Some("this is no address with its port: write one such as \"127.0.0.1:8080\"".to_owned());
    }
    if let Some(zone) = message.strip_prefix("failed to parse timezone: ") {
        let zone = zone.trim_matches('\'');
        return Some(format!("`{zone}` is no time zone: write one such as Europe/Paris"));
    }
    let (problem, value) = message.rsplit_once(": ")?;
    let of_url =
        ["relative URL without a base", "invalid port number", "empty host", "invalid international domain name"];
    let value = value.trim_matches('"');
    let told = || format!("`{value}` is no address of the web ({problem}): write one such as https://sms.example.fr");
    of_url.contains(&problem).then(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
        DarkGreen,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what cannot be read matters here")]
    struct Paint {
        colour: Colour,
        litres: Option<u32>,
        name: Option<String>,
        matt: Option<bool>,
        coats: Option<Vec<String>>,
        at: Option<std::net::SocketAddr>,
    }

    #[test]
    fn a_mistake_is_told_with_what_may_stand_there() {
        for (text, expected) in [
            (
                "colour = \"dark_gren\"",
                "`dark_gren` cannot be written here: write red or dark_green (did you mean `dark_green`?)",
            ),
            ("colour = \"zzz\"", "`zzz` cannot be written here: write red or dark_green"),
            (
                "colour = \"red\"\nlitre = 1",
                "`litre` is no key of this place: write colour, litres, name, matt, coats or at (did you mean `litres`?)",
            ),
            ("litres = 1", "`colour` is missing: write it"),
            ("colour = \"red\"\nlitres = \"two\"", "this is \"two\": write a whole number, zero or more"),
            ("colour = \"red\"\nlitres = -1", "this is the integer -1: write a whole number, zero or more"),
            ("colour = \"red\"\nlitres = 1.5", "this is the number 1.5: write a whole number, zero or more"),
            ("colour = \"red\"\nname = 3", "this is the integer 3: write a text between quotes"),
            ("colour = \"red\"\nmatt = \"yes\"", "this is \"yes\": write true or false"),
            ("colour = \"red\"\ncoats = \"one\"", "this is \"one\": write a list, such as [\"a\", \"b\"]"),
            (
                "colour = \"red\"\nat = 8080",
                "this is the integer 8080: write an address and a port, such as \"127.0.0.1:8080\"",
            ),
            ("colour = \"red\"\ncolour = \"red\"", "the same key is written twice: keep one of them"),
        ] {
            let error = toml::from_str::<Paint>(text).unwrap_err();
            assert_eq!(in_words(error.message()), expected);
        }
        for (said, expected) in [
            ("invalid socket address syntax", "this is no address with its port: write one such as \"127.0.0.1:8080\""),
            ("failed to parse timezone: 'Paris'", "`Paris` is no time zone: write one such as Europe/Paris"),
            (
                "relative URL without a base: \"sms\"",
                "`sms` is no address of the web (relative URL without a base): write one such as https://sms.example.fr",
            ),
        ] {
            assert_eq!(in_words(said), expected);
        }
        assert_eq!(in_words("« nine » are no hours"), "« nine » are no hours");
    }
}
