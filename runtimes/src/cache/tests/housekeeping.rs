use std::fs::{self, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;

use super::{cache, fill, key, names_in, never, prepare};
use crate::Silent;
use crate::cache::{Key, Listed, PrepareError};

#[test]
fn what_is_prepared_once_is_there_for_good() {
    let (_dir, cache) = cache();
    let entry = cache.entry(key());
    assert!(entry.get().unwrap().is_none());
    let prepared = prepare(&entry);

    let again = cache.entry(key()).get().unwrap().unwrap();
    let mut text = String::new();
    again.open("python.cwasm").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "native code");
    let mut names: Vec<_> = again.names().collect();
    names.sort_unstable();
    assert_eq!(names, ["LICENSES/cpython.txt", "python.cwasm"]);
    assert_eq!((again.bytes(), again.dir()), (14, prepared.dir()));
    again.verify().unwrap();
    cache.entry(key()).prepare(1000, &Silent, never).unwrap();
    assert!(cache.entry(key().with("cpu", "avx2")).get().unwrap().is_none());
}

#[test]
fn files_outside_the_manifest_are_not_opened() {
    let (_dir, cache) = cache();
    let prepared = prepare(&cache.entry(key()));
    fs::write(prepared.dir().join("planted"), "x").unwrap();
    for name in ["planted", "entry.json", "../../x"] {
        prepared.open(name).unwrap_err();
        assert_eq!(prepared.path(name), None);
    }
}

#[test]
fn work_that_fails_or_panics_leaves_nothing_behind() {
    let (_dir, cache) = cache();
    let entry = cache.entry(key());
    let failed = entry.prepare(1000, &Silent, |staging| {
        fill(staging)?;
        Err(io::Error::other("no such instruction"))
    });
    assert!(matches!(failed, Err(PrepareError::Work(error)) if error.to_string() == "no such instruction"));
    let panicked = std::panic::catch_unwind(|| {
        let _ = entry.prepare(1000, &Silent, |staging| -> io::Result<()> {
            fill(staging)?;
            panic!("in the middle of it")
        });
    });
    assert!(panicked.is_err());
    assert_eq!(names_in(cache.dir()), [format!("{}.lock", key().directory())]);
    prepare(&entry);
}

#[test]
fn links_are_not_kept() {
    let (_dir, cache) = cache();
    let error = cache
        .entry(key())
        .prepare(1000, &Silent, |staging| std::os::unix::fs::symlink("/etc/passwd", staging.join("a")))
        .unwrap_err();
    assert!(error.to_string().ends_with("a is neither a file nor a folder"), "{error}");
}

#[test]
fn entries_are_listed_with_what_they_were_made_of_and_removed_when_unused() {
    let (_dir, cache) = cache();
    let old = key().with("cpu", "old");
    let old_dir = prepare(&cache.entry(old.clone())).dir().to_path_buf();
    let kept = prepare(&cache.entry(key()));
    cache.entry(Key::new("failed")).prepare(0, &Silent, |_| Err(io::Error::other("x"))).unwrap_err();
    fs::write(cache.dir().join("notes.txt"), "the user's own").unwrap();

    let listed = cache.list().unwrap();
    assert_eq!(listed.len(), 2);
    let expected = Listed { key: old, dir: old_dir, bytes: 14 };
    assert!(listed.contains(&expected), "{listed:?}");

    assert_eq!(cache.remove_unused(&[key()]).unwrap(), [expected]);
    kept.verify().unwrap();
    let name = key().directory();
    assert_eq!(names_in(cache.dir()), ["notes.txt".to_owned(), name.clone(), format!("{name}.lock")]);
}

#[test]
fn a_read_only_cache_is_good_to_load_from() {
    let (_dir, cache) = cache();
    let prepared = prepare(&cache.entry(key()));
    fs::set_permissions(cache.dir(), Permissions::from_mode(0o500)).unwrap();
    fs::set_permissions(prepared.dir(), Permissions::from_mode(0o500)).unwrap();
    assert!(cache.entry(key()).get().unwrap().is_some());
    fs::set_permissions(prepared.dir(), Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(cache.dir(), Permissions::from_mode(0o700)).unwrap();
}
