//! Messages on a byte stream: each is its length in four bytes, little-endian, and as many bytes of MessagePack.

use std::io::{self, Read};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// No message is longer, in bytes.
const MAX_BYTES: usize = 1 << 30;

/// How much is read at once, in bytes.
const CHUNK_BYTES: usize = 64 << 10;

/// More than this is not kept for the next message, in bytes.
const KEPT_BYTES: usize = 1 << 20;

/// How deep a message may nest; outcomes need eight levels.
const MAX_DEPTH: usize = 64;

const HEAD_BYTES: usize = 4;

/// Why a message cannot be had or sent.
#[derive(Debug, Error)]
pub(super) enum FrameError {
    #[error("a message of {bytes} bytes, which is more than the {limit} there may be")]
    TooLong { bytes: usize, limit: usize },
    #[error("a malformed message: {0}")]
    Malformed(String),
}

/// Appends `message` to `out`; on failure nothing.
pub(super) fn encode(message: &impl Serialize, out: &mut Vec<u8>) -> Result<(), FrameError> {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD_BYTES]);
    let written =
        rmp_serde::encode::write_named(out, message).map_err(|error| FrameError::Malformed(error.to_string()));
    let bytes = out.len() - start - HEAD_BYTES;
    let head = u32::try_from(bytes).ok().filter(|_| bytes <= MAX_BYTES);
    match (written, head) {
        (Ok(()), Some(head)) => {
            out[start..start + HEAD_BYTES].copy_from_slice(&head.to_le_bytes());
            Ok(())
        }
        (written, _) => {
            out.truncate(start);
            written.and(Err(FrameError::TooLong { bytes, limit: MAX_BYTES }))
        }
    }
}

/// Takes messages from what a stream gives. Holds no more memory than has arrived, whatever a message's head claims.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// Room for what arrives; it has arrived from `start` to `end`.
    buffer: Vec<u8>,
    /// Where the next message starts.
    start: usize,
    end: usize,
}

impl Decoder {
    /// Reads once from `stream`; 0 at its end.
    pub(super) fn read(&mut self, stream: &mut impl Read) -> io::Result<usize> {
        self.make_room();
        let read = stream.read(&mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read)
    }

    fn make_room(&mut self) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= std::mem::take(&mut self.start);
        if self.end == 0 && self.buffer.len() > KEPT_BYTES {
            self.buffer.truncate(CHUNK_BYTES);
            self.buffer.shrink_to_fit();
        }
        if self.buffer.len() - self.end < CHUNK_BYTES / 2 {
            self.buffer.resize(self.end + CHUNK_BYTES, 0);
        }
    }

    /// Whether nothing has arrived that was not taken.
    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether all of the next message has arrived.
    pub(super) fn has_message(&self) -> bool {
        let arrived = &self.buffer[self.start..self.end];
        arrived.split_first_chunk().is_some_and(|(head, body)| u32::from_le_bytes(*head) as usize <= body.len())
    }

    /// The next message, if all of it has arrived. It may have `limit` bytes.
    pub(super) fn next<T: DeserializeOwned>(&mut self, limit: usize) -> Result<Option<T>, FrameError> {
        let arrived = &self.buffer[self.start..self.end];
        let Some((head, body)) = arrived.split_first_chunk::<HEAD_BYTES>() else { return Ok(None) };
        let bytes = u32::from_le_bytes(*head) as usize;
        let limit = limit.min(MAX_BYTES);
        if bytes > limit {
            return Err(FrameError::TooLong { bytes, limit });
        }
        let Some(body) = body.get(..bytes) else { return Ok(None) };
        let message = parse(body)?;
        self.start += HEAD_BYTES + bytes;
        Ok(Some(message))
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, FrameError> {
    let mut rest = body;
    let mut deserializer = rmp_serde::Deserializer::new(&mut rest);
    deserializer.set_max_depth(MAX_DEPTH);
    let message = T::deserialize(&mut deserializer).map_err(|error| FrameError::Malformed(error.to_string()))?;
    if rest.is_empty() { Ok(message) } else { Err(FrameError::Malformed("something after its end".to_owned())) }
}

#[cfg(test)]
mod tests {
    use assay_api::{Captured, Exception, LineCoverage, Outcome, Record, Status, TestResult};
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1 << 20;

    /// Feeds `bytes` in pieces as `cuts` says, and takes all messages.
    fn decode<T: DeserializeOwned>(bytes: &[u8], cuts: &[usize]) -> Result<Vec<T>, FrameError> {
        let (mut decoder, mut messages, mut rest) = (Decoder::default(), Vec::new(), bytes);
        let mut cuts = cuts.iter().cycle();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(cuts.next().map_or(rest.len(), |cut| cut % rest.len() + 1));
            rest = after;
            let mut piece = piece;
            while decoder.read(&mut piece).unwrap() > 0 {}
            while let Some(message) = decoder.next(LIMIT)? {
                messages.push(message);
            }
        }
        Ok(messages)
    }

    fn exception() -> impl Strategy<Value = Exception> {
        (any::<String>(), any::<String>(), option::of(any::<String>()), any::<Option<u32>>())
            .prop_map(|(type_name, message, file, line)| Exception { type_name, message, file, line })
    }

    fn status() -> impl Strategy<Value = Status> {
        prop_oneof![
            any::<i32>().prop_map(|exit_code| Status::Completed { exit_code }),
            exception().prop_map(|exception| Status::Exception { exception }),
            Just(Status::OutOfFuel),
            any::<String>().prop_map(|message| Status::Trap { message }),
            any::<String>().prop_map(|what| Status::Unsupported { what }),
            any::<String>().prop_map(|why| Status::Infra { why }),
        ]
    }

    fn captured() -> impl Strategy<Value = Captured> {
        let bytes = prop_oneof![any::<String>().prop_map(String::into_bytes), vec(any::<u8>(), 0..200)];
        (bytes, any::<bool>()).prop_map(|(bytes, truncated)| Captured { bytes, truncated })
    }

    fn record() -> impl Strategy<Value = Record> {
        let test = (any::<String>(), any::<bool>(), any::<bool>(), option::of(exception()))
            .prop_map(|(name, passed, skipped, exception)| TestResult { name, passed, skipped, exception });
        vec(test, 0..4).prop_map(|tests| Record { tests })
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        let coverage = option::of(any::<[Vec<u32>; 2]>());
        let coverage =
            coverage.prop_map(|lines| lines.map(|[statements, missing]| LineCoverage { statements, missing }));
        let parts = (
            status(),
            any::<u64>(),
            any::<u64>(),
            captured(),
            captured(),
            option::of(record()),
            coverage,
            any::<bool>(),
        );
        parts.prop_map(|(status, fuel, peak_memory_bytes, stdout, stderr, record, coverage, seed_used)| Outcome {
            status,
            fuel,
            peak_memory_bytes,
            stdout,
            stderr,
            record,
            coverage,
            candidate: seed_used.then(|| Box::new(Outcome::infra("a candidate's"))),
            seed_used,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn outcomes_arrive_as_they_were_sent_wherever_the_stream_is_cut(
            outcomes in vec(outcome(), 0..4),
            cuts in vec(1..4096usize, 1..8),
        ) {
            let mut bytes = Vec::new();
            for outcome in &outcomes {
                encode(outcome, &mut bytes).unwrap();
            }
            let arrived: Vec<Outcome> = decode(&bytes, &cuts).unwrap();
            prop_assert_eq!(
                arrived.iter().map(Outcome::digest).collect::<Vec<_>>(),
                outcomes.iter().map(Outcome::digest).collect::<Vec<_>>()
            );
            prop_assert_eq!(arrived, outcomes);
        }

        #[test]
        fn garbage_never_panics_and_is_never_held_beyond_its_length(
            bytes in vec(any::<u8>(), 0..2000),
            cuts in vec(1..500usize, 1..8),
        ) {
            let _ = decode::<Outcome>(&bytes, &cuts);
            let mut decoder = Decoder::default();
            let mut rest = bytes.as_slice();
            while decoder.read(&mut rest).unwrap() > 0 {
                let _ = decoder.next::<Outcome>(LIMIT);
            }
            prop_assert!(decoder.buffer.capacity() <= KEPT_BYTES.max(2 * (bytes.len() + CHUNK_BYTES)));
        }

        #[test]
        fn a_damaged_message_is_an_error_or_another_message_but_never_a_panic(
            outcome in outcome(),
            at in any::<prop::sample::Index>(),
            flip in 1..=255u8,
        ) {
            let mut bytes = Vec::new();
            encode(&outcome, &mut bytes).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            let _ = decode::<Outcome>(&bytes, &[7]);
        }
    }

    #[test]
    fn a_message_longer_than_allowed_is_refused_by_its_head() {
        let mut decoder = Decoder::default();
        decoder.read(&mut &u32::MAX.to_le_bytes()[..]).unwrap();
        assert!(matches!(decoder.next::<Outcome>(LIMIT), Err(FrameError::TooLong { limit: LIMIT, .. })));
        assert!(decoder.buffer.capacity() <= 2 * CHUNK_BYTES);
    }

    #[test]
    fn something_after_a_messages_end_is_an_error() {
        let mut bytes = Vec::new();
        encode(&7u8, &mut bytes).unwrap();
        bytes.push(0);
        bytes[0] += 1;
        assert!(matches!(decode::<u8>(&bytes, &[1]), Err(FrameError::Malformed(_))));
    }

    #[test]
    fn a_deeply_nested_message_is_an_error() {
        let mut bytes = vec![0x91; 100_000]; // arrays of one element
        bytes.push(0);
        let mut framed = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
        framed.append(&mut bytes);
        assert!(matches!(decode::<serde_json::Value>(&framed, &[4096]), Err(FrameError::Malformed(_))));
    }

    #[test]
    fn an_array_that_claims_more_elements_than_there_are_is_an_error() {
        let mut bytes = vec![5, 0, 0, 0, 0xdd];
        bytes.extend(u32::MAX.to_be_bytes());
        assert!(matches!(decode::<Vec<u64>>(&bytes, &[9]), Err(FrameError::Malformed(_))));
    }
}
