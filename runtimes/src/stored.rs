//! Archives of files that are stored as they are, so that a map of the archive is a map of each file.

use std::fs::File;
use std::io::{self, Cursor, Seek, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::files::{Bytes, ImageBuilder};
use crate::memory::MappedFile;

/// The files in a zip archive, which its members are called by.
pub(crate) struct Stored {
    members: ZipArchive<Cursor<Whole>>,
    bytes: Bytes,
}

/// The whole of a mapped file.
#[derive(Clone)]
struct Whole(Arc<MappedFile>);

impl Stored {
    /// The archive in `file`, which is mapped.
    ///
    /// # Errors
    /// When it cannot be mapped, or is no archive.
    pub(crate) fn open(file: File) -> io::Result<Self> {
        let whole = Whole(Arc::new(MappedFile::new(file)?));
        Ok(Stored { members: ZipArchive::new(Cursor::new(whole.clone()))?, bytes: Bytes::new(whole) })
    }

    /// Hands each file's path and contents to `each`, in the archive's order.
    ///
    /// # Errors
    /// Those of `each`, or when a file is compressed.
    pub(crate) fn each(&mut self, mut each: impl FnMut(&str, Bytes) -> io::Result<()>) -> io::Result<()> {
        for index in 0..self.members.len() {
            let member = self.members.by_index_raw(index)?;
            let name = member.name()?.into_owned();
            let compressed = || io::Error::other(format!("{name} is not stored as it is"));
            let start = member.data_start().ok_or_else(compressed)?;
            let range = usize::try_from(start).and_then(|start| Ok(start..start + usize::try_from(member.size())?));
            let stored = member.compression() == CompressionMethod::Stored;
            let contents = self.bytes.slice(range.map_err(io::Error::other)?).filter(|_| stored);
            let contents = contents.ok_or_else(compressed)?;
            if member.is_file() {
                each(&name, contents)?;
            }
        }
        Ok(())
    }

    /// Puts the files below `directory` of an image.
    ///
    /// # Errors
    /// As [`each`](Self::each), or when the image cannot have a file of such a name.
    pub(crate) fn place(mut self, image: &mut ImageBuilder, directory: &str) -> io::Result<()> {
        self.each(|name, contents| image.file(&format!("{directory}/{name}"), contents).map_err(io::Error::other))
    }
}

impl AsRef<[u8]> for Whole {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

/// Writes such an archive. The same files in the same order give the same bytes.
pub(crate) struct StoredWriter<W: Write + Seek>(ZipWriter<W>);

impl<W: Write + Seek> StoredWriter<W> {
    pub(crate) fn new(to: W) -> Self {
        StoredWriter(ZipWriter::new(to))
    }

    pub(crate) fn file(&mut self, name: &str, contents: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Stored);
        self.0.start_file(name, options)?;
        self.0.write_all(contents)
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        self.0.finish()?.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn archive(files: &[(&str, &str)]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        let mut writer = StoredWriter::new(&mut file);
        files.iter().for_each(|(name, contents)| writer.file(name, contents.as_bytes()).unwrap());
        writer.finish().unwrap();
        file
    }

    #[test]
    fn files_come_back_as_they_were_written_and_in_that_order() {
        let written = [("b/c.txt", "sea"), ("a", ""), ("b/d", "δ")];
        let mut read = Vec::new();
        let mut stored = Stored::open(archive(&written)).unwrap();
        let each = |name: &str, contents: Bytes| {
            read.push((name.to_owned(), String::from_utf8(contents.as_slice().to_vec()).unwrap()));
            Ok(())
        };
        stored.each(each).unwrap();
        assert_eq!(read, written.map(|(name, contents)| (name.to_owned(), contents.to_owned())));
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let bytes = || {
            let mut bytes = Vec::new();
            let mut file = archive(&[("a", "1"), ("b", "2")]);
            file.rewind().unwrap();
            file.read_to_end(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(bytes(), bytes());
    }

    #[test]
    fn a_compressed_file_is_refused_by_name() {
        let mut file = tempfile::tempfile().unwrap();
        let mut writer = ZipWriter::new(&mut file);
        let deflated = SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Deflated);
        writer.start_file("squeezed", deflated).unwrap();
        writer.write_all(&[0; 1000]).unwrap();
        writer.finish().unwrap();
        let error = Stored::open(file).unwrap().each(|_, _| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "squeezed is not stored as it is");
    }
}
