use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::print;
use crate::authoring::{Built, TemplateKind, build, make};
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct New {
    /// The folder to make; its name is the suite's
    #[arg(value_name = "NAME")]
    folder: PathBuf,
    /// What the suite is written in
    #[arg(long, visible_alias = "template", value_enum, default_value_t, value_name = "KIND")]
    kind: TemplateKind,
    /// For a suite in Rust: a checkout of Assay's repository, whose crate for authors it uses
    #[arg(long, value_name = "DIR")]
    checkout: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Build {
    /// A folder as `assay suite new` makes them
    folder: PathBuf,
}

impl New {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let files = make(self.kind, &self.folder, self.checkout.as_deref())?;
        let place = named(&self.folder);
        print(|out| {
            for file in &files {
                writeln!(out, "{}", file.display())?;
            }
            if let Some(ending) = self.kind.ending() {
                let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
                writeln!(out, "next: assay suite build {place}")?;
                return writeln!(out, "      assay suite check {place}/{name}.{ending} --data-dir {place}/data");
            }
            writeln!(out, "next: assay suite check {place}")
        })?;
        Ok(Exit::Done)
    }
}

impl Build {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let built = build(&self.folder)?;
        print(|out| match built {
            Built::File(file) => writeln!(out, "{}", file.display()),
            Built::Folder { rewritten: true } => writeln!(out, "the digests of its data are in its manifest now"),
            Built::Folder { rewritten: false } => {
                writeln!(out, "nothing to do: its manifest has the digests of its data")
            }
        })?;
        Ok(Exit::Done)
    }
}

/// The folder as a suite's path: a name alone would be looked for among the suites.
fn named(folder: &Path) -> String {
    let path = folder.display().to_string();
    if path.contains('/') { path } else { format!("./{path}") }
}
