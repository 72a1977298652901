use std::fs;
use std::path::{Path, PathBuf};

use assay_loader::plugin::{Plugin, PluginError};
use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::backend::{ComponentBackend, reason};
use crate::engine::{engine, fingerprint, hex};
use crate::{Budget, CodeKey, CodeStore};

/// The largest component, in bytes; those that bring an interpreter have some 20 MB.
const MAX_BYTES: u64 = 256 << 20;

/// A file that claims to be a suite's component, read and not compiled.
pub struct SuiteComponent {
    file: PathBuf,
    content: Vec<u8>,
    sha256: String,
}

impl SuiteComponent {
    /// Reads the file.
    ///
    /// # Errors
    /// When it can't be read or is too large.
    pub fn read(file: &Path) -> Result<Self, PluginError> {
        let unread = |source| PluginError::Read { file: file.to_path_buf(), source };
        let bytes = fs::metadata(file).map_err(unread)?.len();
        if bytes > MAX_BYTES {
            let message = format!("{bytes} bytes: a component has at most {MAX_BYTES}");
            return Err(PluginError::Refused { file: file.to_path_buf(), message });
        }
        let content = fs::read(file).map_err(unread)?;
        let sha256 = hex(&Sha256::digest(&content));
        Ok(SuiteComponent { file: file.to_path_buf(), content, sha256 })
    }

    /// SHA-256 of its content in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Compiles it, unless `code` has done so before. Each call of the suite will have `budget`.
    ///
    /// # Errors
    /// When it is no component, not a suite, or wants more of the host than a suite may have.
    pub fn load(&self, code: &dyn CodeStore, budget: Budget) -> Result<Plugin, PluginError> {
        let refused = |message| PluginError::Refused { file: self.file.clone(), message };
        let backend = self.backend(code, budget).map_err(refused)?;
        Ok(Plugin::new(&self.file, self.sha256.clone(), Box::new(backend)))
    }

    fn backend(&self, code: &dyn CodeStore, budget: Budget) -> Result<ComponentBackend, String> {
        if !is_component(&self.content) {
            return Err("it is not a WebAssembly component".to_owned());
        }
        let engine = engine().map_err(|error| format!("no engine for components: {}", reason(&error)))?;
        let key = CodeKey { component: self.sha256.clone(), engine: fingerprint(&engine) };
        let mut compile = || {
            let compiled = engine.precompile_component(&self.content);
            compiled.map_err(|error| format!("it does not compile: {}", reason(&error)))
        };
        let path = code.file(&key, &mut compile)?;
        let component =
            deserialize(&engine, &path).map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
        ComponentBackend::new(&engine, &component, budget)
    }
}

/// Whether `content` begins as binary components do; a core module has another version there.
fn is_component(content: &[u8]) -> bool {
    content.starts_with(b"\0asm\x0d\0\x01\0")
}

#[expect(unsafe_code, reason = "compiled code is loaded")]
fn deserialize(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the store of code promises that the file is what the compiler gave and that nobody else can write to it.
    unsafe { Component::deserialize_file(engine, path) }
}
