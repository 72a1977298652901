//! Carries prepared runtimes from one machine to another.

use std::fs::File;
use std::io::{Seek, Write};

use crate::Progress;
use crate::cache::{Archive, Cache, PrepareError};
use crate::parts::Parts;
use crate::prepare::Places;
use crate::runtime::{Runtime, RuntimeError, find, start_engine};

/// What an import gave.
#[derive(Debug)]
pub struct Imported {
    /// The runtime, loaded.
    pub runtime: Runtime,
    /// Whether anything was imported; if not, all was there already.
    pub new: bool,
}

impl Runtime {
    /// Writes the prepared runtime called `name` to `to`, for machines of the same kind with the same build of this program.
    ///
    /// # Errors
    /// [`RuntimeError::NotPrepared`], and those of reading and writing.
    pub fn export(
        name: &str,
        cache: &Cache,
        to: impl Write + Seek,
        progress: &dyn Progress,
    ) -> Result<(), RuntimeError> {
        let interpreter = find(name)?;
        let engine = start_engine()?;
        let prepared = Places::new(interpreter, &engine, cache).get()?;
        let parts = prepared.ok_or(RuntimeError::NotPrepared { name: interpreter.name })?;
        let entries: Vec<_> = parts.all().collect();
        let written = Archive::write(interpreter.name, &entries, to, progress);
        progress.done();
        Ok(written?)
    }

    /// Puts an exported runtime into the cache, as if it had been prepared here.
    ///
    /// What was compiled is native code: an import is as trustworthy as who made the file, whose digests only tell that
    /// it is whole.
    ///
    /// # Errors
    /// When the file is damaged, or was exported for another machine or another build; the cache is as before then.
    pub fn import(cache: &Cache, from: File, progress: &dyn Progress) -> Result<Imported, RuntimeError> {
        let mut archive = Archive::open(from)?;
        let interpreter = find(archive.runtime())?;
        let engine = start_engine()?;
        let places = Places::new(interpreter, &engine, cache);
        let imported = archive.import(&places.entries(), progress);
        progress.done();
        let (prepared, new) = imported.map_err(|error: PrepareError<_>| RuntimeError::from(error))?;
        Ok(Imported { runtime: Self::load(&engine, &Parts::new(interpreter, prepared))?, new })
    }
}
