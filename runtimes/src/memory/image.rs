//! An immutable memory image, mapped by every instance that starts from it.

use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;

use super::mapped::MappedFile;

/// The page size that images and dirty pages are counted in, in bytes.
pub(crate) const PAGE: usize = 4096;

/// The contents of a linear memory, in a file.
#[derive(Debug)]
pub(crate) struct Image(MappedFile);

impl Image {
    /// The image in `file`, whose length is the memory's size in bytes.
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let image = Image(MappedFile::new(file)?);
        if image.len().is_multiple_of(PAGE) {
            return Ok(image);
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "a memory image's length is not a multiple of the page size"))
    }

    /// The memory's size, in bytes; a multiple of [`PAGE`].
    pub(crate) fn len(&self) -> usize {
        self.bytes().len()
    }

    /// The contents.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.0.file()
    }
}
