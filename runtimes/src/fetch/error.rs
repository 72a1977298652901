use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::fetcher::RUNTIMES_DIR;
use crate::disk;

/// Why a package could not be fetched or unpacked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The directory of offline copies lacks the package.
    #[error(
        "{RUNTIMES_DIR} is set but {path} is not there: put the file there, or unset the variable to do without it"
    )]
    NoOfflineCopy {
        /// Where the file was expected.
        path: PathBuf,
    },
    /// No client works here.
    #[error(
        "no package client to fetch {file} with (looked for {looked_for}): install {install}, \
         or put the file in a directory and set {RUNTIMES_DIR} to it"
    )]
    NoClient {
        /// What to install.
        install: &'static str,
        /// The clients looked for, and what came of it.
        looked_for: String,
        /// The file that is needed.
        file: String,
    },
    /// The client ran and failed.
    #[error(
        "{client} failed with {status}:\n{output}\nto do without it, put {file} in a directory and set {RUNTIMES_DIR} to it"
    )]
    Client {
        /// The client's command.
        client: String,
        /// Its exit code or signal.
        status: String,
        /// The last lines of its standard error, control characters escaped.
        output: String,
        /// The file that is needed.
        file: String,
    },
    /// The client did not reach the registry.
    #[error(
        "{client} can't reach the package index: {detail}; check the connection, the proxy and {client}'s index settings, \
         or put {file} in a directory and set {RUNTIMES_DIR} to it"
    )]
    Network {
        /// The client's command.
        client: String,
        /// The line of its standard error that says so, control characters escaped.
        detail: String,
        /// The file that is needed.
        file: String,
    },
    /// The client says that it succeeded, but what was asked for is not there.
    #[error("{client} succeeded but left no {path}: is its index a mirror that renames or rebuilds packages?")]
    NothingFetched {
        /// The client's command.
        client: String,
        /// Where the file was expected.
        path: PathBuf,
    },
    /// What was fetched is not what was pinned. Nothing of it has been used.
    #[error(
        "{path} is not the file that this version was made for: its sha-256 is {got}, not {expected}; \
         is the package index a mirror that rebuilds packages?"
    )]
    Digest {
        /// The file, or the member of a wheel.
        path: PathBuf,
        /// The SHA-256 it must have.
        expected: String,
        /// The SHA-256 it has.
        got: String,
    },
    /// What was built is not what this version was tested with.
    #[error(
        "{path} was built, but its sha-256 is {got}, not {expected}: did you change the sources, or is a tool not the \
         one that was asked for?"
    )]
    Built {
        /// The list of the digests of all files.
        path: PathBuf,
        /// The SHA-256 that it must have.
        expected: &'static str,
        /// The SHA-256 that it has.
        got: String,
    },
    /// The package has the right digest but not the contents that were counted on.
    #[error("{path}: {message}")]
    Contents {
        /// The wheel or its folder.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The disk is full.
    #[error("no space left in {dir}")]
    DiskFull {
        /// Where nothing more could be written.
        dir: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file system refused.
    #[error("{action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The user asked to stop; the client has been killed.
    #[error("interrupted")]
    Interrupted,
}

impl FetchError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| {
            if disk::is_full(&source) {
                FetchError::DiskFull { dir: path.parent().unwrap_or(&path).to_path_buf(), source }
            } else {
                FetchError::Io { action, path, source }
            }
        }
    }

    /// Whether another client might do better.
    pub(super) fn is_the_clients_own(&self) -> bool {
        matches!(self, FetchError::Client { .. } | FetchError::Network { .. } | FetchError::NothingFetched { .. })
    }
}
