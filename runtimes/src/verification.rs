/// One reset of so many is verified anyway.
const SAMPLED: u64 = 1024;

/// Says which resets are verified: all memory compared with the snapshot, which takes milliseconds.
#[derive(Debug)]
pub(crate) struct Verification {
    every: u64,
    resets: u64,
}

impl Verification {
    /// Of `all` resets, or a sample of them.
    pub(crate) fn new(all: bool) -> Self {
        Verification { every: if all { 1 } else { SAMPLED }, resets: 0 }
    }

    /// Whether the next reset is to be verified.
    pub(crate) fn is_due(&mut self) -> bool {
        self.resets += 1;
        self.resets.is_multiple_of(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_resets_are_verified_or_every_1024th() {
        let due = |all, resets| {
            let mut verification = Verification::new(all);
            (0..resets).filter(|_| verification.is_due()).count()
        };
        assert_eq!((due(true, 3000), due(false, 3000), due(false, 1023)), (3000, 2, 0));
    }
}
