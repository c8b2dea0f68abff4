//! `X-Twilio-Signature`: the proof that a webhook comes from Twilio.
//!
//! The signed URL is the public one that Twilio was given, with the raw path and query; never the `Host` header, which
//! anybody writes.

use crate::gateway::Webhook;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use subtle::{Choice, ConstantTimeEq};

/// Whether one of `secrets` signed this webhook, called at `url` with these form fields.
///
/// Every candidate is compared, in constant time: how long it takes says nothing of which one was close.
pub(super) fn is_genuine(secrets: &[SecretString], url: &str, webhook: &Webhook, fields: &[(String, String)]) -> bool {
    let Some(signature) = webhook.header("x-twilio-signature") else { return false };
    let Some(sign) = algorithm(webhook.header("x-twilio-webhooks-signature-settings")) else { return false };
    let body_hash = body_hash(webhook.query());
    let fields = if body_hash.is_some() || webhook.method.eq_ignore_ascii_case("GET") { &[] } else { fields };
    let intact = body_hash.is_none_or(|hash| hex_sha256(webhook.body).as_bytes().ct_eq(hash.as_bytes()).into());

    let mut genuine = Choice::from(0);
    for url in spellings(url) {
        let data = data(&url, fields);
        // An empty key would let anybody sign.
        for secret in secrets.iter().map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty()) {
            genuine |= sign(secret.as_bytes(), data.as_bytes()).as_bytes().ct_eq(signature.as_bytes());
        }
    }
    intact && bool::from(genuine)
}

type Sign = fn(&[u8], &[u8]) -> String;

fn algorithm(settings: Option<&str>) -> Option<Sign> {
    let named = settings.and_then(|all| all.split(',').find_map(|one| one.trim().strip_prefix("algorithm=")));
    match named {
        None => Some(hmac::<Sha1>),
        Some("HMAC_SHA256") => Some(hmac::<Sha256>),
        Some(_) => None,
    }
}

fn hmac<D: EagerHash>(key: &[u8], data: &[u8]) -> String {
    let mut mac = Hmac::<D>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(data);
    STANDARD.encode(mac.finalize().into_bytes())
}

fn data(url: &str, fields: &[(String, String)]) -> String {
    let distinct: BTreeSet<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    distinct.into_iter().fold(url.to_owned(), |data, (name, value)| data + name + value)
}

fn body_hash(query: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "bodySHA256")
        .map(|(_, hash)| hash.to_ascii_lowercase())
}

fn hex_sha256(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The URL without a port and with one: Twilio signs either.
fn spellings(url: &str) -> Vec<String> {
    let url = url.split('#').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return vec![url.to_owned()] };
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user, host_port) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    // The colons of an IPv6 address stand between brackets; the one of the port comes after.
    let colon = host_port.rfind(':').filter(|colon| host_port.rfind(']').is_none_or(|bracket| bracket < *colon));
    let (host, port) = colon.map_or((host_port, ""), |colon| (&host_port[..colon], &host_port[colon + 1..]));
    let port = match (port, scheme) {
        ("", "http") => "80",
        ("", _) => "443",
        (port, _) => port,
    };
    vec![format!("{scheme}://{user}{host}{tail}"), format!("{scheme}://{user}{host}:{port}{tail}")]
}

/// Signs as Twilio does, for the tables of other files.
#[cfg(test)]
pub(super) fn sign(token: &str, url: &str, fields: &[(String, String)]) -> String {
    hmac::<Sha1>(token.as_bytes(), data(url, fields).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const U: &str = "https://sms.example.fr/webhooks/twilio";
    const TOKEN: &str = "twilio_test_token_0001";
    const SHA256: &str = "key=shared,algorithm=HMAC_SHA256";
    const JSON: &str = r#"{"CallSid":"CA1","texte":"Échéance reçue"}"#;
    const JSON_URL: &str = "https://sms.example.fr/webhooks/twilio?bodySHA256=de054add9d38888a24a72842cf2e7a9216885b8058d4c57f08405a072561d91b";

    struct Vector<'a> {
        label: &'a str,
        url: &'a str,
        fields: Vec<(&'a str, &'a str)>,
        signature: &'a str,
    }

    fn message(body: &str) -> Vec<(&str, &str)> {
        let sids = [
            ("MessageSid", "SM00000000000000000000000000000001"),
            ("AccountSid", "AC00000000000000000000000000000001"),
        ];
        sids.into_iter().chain([("From", "+33612345678"), ("To", "+33937000001"), ("Body", body)]).collect()
    }

    fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        fields.extend_from_slice(more);
        fields
    }

    fn vectors() -> Vec<Vector<'static>> {
        let vector = |label, url, fields, signature| Vector { label, url, fields, signature };
        let ported = "https://sms.example.fr:8443/webhooks/twilio";
        let letters = vec![("body", "b"), ("Body", "B"), ("BODY", "c"), ("Body2", "d"), ("_x", "e"), ("É", "f")];
        vec![
            vector("T1", U, message("Oui"), "9yD34L9+2Sq2ifN2IPedAjloCHI="),
            vector("T2", U, message("Je paierai 50 € vendredi, ça va ? 👍"), "quasGKOedafMHUCW6b8rb6bhvYg="),
            vector("T3", U, with(message(""), &[("FromCity", ""), ("NumMedia", "0")]), "ykP1x3rfeS230GN4ZRlOLkizev8="),
            vector("T4 with its port", ported, message("Oui"), "zMXFnSuwmGc87fZw5xEsrSBsYg8="),
            vector("T4 without its port", ported, message("Oui"), "9yD34L9+2Sq2ifN2IPedAjloCHI="),
            vector("T4b signed with 443", U, message("Oui"), "VzQ9NL1jCQBAhnVuOH/n4B6rvrs="),
            vector(
                "T5",
                "https://sms.example.fr/webhooks/twilio?tenant=a%20b&x=1",
                message("Oui"),
                "u7+4EoHeymzzpUv8Lt73bzVy8Yk=",
            ),
            vector(
                "T6",
                U,
                with(message("Oui"), &[("Tag", "b"), ("Tag", "a"), ("Tag", "b")]),
                "CeozFbcs93eIwB8jguLRnvQ6eFs=",
            ),
            vector("T7", U, letters, "VaqTrzy+sH123XhX9r/ZOsyTbj8="),
            vector(
                "T8",
                "https://bot:s3cret@sms.example.fr/webhooks/twilio",
                message("Oui"),
                "Fy2ecO4WZpoALcE1uq+6GREajyw=",
            ),
            vector("T10", U, message("a&b=c+d\r\nfin "), "ZYWSwSN7Y1laiF4PJ+2WKqNS8q0="),
        ]
    }

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    struct Call<'a> {
        tokens: &'a [&'a str],
        method: &'a str,
        url: &'a str,
        fields: &'a [(&'a str, &'a str)],
        body: &'a [u8],
        settings: Option<&'a str>,
        signature: &'a str,
    }

    impl Call<'_> {
        fn is_genuine(&self) -> bool {
            let secrets: Vec<_> = self.tokens.iter().map(|token| SecretString::from(*token)).collect();
            let mut headers = vec![("x-twilio-signature", self.signature)];
            headers.extend(self.settings.map(|settings| ("x-twilio-webhooks-signature-settings", settings)));
            let after_scheme = self.url.find("://").map_or(0, |at| at + 3);
            let path = self.url[after_scheme..].find('/').map_or("/", |at| &self.url[after_scheme + at..]);
            let headers = owned(&headers);
            let webhook = Webhook { method: self.method, path_and_query: path, headers: &headers, body: self.body };
            is_genuine(&secrets, self.url, &webhook, &owned(self.fields))
        }
    }

    fn post<'a>(url: &'a str, fields: &'a [(&'a str, &'a str)], signature: &'a str) -> Call<'a> {
        Call { tokens: &[TOKEN], method: "POST", url, fields, body: b"", settings: None, signature }
    }

    #[test]
    fn genuine_forms_are_accepted_whatever_the_port() {
        for Vector { label, url, fields, signature } in vectors() {
            assert!(post(url, &fields, signature).is_genuine(), "{label}");
        }
    }

    #[test]
    fn a_changed_field_url_or_signature_is_refused() {
        for Vector { label, url, fields, signature } in vectors() {
            assert!(
                !post(url, &with(fields.clone(), &[("More", "1")]), signature).is_genuine(),
                "{label}: one more field"
            );
            assert!(!post(url, &fields[1..], signature).is_genuine(), "{label}: one field less");
            assert!(!post(&format!("{url}/"), &fields, signature).is_genuine(), "{label}: another URL");
            assert!(!post(url, &fields, &signature.to_lowercase()).is_genuine(), "{label}: another signature");
            assert!(!post(url, &fields, "").is_genuine(), "{label}: no signature");
        }
    }

    #[test]
    fn a_get_is_signed_by_its_url_alone() {
        let url = "https://sms.example.fr/webhooks/twilio?MessageSid=SM00000000000000000000000000000001&AccountSid=AC00000000000000000000000000000001&From=%2B33612345678&To=%2B33937000001&Body=Oui";
        let fields = message("Oui");
        let call = Call { method: "GET", ..post(url, &fields, "lGydv7cXarr0PF/T+ebZrkAwecU=") };
        assert!(call.is_genuine());
        assert!(!Call { method: "POST", ..call }.is_genuine());
    }

    #[test]
    fn a_json_body_is_bound_to_the_url_by_its_hash() {
        let call = Call { body: JSON.as_bytes(), ..post(JSON_URL, &[], "vdgGw/Zl2OtbNtNdCop0xYI9J6Y=") };
        assert!(call.is_genuine());
        assert!(!Call { body: format!("{JSON} ").as_bytes(), ..call }.is_genuine());
    }

    #[test]
    fn the_newer_algorithm_is_followed_and_an_unknown_one_refused() {
        let fields = message("Oui");
        let newer = "UGfv4kwv7Umhxd1th10+oEbLkdQSSVmxit2x5JU2dHI=";
        let call = post(U, &fields, newer);
        assert!(Call { settings: Some(SHA256), ..call }.is_genuine());
        assert!(!post(U, &fields, newer).is_genuine());
        let older = "9yD34L9+2Sq2ifN2IPedAjloCHI=";
        assert!(Call { settings: Some("key=shared"), ..post(U, &fields, older) }.is_genuine());
        assert!(!Call { settings: Some(SHA256), ..post(U, &fields, older) }.is_genuine());
        assert!(!Call { settings: Some("algorithm=NONE"), ..post(U, &fields, older) }.is_genuine());
    }

    #[test]
    fn the_published_example_holds_with_port_and_with_user() {
        let fields = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ];
        for (url, signature) in [
            ("https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            ("https://mycompany.com/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w="),
            ("https://user:pass@mycompany.com/myapp.php?foo=1&bar=2", "CukzLTc1tT5dXEDIHm/tKBanW10="),
        ] {
            assert!(Call { tokens: &["12345"], ..post(url, &fields, signature) }.is_genuine(), "{url}");
        }
    }

    #[test]
    fn any_secret_of_the_rotation_will_do_but_never_an_empty_one() {
        let fields = message("Oui");
        let call = |tokens| Call { tokens, ..post(U, &fields, "9yD34L9+2Sq2ifN2IPedAjloCHI=") };
        assert!(call(&["the next one", TOKEN]).is_genuine());
        assert!(call(&[TOKEN, "the former one"]).is_genuine());
        assert!(!call(&["the next one"]).is_genuine());
        assert!(!call(&[]).is_genuine());
        let forged = hmac::<Sha1>(b"", data(U, &owned(&fields)).as_bytes());
        assert!(!Call { tokens: &[""], ..post(U, &fields, &forged) }.is_genuine());
    }

    #[test]
    fn the_port_is_found_behind_users_and_brackets() {
        for (url, without, with) in [
            ("https://h/w?q=a:1", "https://h/w?q=a:1", "https://h:443/w?q=a:1"),
            ("http://h/w", "http://h/w", "http://h:80/w"),
            ("https://h:8443/w", "https://h/w", "https://h:8443/w"),
            ("https://bot:s3cret@h:8443/w", "https://bot:s3cret@h/w", "https://bot:s3cret@h:8443/w"),
            ("https://bot@team:s3cret@h/w", "https://bot@team:s3cret@h/w", "https://bot@team:s3cret@h:443/w"),
            ("https://[2001:db8::1]/w", "https://[2001:db8::1]/w", "https://[2001:db8::1]:443/w"),
            ("https://[2001:db8::1]:8443/w", "https://[2001:db8::1]/w", "https://[2001:db8::1]:8443/w"),
            ("https://h?x=1", "https://h?x=1", "https://h:443?x=1"),
            ("https://h/w#rc=2&rp=all", "https://h/w", "https://h:443/w"),
        ] {
            assert_eq!(spellings(url), [without, with], "{url}");
        }
    }
}
