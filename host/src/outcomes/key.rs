use std::env::consts::{ARCH, OS};

use assay_api::Program;
use assay_runtimes::SANDBOX_DIGEST;
use sha2::{Digest, Sha256};

use crate::store::program_digest;

/// What an outcome is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of what `program` does on the runtime with this digest, in this build's sandbox.
    ///
    /// SHA-256 over the sandbox's digest, the machine's kind, the runtime's digest and the program's, each on a line of
    /// its own. The program's covers files, entry, standard input, limits and seed. The machine's kind is there since
    /// a home directory may be shared by different ones, and how deep a recursion gets before it overflows the stack
    /// is up to the compiled code.
    #[must_use]
    pub fn new(program: &Program, runtime_digest: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [SANDBOX_DIGEST, ARCH, OS, runtime_digest, &program_digest(program)] {
            hash.update(part);
            hash.update("\n");
        }
        Key(hash.finalize().into())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
