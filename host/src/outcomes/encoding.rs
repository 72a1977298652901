//! An outcome as bytes: a check, a form, and compact JSON, deflated where that is shorter.

use std::io::{Read, Write};

use assay_api::Outcome;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};

use super::Key;

const CHECK_BYTES: usize = 16;
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;

/// Most outcomes are shorter, and would not get shorter still.
const WORTH_DEFLATING: usize = 512;

/// No outcome is longer: two streams of 64 MiB as JSON's escapes.
const LONGEST: u64 = 1 << 30;

/// The bytes that [`decode`] takes for `key` only.
pub(super) fn encode(key: &Key, outcome: &Outcome) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(outcome).ok()?;
    let deflated = if json.len() < WORTH_DEFLATING { None } else { deflate(&json) };
    let (form, payload) = match deflated.filter(|deflated| deflated.len() < json.len()) {
        Some(deflated) => (DEFLATED, deflated),
        None => (PLAIN, json),
    };
    let mut bytes = check(key, form, &payload).to_vec();
    bytes.push(form);
    bytes.extend(payload);
    Some(bytes)
}

/// The outcome in `bytes`, or `None` when they are not what was written for `key`.
pub(super) fn decode(key: &Key, bytes: &[u8]) -> Option<Outcome> {
    let (expected, rest) = bytes.split_at_checked(CHECK_BYTES)?;
    let (form, payload) = rest.split_first()?;
    if check(key, *form, payload) != expected {
        return None;
    }
    match *form {
        PLAIN => serde_json::from_slice(payload).ok(),
        DEFLATED => {
            let mut json = Vec::new();
            DeflateDecoder::new(payload).take(LONGEST).read_to_end(&mut json).ok()?;
            serde_json::from_slice(&json).ok()
        }
        _ => None,
    }
}

/// A flipped bit on the disk must not become a verdict.
fn check(key: &Key, form: u8, payload: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new().chain_update(key.bytes()).chain_update([form]).chain_update(payload).finalize();
    std::array::from_fn(|index| digest[index])
}

fn deflate(json: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(json).ok()?;
    encoder.finish().ok()
}
