use assay_api::Limits;

use super::Errno;

/// How deep directories may be nested below the root.
pub(super) const MAX_DEPTH: usize = 256;

/// What a program's files cost, against what they may cost.
#[derive(Debug, Clone)]
pub(super) struct Quota {
    bytes: u64,
    max_bytes: u64,
    names: u32,
    max_names: u32,
    hit: bool,
}

impl Quota {
    /// Nothing used yet.
    pub(super) fn new(limits: &Limits) -> Self {
        Quota { bytes: 0, max_bytes: limits.file_bytes, names: 0, max_names: limits.file_count, hit: false }
    }

    /// Whether a call was ever refused for want of quota.
    pub(super) fn hit(&self) -> bool {
        self.hit
    }

    #[cfg(test)]
    pub(super) fn used(&self) -> (u64, u32) {
        (self.bytes, self.names)
    }

    /// A file that was charged `old` bytes is now charged `new`.
    pub(super) fn recharge(&mut self, old: u64, new: u64) -> Result<(), Errno> {
        let bytes = self.bytes.saturating_sub(old).saturating_add(new);
        if new > old && bytes > self.max_bytes {
            self.hit = true;
            return Err(Errno::NoSpc);
        }
        self.bytes = bytes;
        Ok(())
    }

    /// A file, directory, symbolic link or further hard link comes into being and is charged `bytes`.
    pub(super) fn create(&mut self, bytes: u64) -> Result<(), Errno> {
        if self.names >= self.max_names {
            self.hit = true;
            return Err(Errno::DQuot);
        }
        self.recharge(0, bytes)?;
        self.names += 1;
        Ok(())
    }

    /// One of them is gone, and what it was charged with it.
    pub(super) fn remove(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.names = self.names.saturating_sub(1);
    }

    /// What a file that the program did not create was charged is free again.
    pub(super) fn refund(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// A directory would come to lie `depth` levels below the root.
    pub(super) fn check_depth(&mut self, depth: usize) -> Result<(), Errno> {
        if depth > MAX_DEPTH {
            self.hit = true;
            return Err(Errno::DQuot);
        }
        Ok(())
    }
}
