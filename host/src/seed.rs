//! Seeds of requests and programs, derived from the run's.

use sha2::{Digest, Sha256};

use crate::store::SampleKey;

/// What a seed is for; different uses of one sample get different seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Sampling the completion of this turn, from 0: each turn draws anew.
    Request(u32),
    /// Everything random that its programs see.
    Program,
}

/// The seed for one sample of a run: the first 64 bits of SHA-256 over the run's seed, the use, and the sample.
#[must_use]
pub fn derive(run: u64, purpose: Use, key: &SampleKey) -> u64 {
    let purpose = match purpose {
        Use::Request(0) => "request".to_owned(),
        Use::Request(turn) => format!("request {turn}"),
        Use::Program => "program".to_owned(),
    };
    let mut hash = Sha256::new();
    hash.update(run.to_le_bytes());
    for part in [purpose.as_bytes(), key.suite.as_bytes(), key.task_id.as_bytes()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(key.sample_index.to_le_bytes());
    hash.finalize().iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(task_id: &str, sample_index: u32) -> SampleKey {
        SampleKey { suite: "s".to_owned(), task_id: task_id.to_owned(), sample_index }
    }

    #[test]
    fn every_part_of_a_sample_changes_its_seed() {
        let seed = derive(1, Use::Program, &key("a", 0));
        assert_eq!(seed, derive(1, Use::Program, &key("a", 0)));
        assert_ne!(derive(1, Use::Request(0), &key("a", 0)), derive(1, Use::Request(1), &key("a", 0)));
        for other in [
            derive(2, Use::Program, &key("a", 0)),
            derive(1, Use::Request(0), &key("a", 0)),
            derive(1, Use::Request(1), &key("a", 0)),
            derive(1, Use::Program, &key("b", 0)),
            derive(1, Use::Program, &key("a", 1)),
        ] {
            assert_ne!(seed, other);
        }
    }
}
