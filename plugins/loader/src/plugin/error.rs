use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::declarative::LoadError;

/// Why a plugin is not a suite. Messages name its file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PluginError {
    /// The file can't be read.
    #[error("{}: {source}", file.display())]
    Read {
        /// The plugin.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no plugin, or one for another version.
    #[error("{}: {message}", file.display())]
    Refused {
        /// The plugin.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// It could not say what it is.
    #[error("{}: info: {message}", file.display())]
    Info {
        /// The plugin.
        file: PathBuf,
        /// What went wrong, or what it said.
        message: String,
    },
    /// Its data is missing or wrong, or the suite has not what was chosen.
    #[error(transparent)]
    Load(#[from] LoadError),
}
