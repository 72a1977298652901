use std::path::Path;

use assay_loader::plugin::Plugin;
use assay_runtimes::RuntimeError;
use assay_runtimes::cache::Cache;

use super::{Kind, Place, Trust, code};
use crate::failure::Failure;

/// Loads the code of plugins, as far as the user permits it.
#[derive(Debug)]
pub struct Opener {
    trust: Trust,
}

impl Opener {
    /// What `trust` permits.
    #[must_use]
    pub fn new(trust: Trust) -> Self {
        Opener { trust }
    }

    /// The plugin in `place`, which is no folder.
    ///
    /// # Errors
    /// When it can't be loaded, or is native and not permitted.
    pub fn open(&self, place: &Place) -> Result<Plugin, Failure> {
        let loaded = match place.kind {
            Kind::Native => code::native(&self.trust.check(&place.path)?, &cache()?),
            Kind::Component | Kind::Folder => code::component(&place.path, &cache()?),
        };
        loaded.map_err(|error| Failure::plugin(&error))
    }

    /// Permits the native library at `path`.
    ///
    /// # Errors
    /// When it can't be read, or the permission can't be kept.
    pub fn grant(&self, path: &Path) -> Result<(), Failure> {
        self.trust.grant(path).map(|_| ())
    }
}

fn cache() -> Result<Cache, Failure> {
    Ok(Cache::open(None).map_err(RuntimeError::from)?)
}
