use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Immutable bytes that many owners share: a memory-mapped file, a `Vec`, or a part of either.
#[derive(Clone)]
pub struct Bytes {
    owner: Arc<dyn AsRef<[u8]> + Send + Sync>,
    range: Range<usize>,
}

impl Bytes {
    /// All bytes of `owner`, which must answer with the same bytes every time.
    pub fn new(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        let range = 0..owner.as_ref().len();
        Bytes { owner: Arc::new(owner), range }
    }

    /// The part at `range`, without copying; `None` when it does not lie within these bytes.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Option<Bytes> {
        if range.start > range.end || range.end > self.range.len() {
            return None;
        }
        let range = self.range.start + range.start..self.range.start + range.end;
        Some(Bytes { owner: self.owner.clone(), range })
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        (*self.owner).as_ref().get(self.range.clone()).unwrap_or_default()
    }

    /// How many bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }
}

impl Default for Bytes {
    fn default() -> Self {
        Bytes::new([0; 0])
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::new(bytes)
    }
}

impl From<String> for Bytes {
    fn from(text: String) -> Self {
        Bytes::new(text)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Bytes::new(bytes.to_vec())
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_of_a_slice_shares_the_owner() {
        let all = Bytes::from("0123456789");
        let part = all.slice(2..8).unwrap().slice(1..3).unwrap();
        assert_eq!(part.as_slice(), b"34");
        assert!(std::ptr::eq(part.as_slice().as_ptr(), all.as_slice()[3..].as_ptr()));
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn a_range_outside_of_the_bytes_is_refused() {
        let all = Bytes::from("0123456789");
        assert!(all.slice(5..11).is_none());
        assert!(all.slice(6..5).is_none());
        assert!(all.slice(usize::MAX..usize::MAX).is_none());
        assert!(all.slice(10..10).unwrap().is_empty());
    }
}
