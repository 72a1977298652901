//! A file mapped for reading.
#![expect(unsafe_code, reason = "maps a file")]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::ptr::NonNull;

use rustix::mm::{MapFlags, ProtFlags};

/// A file and a read-only view of its contents, shared with every process that maps it.
///
/// Invariant: nobody writes to the file while it is mapped. Only files of the private cache are mapped, which
/// are never opened for writing after they were made.
#[derive(Debug)]
pub(crate) struct MappedFile {
    file: File,
    view: NonNull<u8>,
    len: usize,
}

// SAFETY: the view is only read, and the mapping lives as long as the value.
unsafe impl Send for MappedFile {}
// SAFETY: as above.
unsafe impl Sync for MappedFile {}

impl MappedFile {
    /// Maps `file`, which must not be empty.
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let len = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        // SAFETY: a new mapping at an address of the kernel's choice; nothing else refers to it.
        let view = unsafe { rustix::mm::mmap(std::ptr::null_mut(), len, ProtFlags::READ, MapFlags::SHARED, &file, 0)? };
        let view = NonNull::new(view.cast()).ok_or_else(|| io::Error::other("mmap returned a null mapping"))?;
        Ok(MappedFile { file, view, len })
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: the view maps `len` readable bytes for as long as `self` lives, and nobody writes to them.
        unsafe { std::slice::from_raw_parts(self.view.as_ptr(), self.len) }
    }
}

impl Drop for MappedFile {
    fn drop(&mut self) {
        // SAFETY: maps exactly this range since `new`, and no reference into it outlives `self`.
        let _ = unsafe { rustix::mm::munmap(self.view.as_ptr().cast(), self.len) };
    }
}
