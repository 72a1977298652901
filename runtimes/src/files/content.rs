use std::collections::BTreeMap;
use std::fmt;

use super::Bytes;

const PAGE: usize = 4096;

/// What a file holds: shared bytes below, the program's own pages above, zeros where there is neither.
///
/// Changing a byte of a large shared file copies one page, and a hole costs nothing, so that host memory and time
/// follow what the program wrote, never the sizes it asked for.
#[derive(Clone, Default)]
pub(super) struct Content {
    base: Bytes,
    /// How much of `base` still shows: shrinking a file hides the rest for good.
    base_len: usize,
    /// Page number to page. Bytes behind the file's end are zero.
    pages: BTreeMap<u64, Box<[u8; PAGE]>>,
    len: u64,
    own: bool,
}

impl Content {
    /// An empty file of the program's own.
    pub(super) fn empty() -> Self {
        Content { own: true, ..Content::default() }
    }

    /// Bytes that the host gave.
    pub(super) fn shared(base: Bytes) -> Self {
        Content { base_len: base.len(), len: base.len() as u64, base, ..Content::default() }
    }

    /// The size in bytes, holes included.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// What the file costs the program: nothing until it changes the file, all of its size from then on.
    pub(super) fn charge(&self) -> u64 {
        if self.own { self.len } else { 0 }
    }

    /// Copies what is at `offset` to `buf`; returns how much, less than asked for only at the file's end.
    pub(super) fn read(&self, offset: u64, buf: &mut [u8]) -> usize {
        let left = self.len.saturating_sub(offset);
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buf.len());
        let buf = &mut buf[..wanted];
        if self.pages.is_empty() {
            self.read_base(offset, buf);
            return wanted;
        }
        let mut done = 0;
        while done < wanted {
            let span = Span::at(offset + done as u64, wanted - done);
            let part = &mut buf[done..done + span.len];
            match self.pages.get(&span.page) {
                Some(page) => part.copy_from_slice(&page[span.start..span.start + span.len]),
                None => self.read_base(offset + done as u64, part),
            }
            done += span.len;
        }
        wanted
    }

    /// Puts `bytes` at `offset`, growing the file as needed. The end must not exceed `u64`.
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) {
        let mut done = 0;
        while done < bytes.len() {
            let span = Span::at(offset + done as u64, bytes.len() - done);
            if !self.pages.contains_key(&span.page) {
                let mut page = Box::new([0; PAGE]);
                self.read_base(span.page * PAGE as u64, page.as_mut_slice());
                self.pages.insert(span.page, page);
            }
            if let Some(page) = self.pages.get_mut(&span.page) {
                page[span.start..span.start + span.len].copy_from_slice(&bytes[done..done + span.len]);
            }
            done += span.len;
        }
        self.len = self.len.max(offset + bytes.len() as u64);
        self.own = true;
    }

    /// Cuts the file or fills it up with zeros.
    pub(super) fn set_len(&mut self, len: u64) {
        if len < self.len {
            self.pages.split_off(&len.div_ceil(PAGE as u64));
            if let Some(page) = self.pages.get_mut(&(len / PAGE as u64)) {
                page[(len % PAGE as u64) as usize..].fill(0);
            }
            self.base_len = self.base_len.min(usize::try_from(len).unwrap_or(usize::MAX));
        }
        self.len = len;
        self.own = true;
    }

    fn read_base(&self, offset: u64, buf: &mut [u8]) {
        let base = self.base.as_slice().get(..self.base_len).unwrap_or_default();
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(base.len());
        let have = buf.len().min(base.len() - from);
        let (data, hole) = buf.split_at_mut(have);
        data.copy_from_slice(&base[from..from + have]);
        hole.fill(0);
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes, {} own pages)", self.len, self.pages.len())
    }
}

/// The part of a range that lies within one page.
struct Span {
    page: u64,
    start: usize,
    len: usize,
}

impl Span {
    fn at(offset: u64, wanted: usize) -> Self {
        let start = (offset % PAGE as u64) as usize;
        Span { page: offset / PAGE as u64, start, len: wanted.min(PAGE - start) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(content: &Content) -> Vec<u8> {
        let mut buf = vec![0xff; content.len() as usize];
        assert_eq!(content.read(0, &mut buf), buf.len());
        buf
    }

    #[derive(Debug, Clone)]
    enum Change {
        Write(u64, Vec<u8>),
        SetLen(u64),
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            (0u64..20_000, proptest::collection::vec(any::<u8>(), 0..9000))
                .prop_map(|(at, bytes)| Change::Write(at, bytes)),
            (0u64..25_000).prop_map(Change::SetLen),
        ]
    }

    proptest! {
        #[test]
        fn content_holds_what_a_plain_vector_would(base in proptest::collection::vec(any::<u8>(), 0..13_000),
                                                   changes in proptest::collection::vec(change(), 0..12),
                                                   from in 0u64..25_000, len in 0usize..9000) {
            let mut content = Content::shared(base.clone().into());
            let mut model = base;
            for change in changes {
                match change {
                    Change::Write(at, bytes) => {
                        content.write(at, &bytes);
                        model.resize(model.len().max(at as usize + bytes.len()), 0);
                        model[at as usize..at as usize + bytes.len()].copy_from_slice(&bytes);
                    }
                    Change::SetLen(len) => {
                        content.set_len(len);
                        model.resize(len as usize, 0);
                    }
                }
                prop_assert_eq!(&all(&content), &model);
            }
            let mut part = vec![0xff; len];
            let n = content.read(from, &mut part);
            let start = model.len().min(from as usize);
            prop_assert_eq!(&part[..n], &model[start..model.len().min(start + len)]);
        }
    }

    #[test]
    fn a_hole_costs_no_memory() {
        let mut content = Content::empty();
        content.set_len(u64::MAX);
        content.write(1 << 40, b"x");
        assert_eq!(content.pages.len(), 1);
        assert_eq!(content.len(), u64::MAX);
    }

    #[test]
    fn changing_a_byte_of_a_large_shared_file_copies_one_page() {
        let mut content = Content::shared(vec![7; 1 << 20].into());
        content.write(500_000, b"x");
        assert_eq!(content.pages.len(), 1);
    }

    #[test]
    fn a_shared_file_is_charged_only_once_it_changes() {
        let mut content = Content::shared("abc".into());
        assert_eq!(content.charge(), 0);
        content.write(0, b"x");
        assert_eq!(content.charge(), 3);
    }
}
