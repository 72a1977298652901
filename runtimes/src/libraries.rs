//! Packages that programs find beside what an interpreter's own package has: fetched apart, and translated once, by the
//! interpreter itself, into what it reads fastest. A program that imports none of them pays nothing for them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;

use wasmtime::InstancePre;

use crate::fetch::Fetcher;
use crate::guest::Guest;
use crate::interpreter::{Interpreter, OpenKept};
use crate::runtime::WorkError;
use crate::snapshot::{self, Start};
use crate::source::Source;
use crate::stored::{Stored, StoredWriter};
use crate::{Progress, Stage, files};

/// An interpreter's packages.
#[derive(Debug)]
pub struct Libraries {
    /// What their sources come in.
    pub source: Source,
    /// The archive of stored files that the source has and, translated, the cache: the interpreter's
    /// [`files`](Interpreter::files) place either.
    pub archive: &'static str,
    /// Run in the started interpreter, which finds the sources where programs will find the packages. It tells the host each
    /// file that takes a source's place: `k`, the path in the archive, a zero byte, and the contents.
    pub translation: &'static str,
    /// The (ending of a source's path, ending of the path of what takes its place).
    pub endings: (&'static str, &'static str),
}

/// The packages' sources, while they are translated.
const SOURCES: &str = "sources.zip";

impl Libraries {
    /// What decides the translated packages besides the interpreter's package.
    pub(crate) fn digest(&self) -> String {
        crate::digest::sha256(format!("{}\0{}", self.source.sha256(), self.translation).as_bytes())
    }

    /// Fetches and translates them: leaves the archive in the folder `staging`.
    ///
    /// # Errors
    /// Those of fetching, of the interpreter, and of the file system.
    pub(crate) fn prepare(
        &self,
        (interpreter, module, start): (&'static Interpreter, &InstancePre<Guest>, &Start),
        open: OpenKept<'_>,
        (fetcher, staging, progress): (&Fetcher, &Path, &dyn Progress),
    ) -> Result<(), WorkError> {
        let failed = |source| WorkError::Io { file: self.archive, source };
        let download = staging.join("download");
        fs::create_dir(&download).map_err(failed)?;
        self.source.get(fetcher, &download, progress)?.unpack(staging, &[(self.archive, SOURCES)], progress)?;
        fs::remove_dir_all(&download).map_err(failed)?;

        progress.stage(Stage::new("translate", format!("compiling packages for {}", interpreter.name)));
        let sources = staging.join(SOURCES);
        let open = |name: &str| if name == self.archive { File::open(&sources) } else { open(name) };
        let files: Arc<files::Image> = (interpreter.files)(&open).map_err(failed)?;
        let translated = snapshot::translate(interpreter, self.translation, module, start, &files)?;
        let archive = File::create_new(staging.join(self.archive)).map_err(failed)?;
        self.replace(File::open(&sources).map_err(failed)?, translated, archive).map_err(failed)?;
        fs::remove_file(&sources).map_err(failed)
    }

    /// Writes an archive of the files in `sources`, with what `translated` has in the place of its sources.
    fn replace(&self, sources: File, mut translated: BTreeMap<String, Vec<u8>>, to: File) -> io::Result<()> {
        let mut archive = StoredWriter::new(BufWriter::new(to));
        Stored::open(sources)?.each(|name, contents| {
            let (source, result) = self.endings;
            let path = name.strip_suffix(source).map(|stem| format!("{stem}{result}"));
            match path.and_then(|path| translated.remove_entry(&path)) {
                Some((path, contents)) => archive.file(&path, &contents),
                None => archive.file(name, contents.as_slice()),
            }
        })?;
        match translated.keys().next() {
            Some(path) => Err(io::Error::other(format!("{path}: a translation of no source"))),
            None => archive.finish(),
        }
    }
}
