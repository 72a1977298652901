//! Which pages of a private mapping a program has written.
#![expect(unsafe_code, reason = "an ioctl that no crate wraps, and getrusage")]

use std::fs::File;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::sync::OnceLock;

use super::image::PAGE;

/// The request that finds pages: `_IOWR('f', 16, struct pm_scan_arg)`.
#[cfg(target_os = "linux")]
pub(crate) const PAGEMAP_SCAN: u64 = 0xC060_6610;

/// The written pages of one memory, found by the kernel's `PAGEMAP_SCAN` (Linux 6.7).
///
/// A page becomes private at the first write to it, by a page fault of the writing thread. So the set needs
/// a new scan only when the thread's fault count has changed; it is then a superset of the pages that
/// differ from the image. This holds because one thread runs the guest and resets it, and host functions
/// write to guest memory only on that thread.
#[derive(Debug)]
pub(super) struct Dirty {
    scan: Scan,
    ranges: Vec<Range<usize>>,
    pages: usize,
    /// The thread and its fault count when `ranges` was found.
    seen: Option<(i64, i64)>,
}

/// Appends the written ranges of `[base, base + size)`, relative to `base`; `None` where the system cannot tell.
pub(super) type Scan = fn(base: usize, size: usize, ranges: &mut Vec<Range<usize>>) -> Option<()>;

impl Dirty {
    /// The pages of a new mapping, found by the system.
    pub(super) fn new() -> Self {
        Self::with(scan)
    }

    /// The pages of a new mapping, found by `scan`.
    pub(super) fn with(scan: Scan) -> Self {
        Dirty { scan, ranges: Vec::new(), pages: 0, seen: None }
    }

    /// Finds the pages that were written since the mapping was made, in `[base, base + size)`. Returns how
    /// many there are, `None` where the kernel cannot tell.
    pub(super) fn find(&mut self, base: usize, size: usize) -> Option<usize> {
        let now = thread_faults();
        if self.seen.is_none() || now != self.seen {
            self.ranges.clear();
            (self.scan)(base, size, &mut self.ranges)?;
            self.pages = self.ranges.iter().map(|range| range.len() / PAGE).sum();
            // Counted before the scan: a fault meanwhile (of the list's own growth) only means one more scan.
            self.seen = now;
        }
        Some(self.pages)
    }

    /// The pages found last, as byte ranges from the memory's base.
    pub(super) fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// To be called when the mapping was replaced.
    pub(super) fn forget(&mut self) {
        self.ranges.clear();
        self.seen = None;
    }
}

/// Whether the system can tell which pages were written; without that, every reset gives back all of them.
#[must_use]
pub fn finds_written_pages() -> bool {
    let memory = [0_u8; 2 * PAGE];
    let base = (memory.as_ptr() as usize).next_multiple_of(PAGE);
    scan(base, PAGE, &mut Vec::new()).is_some()
}

#[cfg(target_os = "linux")]
fn thread_faults() -> Option<(i64, i64)> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: getrusage fills the whole struct when it returns 0.
    let usage = unsafe {
        if libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr()) != 0 {
            return None;
        }
        usage.assume_init()
    };
    let thread = i64::from(rustix::thread::gettid().as_raw_nonzero().get());
    Some((thread, usage.ru_minflt + usage.ru_majflt))
}

#[cfg(not(target_os = "linux"))]
fn thread_faults() -> Option<(i64, i64)> {
    None
}

/// `struct pm_scan_arg` of `linux/fs.h`.
#[cfg(target_os = "linux")]
#[repr(C)]
struct ScanArguments {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// `struct page_region` of `linux/fs.h`.
#[cfg(target_os = "linux")]
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct PageRegion {
    start: u64,
    end: u64,
    categories: u64,
}

/// Appends the ranges of private pages: present, and neither of the file nor the shared zero page. A page
/// that was swapped out counts as written.
#[cfg(target_os = "linux")]
fn scan(base: usize, size: usize, ranges: &mut Vec<Range<usize>>) -> Option<()> {
    const PAGE_IS_FILE: u64 = 1 << 2;
    const PAGE_IS_PRESENT: u64 = 1 << 3;
    const PAGE_IS_SWAPPED: u64 = 1 << 4;
    const PAGE_IS_ZERO: u64 = 1 << 5;
    const REGIONS: usize = 128;
    let pagemap = pagemap()?;
    let mut start = base as u64;
    let end = (base + size) as u64;
    while start < end {
        let mut found = [PageRegion::default(); REGIONS];
        let mut arguments = ScanArguments {
            size: size_of::<ScanArguments>() as u64,
            flags: 0,
            start,
            end,
            walk_end: 0,
            vec: found.as_mut_ptr() as u64,
            vec_len: REGIONS as u64,
            max_pages: 0,
            category_inverted: PAGE_IS_FILE | PAGE_IS_ZERO,
            category_mask: PAGE_IS_FILE | PAGE_IS_ZERO,
            category_anyof_mask: PAGE_IS_PRESENT | PAGE_IS_SWAPPED,
            return_mask: 0,
        };
        // SAFETY: the arguments and the vector they point to are live and of the stated sizes; the kernel
        // writes only to them.
        let count = unsafe { libc::ioctl(pagemap.as_raw_fd(), PAGEMAP_SCAN as _, &raw mut arguments) };
        let count = usize::try_from(count).ok()?;
        for region in &found[..count.min(REGIONS)] {
            ranges.push(region.start as usize - base..region.end as usize - base);
        }
        if arguments.walk_end <= start {
            return None;
        }
        start = arguments.walk_end;
    }
    Some(())
}

#[cfg(not(target_os = "linux"))]
fn scan(_base: usize, _size: usize, _ranges: &mut Vec<Range<usize>>) -> Option<()> {
    None
}

/// Opens what finding pages needs, for a process that is about to give up opening files.
pub(crate) fn open_pagemap() {
    #[cfg(target_os = "linux")]
    pagemap();
}

#[cfg(target_os = "linux")]
fn pagemap() -> Option<&'static File> {
    static PAGEMAP: OnceLock<Option<File>> = OnceLock::new();
    PAGEMAP.get_or_init(|| File::open("/proc/self/pagemap").ok()).as_ref()
}
