use std::fmt::Write as _;
use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

/// What passed through [`copy`].
pub(crate) struct Copied {
    /// How many bytes.
    pub(crate) bytes: u64,
    /// Their SHA-256, in lowercase hexadecimal.
    pub(crate) sha256: String,
}

/// Copies all of `from` to `to`, telling `progress` how many bytes have passed.
pub(crate) fn copy(
    from: &mut (impl Read + ?Sized),
    to: &mut (impl Write + ?Sized),
    mut progress: impl FnMut(u64),
) -> io::Result<Copied> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
        progress(bytes);
    }
    Ok(Copied { bytes, sha256: hex(&hasher.finalize()) })
}

/// The SHA-256 of `bytes`, in lowercase hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lowercase hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_digest_that_nist_publishes_for_its_bytes() {
        let mut written = Vec::new();
        let copied = copy(&mut &b"abc"[..], &mut written, |_| {}).unwrap();
        assert_eq!(copied.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((copied.bytes, written.as_slice()), (3, &b"abc"[..]));
        assert_eq!(sha256(b"abc"), copied.sha256);
    }
}
