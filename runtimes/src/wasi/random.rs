//! Randomness that is a function of a seed.

use sha2::{Digest, Sha256};

/// A stream of bytes: SHA-256 over the seed and a block counter.
#[derive(Debug)]
pub(crate) struct Random {
    seed: u64,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Random {
    /// The stream of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Random { seed, counter: 0, block: [0; 32], used: 32 }
    }

    /// Whether anything was taken from the stream.
    pub(crate) fn is_used(&self) -> bool {
        self.counter > 0
    }

    /// The stream's next bytes.
    pub(crate) fn fill(&mut self, out: &mut [u8]) {
        for byte in out {
            if self.used == self.block.len() {
                let mut hash = Sha256::new();
                hash.update(b"assay random");
                hash.update(self.seed.to_le_bytes());
                hash.update(self.counter.to_le_bytes());
                self.block = hash.finalize().into();
                self.counter += 1;
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_stream_however_it_is_cut() {
        let (mut whole, mut parts) = ([0; 100], [0; 100]);
        Random::new(7).fill(&mut whole);
        let mut random = Random::new(7);
        assert!(!random.is_used());
        for part in parts.chunks_mut(7) {
            random.fill(part);
        }
        assert_eq!(whole, parts);
        assert!(random.is_used());
    }

    #[test]
    fn seeds_give_different_streams() {
        let (mut one, mut other) = ([0; 16], [0; 16]);
        Random::new(1).fill(&mut one);
        Random::new(2).fill(&mut other);
        assert_ne!(one, other);
    }
}
