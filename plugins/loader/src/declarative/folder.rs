use std::borrow::Cow;
use std::io;

use assay_api::DataFile;

/// The files of a suite, whether they are embedded in the binary or lie in a directory.
pub trait Folder {
    /// The content of the file at `path`: relative, `/` between names, no `..`.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is no such file; any other kind when it can't be read.
    fn read(&self, path: &str) -> io::Result<Cow<'_, [u8]>>;
}

/// A table of paths and contents, as a build script embeds them.
impl Folder for &[(&str, &[u8])] {
    fn read(&self, path: &str) -> io::Result<Cow<'_, [u8]>> {
        match self.iter().find(|(name, _)| *name == path) {
            Some((_, content)) => Ok(Cow::Borrowed(content)),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// Gives the data that a suite names but does not contain.
pub trait DataSource {
    /// The content of `file` as its authors publish it, compressed or not. The loader decompresses it and
    /// checks its digest: a source need not be trusted.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when the data has not been fetched; any other kind when it can't be read.
    fn read(&self, file: &DataFile) -> io::Result<Vec<u8>>;
}
