use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};

use super::{cache, key, prepare};
use crate::cache::{Cache, CacheError};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_cache_and_what_is_in_it_are_for_this_user_only() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(Some(dir.path().join("a/b"))).unwrap();
    let prepared = prepare(&cache.entry(key()));
    assert_eq!(mode(&dir.path().join("a/b")), 0o700);
    assert_eq!(mode(cache.dir()), 0o700);
    assert_eq!(mode(prepared.dir()), 0o700);
    assert_eq!(mode(&prepared.dir().join("LICENSES")), 0o700);
    assert_eq!(mode(&prepared.path("python.cwasm").unwrap()), 0o400);
    assert_eq!(mode(&prepared.dir().join("entry.json")), 0o600);
}

#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    let (dir, _cache) = cache();
    for path in [dir.path().to_path_buf(), dir.path().join("runtimes")] {
        fs::set_permissions(&path, Permissions::from_mode(0o770)).unwrap();
        let error = Cache::open(Some(dir.path().to_path_buf())).unwrap_err();
        assert!(matches!(&error, CacheError::Writable { dir, mode: 0o770 } if *dir == path), "{error}");
        assert!(error.to_string().contains("(mode 770)"), "{error}");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        Cache::open(Some(dir.path().to_path_buf())).unwrap();
    }
}

#[test]
fn a_directory_of_another_user_is_refused() {
    let (dir, _cache) = cache();
    if chown(dir.path(), Some(12345), None).is_err() {
        return assay_testing::skip("only root can give a directory away");
    }
    let error = Cache::open(Some(dir.path().to_path_buf())).unwrap_err();
    assert!(matches!(error, CacheError::Owner { owner: 12345, .. }), "{error}");
}

#[test]
fn a_file_where_the_directory_should_be_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let error = Cache::open(Some(dir.path().join("file"))).unwrap_err();
    assert!(error.to_string().contains("/file"), "{error}");
}
