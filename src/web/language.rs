//! The language of whoever looks at a page.

use crate::domain::Language;
use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

/// The language to answer in: what the browser prefers among ours, else French.
#[derive(Clone, Copy)]
pub(super) struct Preferred(pub Language);

impl FromRequest for Preferred {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        ready(Ok(Self(preferred(header.unwrap_or_default()))))
    }
}

fn preferred(header: &str) -> Language {
    let ranked = header.split(',').filter_map(|entry| {
        let (tag, weight) = entry.split_once(";q=").unwrap_or((entry, "1"));
        let language = Language::parse(tag).filter(|language| [Language::FR, Language::EN].contains(language))?;
        Some((language, weight.trim().parse::<f32>().ok().filter(|weight| *weight > 0.0)?))
    });
    // Of two that weigh the same, the first one stands.
    ranked.fold((Language::FR, 0.0), |best, next| if next.1 > best.1 { next } else { best }).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_language_among_ours_is_chosen_and_french_otherwise() {
        for (header, code) in [
            ("", "fr"),
            ("en", "en"),
            ("en-GB,en;q=0.9,fr;q=0.8", "en"),
            ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
            ("de,en;q=0.5,fr;q=0.7", "fr"),
            ("de, en;q=0.5", "en"),
            ("de-DE,it;q=0.8", "fr"),
            ("en;q=0, de", "fr"),
            ("en;q=banana", "fr"),
            ("*;;;,,q=", "fr"),
        ] {
            assert_eq!(preferred(header).code(), code, "{header}");
        }
    }
}
