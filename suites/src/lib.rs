//! The suites that come with Assay, embedded in the binary.
//!
//! Each folder beside this crate's manifest that has a `suite.toml` is one; nothing lists them.

/// A suite's files: paths relative to its folder, with `/` between names, and contents; sorted by path.
pub type Files = &'static [(&'static str, &'static [u8])];

/// An embedded suite.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// The folder's name, which is the suite's id.
    pub name: &'static str,
    /// Everything in the folder.
    pub files: Files,
}

static BUILTIN: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/builtin.rs"));

/// The embedded suites, sorted by name.
pub fn builtin() -> impl ExactSizeIterator<Item = Builtin> {
    BUILTIN.iter().copied()
}

/// The embedded suite called `name`.
#[must_use]
pub fn find(name: &str) -> Option<Builtin> {
    builtin().find(|suite| suite.name == name)
}
