use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use super::{cache, fill, key, names_in, never, prepare};
use crate::Silent;
use crate::cache::{Cache, CacheError, PrepareError};

#[test]
fn too_little_space_is_told_before_the_work_begins() {
    let (_dir, cache) = cache();
    let error = cache.entry(key()).prepare(u64::MAX, &Silent, never).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, PrepareError::Cache(CacheError::DiskFull { needs: u64::MAX, .. })), "{text}");
    assert!(text.starts_with("not enough space in ") && text.contains("needs about 18446744073710 MB, "), "{text}");
}

#[test]
fn a_disk_that_fills_up_deep_in_the_work_is_told_as_such_and_leaves_nothing() {
    let (_dir, cache) = cache();
    let write_to_full_device = |staging: &Path| {
        fill(staging)?;
        // Where there is no such device, the error it gives.
        let full = OpenOptions::new().write(true).open("/dev/full").and_then(|mut full| full.write_all(b"x"));
        Err(io::Error::other(
            full.err()
                .filter(|error| error.kind() == io::ErrorKind::StorageFull)
                .unwrap_or_else(|| io::ErrorKind::StorageFull.into()),
        ))
    };
    let error = cache.entry(key()).prepare(1000, &Silent, write_to_full_device).unwrap_err();
    assert!(matches!(error, PrepareError::Cache(CacheError::DiskFull { needs: 1000, .. })), "{error}");
    assert_eq!(names_in(cache.dir()), [format!("{}.lock", key().directory())]);
    prepare(&cache.entry(key()));
}

/// A disk of one megabyte.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs"]).arg(dir.path());
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then_some(SmallDisk(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_disk_that_is_really_full_leaves_the_cache_sound() {
    let Some(disk) = SmallDisk::mount() else {
        return assay_testing::skip("mounting a small disk needs root");
    };
    let cache = Cache::open(Some(disk.0.path().to_path_buf())).unwrap();
    let kept = prepare(&cache.entry(key().with("cpu", "other")));
    let error = cache
        .entry(key())
        .prepare(1000, &Silent, |staging| std::fs::write(staging.join("big"), vec![1; 2 << 20]))
        .unwrap_err();
    assert!(matches!(error, PrepareError::Cache(CacheError::DiskFull { .. })), "{error}");
    // What was written is gone again, and counted as free.
    assert!(error.to_string().contains(", 1 MB free;"), "{error}");
    kept.verify().unwrap();
    prepare(&cache.entry(key()));

    // So full that not even a folder can be made.
    let entry = cache.entry(key().with("cpu", "third"));
    let mut filler = std::fs::File::create(disk.0.path().join("filler")).unwrap();
    let _ = filler.write_all(&vec![1; 2 << 20]);
    let error = entry.prepare(0, &Silent, fill).unwrap_err();
    assert!(matches!(error, PrepareError::Cache(CacheError::DiskFull { free: 0, .. })), "{error}");
}
