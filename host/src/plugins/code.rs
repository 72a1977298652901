//! Where code of plugins is kept: in the same private cache as prepared runtimes, in a part of its own.

use std::io;
use std::path::{Path, PathBuf};

use assay_component::{Budget, CodeKey, CodeStore, SuiteComponent};
use assay_loader::native::{NativeFile, NativeLibrary};
use assay_loader::plugin::{Plugin, PluginError};
use assay_runtimes::cache::{Cache, Key, PrepareError};
use assay_runtimes::{Progress, Silent, Stage};

use super::Trusted;
use crate::progress::PrepareProgress;

/// The part of the cache.
const PART: &str = "plugins";

/// Loads the component in `file`.
pub(super) fn component(file: &Path, cache: &Cache) -> Result<Plugin, PluginError> {
    let code = Code { cache, what: file.display().to_string() };
    SuiteComponent::read(file)?.load(&code, Budget::default())
}

/// Loads the native library that the user trusts.
#[expect(unsafe_code, reason = "native code is loaded")]
pub(super) fn native(trusted: &Trusted, cache: &Cache) -> Result<Plugin, PluginError> {
    let file: &NativeFile = trusted.file();
    let refused = |message: String| PluginError::Refused { file: file.path().to_path_buf(), message };
    let key = Key::new("native").with("sha256", file.sha256());
    let copy = kept(cache, key, "library", &Silent, |path| file.copy_to(path)).map_err(refused)?;
    // SAFETY: the user has trusted code of this digest, and the cache that it is what was read, where nobody else can write.
    let library = unsafe { NativeLibrary::load(&copy) }.map_err(refused)?;
    Ok(Plugin::new(file.path(), file.sha256().to_owned(), Box::new(library)))
}

struct Code<'a> {
    cache: &'a Cache,
    what: String,
}

impl CodeStore for Code<'_> {
    fn file(&self, key: &CodeKey, compile: &mut dyn FnMut() -> Result<Vec<u8>, String>) -> Result<PathBuf, String> {
        let key = Key::new("component").with("sha256", &*key.component).with("engine", &*key.engine);
        let progress = PrepareProgress::new();
        kept(self.cache, key, "component.cwasm", &progress, |path| {
            progress.stage(Stage::new("compile", format!("compiling {}; this happens once", self.what)));
            std::fs::write(path, compile().map_err(io::Error::other)?)
        })
    }
}

/// The file `name` of the entry for `key`, which `make` writes if it is not there.
fn kept(
    cache: &Cache,
    key: Key,
    name: &str,
    progress: &dyn Progress,
    make: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<PathBuf, String> {
    /// What a compiled component takes at most, about, in bytes.
    const NEEDS: u64 = 256 << 20;
    let cache = cache.part(PART).map_err(|error| error.to_string())?;
    let entry = cache.entry(key);
    let there = entry.get().map_err(|error| error.to_string())?;
    let prepared = match there {
        Some(prepared) => prepared,
        None => entry.prepare(NEEDS, progress, |folder| make(&folder.join(name))).map_err(|error| match error {
            PrepareError::Work(error) => error.to_string(),
            PrepareError::Cache(error) => error.to_string(),
        })?,
    };
    prepared.path(name).ok_or_else(|| format!("{}: it has no {name}", prepared.dir().display()))
}
