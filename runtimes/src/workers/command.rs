use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// How a worker process is started. What is started must call [`serve`](super::serve).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
}

impl WorkerCommand {
    /// The program at `program`, with `arguments`.
    ///
    /// # Errors
    /// When the path is relative and there is no current directory.
    pub fn new(
        program: impl AsRef<Path>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> io::Result<Self> {
        let program = std::path::absolute(program)?;
        Ok(WorkerCommand { program, arguments: arguments.into_iter().map(Into::into).collect() })
    }

    /// The program that runs now, with `arguments`.
    ///
    /// # Errors
    /// When the system does not tell which program runs.
    pub fn this_program(arguments: impl IntoIterator<Item = impl Into<OsString>>) -> io::Result<Self> {
        // The link goes on to mean this program when its file is replaced or removed meanwhile.
        let link = Path::new("/proc/self/exe");
        if cfg!(target_os = "linux") && link.exists() {
            return Self::new(link, arguments);
        }
        Self::new(std::env::current_exe()?, arguments)
    }
}
