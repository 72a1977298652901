use std::path::Path;

use assay_loader::declarative::MANIFEST;
use clap::ValueEnum;

/// What a suite is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TemplateKind {
    /// A folder with a suite.toml and its data
    #[default]
    Declarative,
    /// A component in Python
    Python,
    /// A component in JavaScript
    Javascript,
    /// A component in Rust
    Rust,
    /// A native library in C
    C,
}

impl TemplateKind {
    /// The kind of the suite in `folder`, by the file that every suite of its kind has; `None` when it has none of them.
    #[must_use]
    pub fn of(folder: &Path) -> Option<Self> {
        TemplateKind::value_variants().iter().copied().find(|kind| folder.join(kind.source()).is_file())
    }

    /// The file that every suite of this kind has.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            TemplateKind::Declarative => MANIFEST,
            TemplateKind::Python => "suite.py",
            TemplateKind::Javascript => "suite.js",
            TemplateKind::Rust => "suite.rs",
            TemplateKind::C => "suite.c",
        }
    }

    /// The ending of what is built of it; `None` where the folder is the suite.
    #[must_use]
    pub fn ending(self) -> Option<&'static str> {
        match self {
            TemplateKind::Declarative => None,
            TemplateKind::Python | TemplateKind::Javascript | TemplateKind::Rust => Some("wasm"),
            TemplateKind::C => Some("so"),
        }
    }
}
