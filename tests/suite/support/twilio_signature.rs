//! Twilio's signature, written from its published description alone, so that it can contradict the product's.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha1::{Digest, Sha1};

const BLOCK: usize = 64;

/// The signature of a form posted to `url`.
pub fn sign(token: &str, url: &str, params: &[(String, String)]) -> String {
    let mut names: Vec<&str> = params.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut message = url.to_owned();
    for name in names {
        let mut values: Vec<&str> = params.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect();
        values.sort_unstable();
        values.dedup();
        for value in values {
            message.push_str(name);
            message.push_str(value);
        }
    }
    STANDARD.encode(hmac_sha1(token.as_bytes(), message.as_bytes()))
}

/// RFC 2104.
fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut padded = [0_u8; BLOCK];
    let key = if key.len() > BLOCK { Sha1::digest(key).to_vec() } else { key.to_vec() };
    padded[..key.len()].copy_from_slice(&key);
    let hash = |pad: u8, rest: &[u8]| Sha1::digest([&padded.map(|byte| byte ^ pad)[..], rest].concat()).to_vec();
    hash(0x5c, &hash(0x36, message))
}
