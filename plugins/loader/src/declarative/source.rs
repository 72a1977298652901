use super::{Folder, LoadError};

/// A text file of a suite's folder, able to say at which line an error is.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) text: String,
}

impl Source {
    pub(super) fn read(folder: &dyn Folder, file: &str) -> Result<Source, LoadError> {
        let bytes = folder.read(file).map_err(|source| LoadError::Read { file: file.into(), source })?.into_owned();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Source { file: file.into(), text }),
            Err(error) => {
                let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = 1 + valid.iter().filter(|b| **b == b'\n').count();
                Err(LoadError::Invalid { file: file.into(), line, message: "not UTF-8".into() })
            }
        }
    }

    /// An error at byte `offset`.
    pub(super) fn error(&self, offset: usize, message: impl Into<String>) -> LoadError {
        self.error_on_line(self.line(offset), message)
    }

    pub(super) fn error_on_line(&self, line: usize, message: impl Into<String>) -> LoadError {
        LoadError::Invalid { file: self.file.clone(), line, message: message.into() }
    }

    /// The line, from 1, of the byte at `offset`.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        1 + before.iter().filter(|b| **b == b'\n').count()
    }
}
