//! One linear memory: a reservation of address space whose beginning is a private mapping of an image.
#![expect(unsafe_code, reason = "maps, protects and copies the memory of instances")]

use std::io;
use std::ops::Range;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::Arc;

use rustix::mm::{Advice, MapFlags, MprotectFlags, ProtFlags};

use super::dirty::Dirty;
use super::image::{Image, PAGE};
use super::overlay::{Overlay, Piece};

/// How often a reset gives all pages back instead of copying, so that pages which programs no longer write
/// leave the set that is copied every time.
const RESETS_PER_REMAP: u32 = 512;

/// More dirty pages than this are given back rather than copied: 64 MiB.
const COPY_PAGES: usize = (64 << 20) / PAGE;

/// What a reset did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reset {
    /// Written pages were copied back.
    Copied,
    /// All private pages were given back to the system first.
    Remapped,
}

/// Address space for a memory, of which the first `size` bytes are accessible.
///
/// Invariants: `[base, base + reserved)` is mapped by this region alone; `[base, base + size)` is readable and
/// writable, the rest is not accessible; if there is an image, the first `image.len()` bytes are a private
/// mapping of its file and `size >= image.len()`; what is behind is memory of nobody else's, zero at first.
#[derive(Debug)]
pub(crate) struct Region {
    base: NonNull<u8>,
    reserved: usize,
    size: usize,
    image: Option<Arc<Image>>,
    dirty: Dirty,
    resets: u32,
}

// SAFETY: the region owns its mapping; access to the bytes is wasmtime's or needs `&mut self`.
unsafe impl Send for Region {}
// SAFETY: as above; `&self` gives out only addresses and sizes.
unsafe impl Sync for Region {}

impl Region {
    /// Reserves `reserved` bytes of address space, of which the first `size` are accessible and zero.
    pub(super) fn zeroed(reserved: usize, size: usize) -> io::Result<Self> {
        // SAFETY: a new mapping at an address of the kernel's choice.
        let base = unsafe {
            rustix::mm::mmap_anonymous(
                ptr::null_mut(),
                reserved,
                ProtFlags::empty(),
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )?
        };
        let base = NonNull::new(base.cast()).ok_or_else(|| io::Error::other("mmap returned a null mapping"))?;
        let mut region = Region { base, reserved, size: 0, image: None, dirty: Dirty::new(), resets: 0 };
        region.grow_to(size)?;
        Ok(region)
    }

    /// Reserves `reserved` bytes of address space, which begin with a copy-on-write mapping of `image`.
    pub(super) fn from_image(reserved: usize, image: &Arc<Image>) -> io::Result<Self> {
        let mut region = Self::zeroed(reserved, 0)?;
        if image.len() > reserved {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the image is larger than the memory may become"));
        }
        region.map(image)?;
        region.image = Some(Arc::clone(image));
        region.size = image.len();
        Ok(region)
    }

    /// Maps the image's file over the region's beginning, dropping whatever was written there.
    fn map(&mut self, image: &Image) -> io::Result<()> {
        // SAFETY: replaces pages of this region only (`image.len() <= reserved`, checked by the callers).
        unsafe {
            rustix::mm::mmap(
                self.base.as_ptr().cast(),
                image.len(),
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE | MapFlags::FIXED | MapFlags::NORESERVE,
                image.file(),
                0,
            )?;
        }
        Ok(())
    }

    pub(super) fn base(&self) -> *mut u8 {
        self.base.as_ptr()
    }

    /// How many bytes are accessible.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// By how many bytes the memory is longer than its image.
    pub(super) fn grown(&self) -> usize {
        self.size - self.image.as_ref().map_or(0, |image| image.len())
    }

    /// Makes the first `size` bytes accessible; new ones are zero. Never shrinks.
    pub(super) fn grow_to(&mut self, size: usize) -> io::Result<()> {
        if size > self.reserved {
            return Err(io::Error::new(io::ErrorKind::OutOfMemory, "the memory's reservation is used up"));
        }
        if size > self.size {
            // SAFETY: pages of this region, past its accessible part; nobody has a reference into them.
            unsafe {
                rustix::mm::mprotect(
                    self.base.as_ptr().add(self.size).cast(),
                    size - self.size,
                    MprotectFlags::READ | MprotectFlags::WRITE,
                )?;
            }
            self.size = size;
        }
        Ok(())
    }

    /// Makes the memory its image with `overlay` on top. The caller is the thread that ran the guest, and the guest
    /// does not run meanwhile.
    ///
    /// Returns `None` where that is not possible, and a new memory must be made: it has another size, or no image.
    pub(super) fn reset(&mut self, overlay: &Overlay) -> Option<io::Result<Reset>> {
        let image = self.image_of(overlay)?;
        self.resets += 1;
        let dirty = self.dirty.find(self.base.as_ptr() as usize, self.size);
        let mut reset = Reset::Copied;
        if self.resets.is_multiple_of(RESETS_PER_REMAP) || dirty.is_none_or(|pages| pages > COPY_PAGES) {
            self.dirty.forget();
            if let Err(error) = self.drop_private_pages(&image) {
                return Some(Err(error));
            }
            reset = Reset::Remapped;
        }
        for piece in overlay.restore(self.dirty.ranges()) {
            let (at, source, zeroes) = match piece {
                Piece::Image(range) => {
                    let (source, zeroes) = parts(&image, &range);
                    (range.start, source, zeroes)
                }
                Piece::Overlay(at, bytes) => (at, bytes, 0),
            };
            assert!(at + source.len() + zeroes <= self.size, "a page behind the memory's end");
            // SAFETY: `[at, at + source.len() + zeroes)` lies within `[0, size)`, which is writable and mapped by this
            // region alone; the source is elsewhere. The guest is not running, so nothing else accesses the target.
            unsafe {
                let target = self.base.as_ptr().add(at);
                ptr::copy_nonoverlapping(source.as_ptr(), target, source.len());
                // Hardly ever; and where a page was just copied, clearing nothing takes longer than copying.
                if zeroes > 0 {
                    ptr::write_bytes(target.add(source.len()), 0, zeroes);
                }
            }
        }
        Some(Ok(reset))
    }

    /// The image, if the memory has the size that it has with `overlay`.
    fn image_of(&self, overlay: &Overlay) -> Option<Arc<Image>> {
        self.image.clone().filter(|_| self.grown() == overlay.grown())
    }

    /// The pages that differ from the image now, and from zero behind it. The guest is not running. `None` when the
    /// memory has no image.
    pub(super) fn capture(&mut self) -> Option<Overlay> {
        let image = self.image.clone()?;
        let everything = 0..self.size;
        let written = match self.dirty.find(self.base.as_ptr() as usize, self.size) {
            Some(_) => self.dirty.ranges(),
            None => slice::from_ref(&everything),
        };
        let mut overlay = Overlay::of_grown(self.grown());
        for offset in written.iter().flat_map(|range| range.clone().step_by(PAGE)) {
            if !self.is_as_in(&image, &(offset..offset + PAGE)) {
                overlay.push(offset, &self.bytes()[offset..offset + PAGE]);
            }
        }
        Some(overlay)
    }

    /// Whether the bytes of `range` are those of `image`, or zero behind it. The guest is not running.
    fn is_as_in(&self, image: &Image, range: &Range<usize>) -> bool {
        let (source, _) = parts(image, range);
        let (start, rest) = self.bytes()[range.clone()].split_at(source.len());
        start == source && rest.iter().all(|byte| *byte == 0)
    }

    /// The accessible bytes. The guest is not running.
    fn bytes(&self) -> &[u8] {
        // SAFETY: the first `size` bytes are readable, and nothing writes to them while the guest is not running.
        unsafe { slice::from_raw_parts(self.base.as_ptr(), self.size) }
    }

    fn drop_private_pages(&mut self, image: &Image) -> io::Result<()> {
        if cfg!(target_os = "linux") {
            // SAFETY: for a private file mapping, Linux defines that later reads see the file again.
            // For memory of nobody's, behind the image, they see zeroes.
            unsafe { rustix::mm::madvise(self.base.as_ptr().cast(), self.size, Advice::LinuxDontNeed)? };
            return Ok(());
        }
        // SAFETY: behind the image and within `[0, size)`, which is writable; the guest is not running.
        unsafe { ptr::write_bytes(self.base.as_ptr().add(image.len()), 0, self.grown()) };
        self.map(image)
    }

    /// Whether the memory is, byte for byte, its image with `overlay`. The guest is not running.
    pub(super) fn equals(&self, overlay: &Overlay) -> bool {
        let Some(image) = self.image_of(overlay) else { return false };
        let everything = 0..self.size;
        overlay.restore(slice::from_ref(&everything)).all(|piece| match piece {
            Piece::Image(range) => self.is_as_in(&image, &range),
            Piece::Overlay(at, bytes) => &self.bytes()[at..at + bytes.len()] == bytes,
        })
    }
}

/// What `range` is made of: bytes of `image`, then so many zeroes.
fn parts<'a>(image: &'a Image, range: &Range<usize>) -> (&'a [u8], usize) {
    let end = range.end.min(image.len()).max(range.start);
    let source = image.bytes().get(range.start..end).unwrap_or_default();
    (source, range.len() - source.len())
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: this region's own mapping, to which nothing refers any more.
        let _ = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), self.reserved) };
    }
}

#[cfg(test)]
impl Region {
    /// The same memory where the system cannot tell which pages were written.
    pub(super) fn without_tracking(mut self) -> Self {
        self.dirty = Dirty::with(|_, _, _| None);
        self
    }
}
