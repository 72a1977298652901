use std::error::Error;
use std::io;
use std::path::Path;

/// Whether writing failed because the disk, or the user's share of it, is full.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether anything in the chain of causes is a full disk.
pub(crate) fn caused_by_full_disk(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            // An io::Error that wraps another error names that one's source as its own, and so hides it.
            let inner = io.get_ref().map(|inner| inner as &(dyn Error + 'static));
            if is_full(io) || inner.is_some_and(caused_by_full_disk) {
                return true;
            }
        }
        next = error.source();
    }
    false
}

/// How many bytes this user can still write to the disk that holds `dir`.
pub(crate) fn available(dir: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_full_disk_is_found_however_deep_it_lies() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        assert!(caused_by_full_disk(&full()));
        assert!(caused_by_full_disk(&Outer(full())));
        assert!(caused_by_full_disk(&Outer(io::Error::other(Outer(full())))));
        assert!(caused_by_full_disk(&io::Error::other(full())));
        assert!(!caused_by_full_disk(&Outer(io::ErrorKind::NotFound.into())));
    }
}
