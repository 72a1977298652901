use std::path::{Path, PathBuf};
use std::process::Command;

use super::client::{Client, Dialect, candidates};
use super::fetcher::{failure, log_path, new_log, working};
use super::output::Output;
use super::{FetchError, Fetcher, Registry, child};
use crate::{Progress, Stage};

/// A folder of ours where a package is built with the user's own clients and what these bring.
pub(crate) struct Workshop<'a> {
    fetcher: &'a Fetcher,
    folder: PathBuf,
    /// The file that does without all this.
    file: String,
    progress: &'a dyn Progress,
}

impl<'a> Workshop<'a> {
    /// A workshop in an existing folder, to make what `file` has.
    ///
    /// # Errors
    /// When the folder's absolute path cannot be had.
    pub(crate) fn new(
        fetcher: &'a Fetcher,
        folder: &Path,
        file: String,
        progress: &'a dyn Progress,
    ) -> Result<Self, FetchError> {
        let folder = std::path::absolute(folder).map_err(FetchError::io("resolve", folder))?;
        Ok(Workshop { fetcher, folder, file, progress })
    }

    /// The workshop's folder, an absolute path.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Saves the sources of what the `Cargo.toml` in the folder `of` depends on as folders in `to`, a new folder in there.
    ///
    /// # Errors
    /// Those of a client.
    pub(crate) fn vendor_crates(&self, of: &Path, to: &str) -> Result<(), FetchError> {
        let cargo = self.client(Registry::Crates)?;
        self.stage("fetch", format!("fetching C sources with {}", cargo.label));
        let mut command = cargo.command(of);
        self.run(&cargo.label, command.args(["vendor", "--quiet", "--versioned-dirs"]).arg(to))
    }

    /// Unpacks the wheels that the file `requirements` names, with their digests, into the new folder `to`: those for the
    /// version `python`, as `3.13`, of Python, else those for the client's own.
    ///
    /// # Errors
    /// Those of a client.
    pub(crate) fn unpack_wheels(
        &self,
        what: &str,
        requirements: &Path,
        python: Option<&str>,
        to: &Path,
    ) -> Result<(), FetchError> {
        let client = self.client(Registry::Pypi)?;
        self.stage("fetch", format!("fetching {what} with {}", client.label));
        let mut command = client.command(&self.folder);
        if client.dialect == Dialect::Uv {
            command.args(["pip", "install", "--no-progress", "--color", "never"]);
        } else {
            command.args(["install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]);
            command.arg("--no-compile");
            if python.is_some() {
                // It compares what packages ask for with its own version, whatever it is told.
                command.arg("--ignore-requires-python");
            }
        }
        if let Some(python) = python {
            command.args(["--python-version", python]);
        }
        command.args(["--no-deps", "--only-binary", ":all:", "--require-hashes", "--target"]).arg(to);
        self.run(&client.label, command.arg("-r").arg(requirements))
    }

    /// Installs what the `package-lock.json` in the folder `of` names there, running no code of it.
    ///
    /// # Errors
    /// Those of a client.
    pub(crate) fn install_npm(&self, of: &Path) -> Result<(), FetchError> {
        let npm = self.client(Registry::Npm)?;
        self.stage("fetch", format!("fetching JavaScript packages with {}", npm.label));
        let mut command = npm.command(of);
        self.run(&npm.label, command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]))
    }

    /// Runs a script of the `package.json` in the folder `of`.
    ///
    /// # Errors
    /// Those of a client.
    pub(crate) fn run_npm(&self, of: &Path, script: &str) -> Result<(), FetchError> {
        let npm = self.client(Registry::Npm)?;
        let mut command = npm.command(of);
        self.run(&npm.label, command.args(["run", "--silent", script]))
    }

    /// Runs `command`, which the errors call `label`, to its end.
    ///
    /// # Errors
    /// Those of a client.
    pub(crate) fn run(&self, label: &str, command: &mut Command) -> Result<(), FetchError> {
        let log = log_path(&self.folder);
        let running = child::run(command, new_log(&self.folder)?, || !self.progress.interrupted());
        match running.map_err(FetchError::io("run", Path::new(label)))? {
            Some(status) if status.success() => Ok(()),
            Some(status) if !self.progress.interrupted() => {
                let output = Output::read(&log).map_err(FetchError::io("read", &log))?;
                Err(failure(label.to_owned(), self.file.clone(), &self.folder, status.to_string(), &output))
            }
            _ => Err(FetchError::Interrupted),
        }
    }

    /// Says what is being done.
    pub(crate) fn stage(&self, name: &'static str, what: String) {
        self.progress.stage(Stage::new(name, what));
    }

    /// The registry's preferred client that works here.
    fn client(&self, registry: Registry) -> Result<Client, FetchError> {
        let mut looked_for = Vec::new();
        for candidate in candidates(registry) {
            match working(candidate, self.fetcher.search_path(), &self.folder, self.progress)? {
                Ok(client) => return Ok(client),
                Err(why) => looked_for.push(format!("{}: {why}", candidate.label())),
            }
        }
        let (install, looked_for) = (registry.install(), looked_for.join(", "));
        Err(FetchError::NoClient { install, looked_for, file: self.file.clone() })
    }
}
