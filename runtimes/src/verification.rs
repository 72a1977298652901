/// The reset that is verified in any case, where there are so many.
const FIRST: u64 = 1024;
/// One reset of so many is verified too: where programs are small, comparing all memory more often takes a tenth of the time.
const SAMPLED: u64 = 8192;

/// Says which resets are verified: all memory compared with the snapshot, which takes milliseconds.
#[derive(Debug)]
pub(crate) struct Verification {
    all: bool,
    resets: u64,
}

impl Verification {
    /// Of `all` resets, or a sample of them.
    pub(crate) fn new(all: bool) -> Self {
        Verification { all, resets: 0 }
    }

    /// Whether the next reset is to be verified.
    pub(crate) fn is_due(&mut self) -> bool {
        self.resets += 1;
        self.all || self.resets == FIRST || self.resets.is_multiple_of(SAMPLED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_resets_are_verified_or_the_1024th_and_every_8192nd() {
        let due = |all, resets| {
            let mut verification = Verification::new(all);
            (1..=resets).filter(|_| verification.is_due()).collect::<Vec<u64>>()
        };
        assert_eq!((due(true, 3), due(false, 17_000)), (vec![1, 2, 3], vec![1024, 8192, 16_384]));
    }
}
