//! Pages that differ from an image, and pages behind its end: a snapshot on top of a snapshot.

use std::ops::Range;

use super::image::PAGE;

/// The differing pages, by their offset in memory.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    /// Byte offsets of the pages, ascending.
    offsets: Vec<usize>,
    /// The pages' contents, one after the other.
    bytes: Vec<u8>,
    /// By how many bytes the memory is longer than the image; what is there and in no page is zero.
    grown: usize,
}

/// A stretch of memory that comes from one source.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// As in the image, or zero behind its end, at these byte offsets.
    Image(Range<usize>),
    /// These contents, at this byte offset.
    Overlay(usize, &'a [u8]),
}

impl Overlay {
    /// No pages, of a memory that is longer than the image by so many bytes.
    pub(super) fn of_grown(bytes: usize) -> Self {
        Overlay { grown: bytes, ..Overlay::default() }
    }

    /// By how many bytes the memory is longer than the image.
    pub(crate) fn grown(&self) -> usize {
        self.grown
    }

    /// Adds the page at `offset`, which lies behind all pages so far.
    pub(super) fn push(&mut self, offset: usize, page: &[u8]) {
        debug_assert!(page.len() == PAGE && self.offsets.last().is_none_or(|last| *last < offset));
        self.offsets.push(offset);
        self.bytes.extend_from_slice(page);
    }

    /// What the overlay takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// An overlay that takes so many bytes, for tests.
    #[cfg(test)]
    pub(crate) fn of_size(bytes: usize) -> Self {
        Overlay { bytes: vec![0; bytes], ..Overlay::default() }
    }

    fn page(&self, index: usize) -> &[u8] {
        &self.bytes[index * PAGE..(index + 1) * PAGE]
    }

    /// What has to be written so that memory whose pages in `dirty` (ascending) may differ from the image, and from zero
    /// behind it, becomes the image with this overlay.
    pub(super) fn restore<'a>(&'a self, dirty: &'a [Range<usize>]) -> impl Iterator<Item = Piece<'a>> {
        Restore { overlay: self, next: 0, dirty, at: 0 }
    }
}

struct Restore<'a> {
    overlay: &'a Overlay,
    /// The overlay's next page, by index.
    next: usize,
    dirty: &'a [Range<usize>],
    /// Memory before this offset is restored.
    at: usize,
}

impl<'a> Iterator for Restore<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while let Some((first, rest)) = self.dirty.split_first()
            && first.end <= self.at
        {
            self.dirty = rest;
        }
        let page = self.overlay.offsets.get(self.next).copied();
        let range = self.dirty.first().map(|range| range.start.max(self.at)..range.end);
        match (page, range) {
            (Some(page), range) if range.as_ref().is_none_or(|range| page <= range.start) => {
                let contents = self.overlay.page(self.next);
                self.next += 1;
                self.at = page + PAGE;
                Some(Piece::Overlay(page, contents))
            }
            (page, Some(range)) => {
                let end = page.map_or(range.end, |page| range.end.min(page));
                self.at = end;
                Some(Piece::Image(range.start..end))
            }
            (_, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAGES: usize = 24;

    fn overlay(pages: &[bool]) -> Overlay {
        let mut overlay = Overlay::default();
        for (index, _) in pages.iter().enumerate().filter(|(_, present)| **present) {
            overlay.push(index * PAGE, &[100 + index as u8; PAGE]);
        }
        overlay
    }

    proptest! {
        #[test]
        fn restoring_gives_the_image_with_the_overlay_whatever_was_written(
            old in prop::collection::vec(any::<bool>(), PAGES),
            new in prop::collection::vec(any::<bool>(), PAGES),
        ) {
            // Page i of the image is all i; dirty pages hold 255.
            let mut memory: Vec<u8> = (0..PAGES).map(|page| if old[page] { 255 } else { page as u8 }).collect();
            let dirty: Vec<Range<usize>> =
                (0..PAGES).filter(|page| old[*page]).map(|page| page * PAGE..(page + 1) * PAGE).collect();
            let overlay = overlay(&new);
            for piece in overlay.restore(&dirty) {
                match piece {
                    Piece::Image(range) => (range.start / PAGE..range.end / PAGE).for_each(|p| memory[p] = p as u8),
                    Piece::Overlay(offset, bytes) => memory[offset / PAGE] = bytes[0],
                }
            }
            for page in 0..PAGES {
                prop_assert_eq!(memory[page], if new[page] { 100 + page as u8 } else { page as u8 });
            }
        }
    }

    #[test]
    fn long_dirty_ranges_are_cut_at_the_overlays_pages() {
        let mut overlay = Overlay::default();
        overlay.push(2 * PAGE, &[7; PAGE]);
        let dirty = 0..5 * PAGE;
        let pieces: Vec<Piece<'_>> = overlay.restore(std::slice::from_ref(&dirty)).collect();
        assert_eq!(
            pieces,
            [Piece::Image(0..2 * PAGE), Piece::Overlay(2 * PAGE, &[7; PAGE]), Piece::Image(3 * PAGE..5 * PAGE)]
        );
    }
}
