//! Text as LiveCodeBench packs it: `base64(zlib(pickle(text)))`.
//!
//! Unpickling can execute code. What is read here is one string and nothing else: the opcodes are those that Python
//! writes around a string in any protocol, and every other one is refused.

use std::io::Read as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use flate2::read::ZlibDecoder;

/// The longest text that is unpacked, in bytes: what is packed may be a bomb.
const MAX_BYTES: u64 = 1 << 30;

/// The deflated pickle in `packed`, which is longer by a third.
pub(super) fn deflated(packed: &str) -> Result<Vec<u8>, String> {
    BASE64_STANDARD.decode(packed.trim()).map_err(|error| format!("not base64: {error}"))
}

/// The text in what [`deflated`] gives.
pub(super) fn unpack(deflated: &[u8]) -> Result<String, String> {
    let mut pickle = Vec::new();
    let inflated = ZlibDecoder::new(deflated).take(MAX_BYTES + 1).read_to_end(&mut pickle);
    inflated.map_err(|error| format!("not deflated by zlib: {error}"))?;
    if pickle.len() as u64 > MAX_BYTES {
        return Err(format!("more than {MAX_BYTES} bytes when unpacked"));
    }
    let text = string(&pickle).ok_or("not one string, pickled")?;
    String::from_utf8(text.to_vec()).map_err(|_| "not UTF-8".to_owned())
}

/// The bytes of the one string that `pickle` makes.
///
/// The opcodes are those of Python's `pickletools`.
fn string(pickle: &[u8]) -> Option<&[u8]> {
    let mut rest = pickle;
    let mut found = None;
    loop {
        match take(&mut rest, 1)? {
            // PROTO, FRAME: how what follows is written; the opcodes say it too.
            b"\x80" => drop(take(&mut rest, 1)?),
            b"\x95" => drop(take(&mut rest, 8)?),
            // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8: a string after its length.
            code @ (b"\x8c" | b"X" | b"\x8d") if found.is_none() => {
                let width = match code {
                    b"\x8c" => 1,
                    b"X" => 4,
                    _ => 8,
                };
                let length =
                    take(&mut rest, width)?.iter().rev().fold(0, |length: u64, byte| length << 8 | u64::from(*byte));
                found = Some(take(&mut rest, usize::try_from(length).ok()?)?);
            }
            // MEMOIZE, BINPUT, LONG_BINPUT: remember it; nothing asks for it again.
            b"\x94" if found.is_some() => {}
            b"q" if found.is_some() => drop(take(&mut rest, 1)?),
            b"r" if found.is_some() => drop(take(&mut rest, 4)?),
            // STOP
            b"." if rest.is_empty() => return found,
            _ => return None,
        }
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;

    use super::*;

    fn text_of(packed: &str) -> Result<String, String> {
        unpack(&deflated(packed)?)
    }

    /// What `pickle.dumps(text)` writes in protocol 4.
    fn pickled(text: &str) -> Vec<u8> {
        let (bytes, mut pickle) = (text.as_bytes(), vec![0x80, 4]);
        let string = match bytes.len() {
            0..=255 => [[0x8c, bytes.len() as u8].as_slice(), bytes].concat(),
            length => [b"X".as_slice(), &(length as u32).to_le_bytes(), bytes].concat(),
        };
        if bytes.len() < 65_000 {
            pickle.push(0x95);
            pickle.extend((string.len() as u64 + 2).to_le_bytes());
        }
        pickle.extend(string);
        pickle.extend(b"\x94.");
        pickle
    }

    fn packed(pickle: &[u8]) -> String {
        let mut writer = ZlibEncoder::new(Vec::new(), Compression::fast());
        writer.write_all(pickle).unwrap();
        BASE64_STANDARD.encode(writer.finish().unwrap())
    }

    /// `base64.b64encode(zlib.compress(pickle.dumps('["é"]', protocol)))` of CPython 3.11.
    #[test]
    fn every_protocol_that_has_lengths_is_read() {
        for text in PYTHONS {
            assert_eq!(text_of(text).as_deref(), Ok("[\"é\"]"), "{text}");
        }
    }

    const PYTHONS: [&str; 4] = [
        "eJxrYIpgY2BgiFY6vFIptpBBDwAeeQPo",
        "eJxrYI5gY2BgiFY6vFIptpBBDwAeiAPp",
        "eJxrYJnKxQABPWzRSodXKsVO0QMAKvAE4A==",
        "eJxrYJ3KxQABPWzRSodXKsVO0QMAKwQE4Q==",
    ];

    #[test]
    fn whatever_else_is_pickled_is_refused() {
        for pickle in [
            b"\x80\x04N.".as_slice(),
            b"\x80\x04\x8c\x01a\x8c\x01b.",
            b"\x80\x04\x8c\x01a",
            b"\x80\x04\x8c\x05a.",
            b"\x80\x04\x8c\x01a..",
            b"cos\nsystem\n(S'id'\ntR.",
            b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
            b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.",
        ] {
            assert_eq!(text_of(&packed(pickle)), Err("not one string, pickled".into()), "{pickle:?}");
        }
        assert!(text_of("eJw=").unwrap_err().starts_with("not deflated"));
        assert!(text_of("?").unwrap_err().starts_with("not base64"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_packed_is_unpacked(text in any::<String>(), times in prop::sample::select(vec![1_usize, 30, 4000])) {
            let text = text.repeat(times);
            prop_assert_eq!(text_of(&packed(&pickled(&text))), Ok(text));
        }

        #[test]
        fn no_pickle_makes_the_reader_panic(pickle in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = string(&pickle);
        }
    }
}
