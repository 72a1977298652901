//! Files that a package reads at run time and that the interpreter's package has as an archive within the library.

use std::io::{self, Cursor, Read};

use zip::{CompressionMethod, ZipArchive};

use crate::files::{Bytes, ImageBuilder};
use crate::interpreter::OpenKept;
use crate::memory::MappedFile;
use crate::python::LIBRARY;

/// The archive in the library with what matplotlib reads.
const PLOTTING: &str = "matplotlib/mpl-data.zip";

/// Where programs find it. matplotlib looks beside its own file, which lies in an archive; `assay_plotting` moves that.
const PLOTTING_DIRECTORY: &str = "/usr/local/share/matplotlib/mpl-data";

/// The archive with what matplotlib reads, which the library has compressed.
pub(crate) fn plotting(open: OpenKept<'_>) -> io::Result<Vec<u8>> {
    let library = MappedFile::new(open(LIBRARY)?)?;
    let mut library = ZipArchive::new(Cursor::new(library)).map_err(io::Error::other)?;
    let mut archive = Vec::new();
    library.by_name(PLOTTING).map_err(io::Error::other)?.read_to_end(&mut archive)?;
    Ok(archive)
}

/// Places the files in `archive` where programs find them: parts of `archive` where it does not compress them.
pub(crate) fn place(image: &mut ImageBuilder, archive: &Bytes) -> io::Result<()> {
    let mut zip = ZipArchive::new(Cursor::new(archive.as_slice())).map_err(io::Error::other)?;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).map_err(io::Error::other)?;
        if file.is_file() {
            let name = file.name().map_err(io::Error::other)?;
            let path = format!("{PLOTTING_DIRECTORY}/{name}");
            let bytes = content(&mut file, archive)?;
            image.file(&path, bytes).map_err(io::Error::other)?;
        }
    }
    Ok(())
}

fn content<R: Read>(file: &mut zip::read::ZipFile<'_, R>, archive: &Bytes) -> io::Result<Bytes> {
    let stored = (file.compression() == CompressionMethod::Stored).then(|| file.data_start()).flatten();
    if let Some(start) = stored.and_then(|start| usize::try_from(start).ok()) {
        let end = usize::try_from(file.size()).ok().and_then(|size| start.checked_add(size));
        return end.and_then(|end| archive.slice(start..end)).ok_or(io::ErrorKind::UnexpectedEof.into());
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.into())
}
