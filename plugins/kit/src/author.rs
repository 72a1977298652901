use std::sync::Arc;

use assay_api::{Choice, Suite, SuiteError};

/// A suite that can be exported.
pub trait Author: Suite + Sized + 'static {
    /// The suite, of which `choice` is chosen. What it reads of `data` it reads when it is asked for tasks: the data is
    /// not there yet while a suite is only asked what it is.
    ///
    /// # Errors
    /// When there is no such choice.
    fn open(choice: &Choice, data: Data) -> Result<Self, SuiteError>;
}

/// The host's way of reading a suite's data.
pub trait ReadData: Send + Sync {
    /// Appends at most `capacity` bytes of the file `path`, from `offset` on, to `content`; nothing at its end.
    ///
    /// # Errors
    /// When the suite's info names no such file.
    fn read(&self, path: &str, offset: u64, capacity: u32, content: &mut Vec<u8>) -> Result<(), SuiteError>;
}

/// A suite's own pinned data, and nothing else.
#[derive(Clone)]
pub struct Data(Arc<dyn ReadData>);

/// How much is asked for at once, in bytes.
const PIECE: u32 = 1 << 20;

impl Data {
    /// Data that `reader` reads.
    pub fn new(reader: impl ReadData + 'static) -> Self {
        Data(Arc::new(reader))
    }

    /// All of the file that the suite's info calls `path`, decompressed.
    ///
    /// # Errors
    /// When the info names no such file, and while the suite is only asked for its info.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, SuiteError> {
        let mut content = Vec::new();
        loop {
            let before = content.len();
            self.0.read(path, before as u64, PIECE, &mut content)?;
            if content.len() == before {
                return Ok(content);
            }
        }
    }
}
