use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::package::{Package, Registry};

/// How a client is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Installs into a folder: uv can't save a wheel.
    Uv,
    /// Saves the wheel.
    Pip,
    /// The registry has no other client.
    Only,
}

/// A command that may be a package client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    program: &'static str,
    arguments: &'static [&'static str],
    pub(super) dialect: Dialect,
}

/// The registry's clients, the preferred one first.
pub(super) fn candidates(registry: Registry) -> &'static [Candidate] {
    match registry {
        Registry::Pypi => &[
            Candidate { program: "uv", arguments: &[], dialect: Dialect::Uv },
            Candidate { program: "pip", arguments: &[], dialect: Dialect::Pip },
            Candidate { program: "pip3", arguments: &[], dialect: Dialect::Pip },
            Candidate { program: "python3", arguments: &["-m", "pip"], dialect: Dialect::Pip },
            Candidate { program: "python", arguments: &["-m", "pip"], dialect: Dialect::Pip },
        ],
        Registry::Crates => &[Candidate { program: "cargo", arguments: &[], dialect: Dialect::Only }],
        Registry::Npm => &[Candidate { program: "npm", arguments: &[], dialect: Dialect::Only }],
    }
}

impl Candidate {
    /// The command as a user would type it.
    pub(super) fn label(&self) -> String {
        [&[self.program], self.arguments].concat().join(" ")
    }

    /// The client on the search path, if it is there.
    pub(super) fn find(&self, search_path: &OsStr) -> Option<Client> {
        let path = find(self.program, search_path)?;
        Some(Client { label: self.label(), path, arguments: self.arguments, dialect: self.dialect })
    }
}

/// A package client on this machine.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) label: String,
    path: PathBuf,
    arguments: &'static [&'static str],
    pub(super) dialect: Dialect,
}

impl Client {
    /// Asks for the version: a shim for a client that is not installed fails.
    pub(super) fn version(&self, cwd: &Path) -> Command {
        let mut command = self.command(cwd);
        command.arg("--version");
        command
    }

    /// Fetches `package` from the Python package index into the empty folder `to`, with unfinished downloads in `cwd`.
    ///
    /// Neither client runs any of the package's code: wheels only, no dependencies.
    pub(super) fn fetch(&self, package: &Package<'_>, to: &Path, cwd: &Path) -> Command {
        let mut command = self.command(cwd);
        if self.dialect == Dialect::Uv {
            command.args(["pip", "install", "--no-progress", "--color", "never", "--no-deps"]);
            command.args(["--only-binary", ":all:", "--python-version", package.python, "--target"]).arg(to);
        } else {
            command.args(["download", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]);
            command.args(["--no-deps", "--only-binary", ":all:", "--python-version", package.python, "-d"]).arg(to);
        }
        command.arg(requirement(package));
        command
    }

    /// In a folder of ours: `python -m` would import, and uv would read settings, from the user's current one, which
    /// may be a checkout of somebody else's code.
    pub(super) fn command(&self, cwd: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command.args(self.arguments).current_dir(cwd).env("TMPDIR", cwd);
        command
    }
}

fn requirement(package: &Package<'_>) -> OsString {
    format!("{}=={}", package.name, package.version).into()
}

/// The first executable of that name. Relative folders on the search path are passed over: they would make what runs
/// depend on where we run.
fn find(program: &str, search_path: &OsStr) -> Option<PathBuf> {
    let folders = std::env::split_paths(search_path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(program)).find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
