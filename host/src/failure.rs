//! Why a command failed, as the user reads it.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use assay_api::SuiteError;
use assay_loader::declarative::LoadError;
use assay_loader::plugin::PluginError;
use assay_runtimes::RuntimeError;

use crate::endpoint::EndpointError;
use crate::exit::Exit;
use crate::report::printable;
use crate::samples::SamplesError;
use crate::store::StoreError;

/// A failure with its exit code: what went wrong, where, and what to do.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// A lowercase fragment that names the culprit; may hold text that others wrote.
    pub message: String,
    /// What to do about it, where the message does not say.
    pub help: Option<String>,
}

impl Failure {
    /// A failure of the kind `exit`.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Failure { exit, message: message.into(), help: None }
    }

    /// The user asked for something that cannot be.
    pub fn usage(message: impl Into<String>) -> Self {
        Failure::new(Exit::Usage, message)
    }

    /// The user interrupted the command.
    #[must_use]
    pub fn interrupted() -> Self {
        Failure::new(Exit::Interrupted, "interrupted")
    }

    /// The same failure with advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Failure { help: Some(help.into()), ..self }
    }

    /// A file that the user named could not be read or written.
    pub fn file(action: &str, path: &Path, error: &io::Error) -> Self {
        Failure::usage(format!("{action} {}: {error}", path.display()))
    }

    /// Writes it to `out`, every line fit for a terminal.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for (index, line) in self.message.lines().enumerate() {
            writeln!(out, "{}{}", if index == 0 { "error: " } else { "  " }, printable(line))?;
        }
        for line in self.help.iter().flat_map(|help| help.lines()) {
            writeln!(out, "  help: {}", printable(line))?;
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {}

/// The message of `error` and of what caused it, where that says more.
fn with_causes(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !message.contains(&text) {
            message.push_str(": ");
            message.push_str(&text);
        }
        source = cause.source();
    }
    message
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let help = matches!(error, StoreError::ConfigChanged { .. } | StoreError::PromptChanged { .. })
            .then_some("give the same options to continue the run, -o FILE for another one, or --fresh to start over");
        Failure { exit: Exit::Usage, message: with_causes(&error), help: help.map(str::to_owned) }
    }
}

impl From<SamplesError> for Failure {
    fn from(error: SamplesError) -> Self {
        Failure::usage(with_causes(&error))
    }
}

impl From<RuntimeError> for Failure {
    fn from(error: RuntimeError) -> Self {
        let exit = if error.is_interrupted() {
            Exit::Interrupted
        } else if matches!(error, RuntimeError::Unknown { .. }) {
            Exit::Usage
        } else {
            Exit::Runtime
        };
        Failure::new(exit, with_causes(&error))
    }
}

impl From<EndpointError> for Failure {
    fn from(error: EndpointError) -> Self {
        Failure::new(Exit::Endpoint, with_causes(&error))
    }
}

impl Failure {
    /// The suite `id` could not be loaded.
    #[must_use]
    pub fn load(id: &str, error: &LoadError) -> Self {
        let exit = if matches!(error, LoadError::Choice { .. }) { Exit::Usage } else { Exit::Suite };
        Failure::new(exit, format!("suite {id}: {}", with_causes(error)))
    }

    /// A plugin could not be loaded.
    #[must_use]
    pub fn plugin(error: &PluginError) -> Self {
        let exit = if matches!(error, PluginError::Load(LoadError::Choice { .. })) { Exit::Usage } else { Exit::Suite };
        Failure::new(exit, with_causes(error))
    }

    /// The suite `id` failed.
    #[must_use]
    pub fn suite(id: &str, error: &SuiteError) -> Self {
        Failure::new(Exit::Suite, format!("suite {id}: {}", with_causes(error)))
    }
}
