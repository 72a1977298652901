use std::mem::{ManuallyDrop, offset_of};
use std::path::Path;
use std::sync::Arc;

use assay_api::native::{ABI_MAJOR, Call, Close, Export, Free, Open, SYMBOL, Vtable};
use libloading::Library;

use super::connection::NativeConnection;
use crate::plugin::{Backend, Connection, PluginData};

/// The functions of a library. All are there, for as long as the process lives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Functions {
    pub(super) open: Open,
    pub(super) call: Call,
    pub(super) free: Free,
    pub(super) close: Close,
}

/// A native library that is a suite.
#[derive(Debug)]
pub struct NativeLibrary {
    functions: Functions,
}

impl NativeLibrary {
    /// Loads the library at `path` and runs its initialisers, for good.
    ///
    /// # Errors
    /// When the system can't load it, or it is not a suite of this interface's version: a lowercase fragment.
    ///
    /// # Safety
    /// The code at `path` runs in this process with all its rights, and must keep the promises of `assay_suite.h`. Nobody
    /// but the user may be able to change the file until this returns.
    #[expect(unsafe_code, reason = "loading a library is running code that the compiler did not see")]
    pub unsafe fn load(path: &Path) -> Result<Self, String> {
        // SAFETY: the caller trusts the code, initialisers included.
        let library = unsafe { Library::new(path.as_os_str()) };
        // Never dropped, which would unload it.
        let library = ManuallyDrop::new(library.map_err(|error| format!("the system can't load it: {error}"))?);
        // SAFETY: a library that exports this name promises that it has this type.
        let export = unsafe { library.get::<Export>(SYMBOL) };
        let export = export.map_err(|_| format!("it exports no `{SYMBOL}`: it is not a suite"))?;
        // SAFETY: as above; the function takes nothing.
        let table = unsafe { export() };
        if table.is_null() || !table.is_aligned() {
            return Err(format!("`{SYMBOL}` gave no table"));
        }
        // SAFETY: the table lives as long as the process and begins with its version in every version.
        let major = unsafe { (&raw const (*table).abi_major).read() };
        if major != ABI_MAJOR {
            return Err(format!("it was built for version {major} of the interface, and this assay has {ABI_MAJOR}"));
        }
        // SAFETY: in this major version the size follows.
        let size = unsafe { (&raw const (*table).size).read() };
        if size < LEAST {
            return Err(format!("its table has {size} bytes, and {LEAST} are needed"));
        }
        // SAFETY: the table has said that it is at least as large as what is read.
        let table = unsafe { table.read() };
        Ok(NativeLibrary { functions: Functions::of(&table).ok_or("its table lacks a function")? })
    }
}

/// How large the table of version 1.0 is, in bytes. A later one is longer, an older one there is not.
const LEAST: usize = offset_of!(Vtable, close) + size_of::<Option<Close>>();
const _: () = assert!(LEAST == size_of::<Vtable>(), "a longer table is to be read as far as it goes");

impl Functions {
    fn of(table: &Vtable) -> Option<Self> {
        Some(Functions { open: table.open?, call: table.call?, free: table.free?, close: table.close? })
    }
}

impl Backend for NativeLibrary {
    fn connect(&self, data: Arc<PluginData>) -> Result<Box<dyn Connection>, String> {
        Ok(Box::new(NativeConnection::open(self.functions, data)?))
    }
}
