use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{cache, fill, key, prepare};
use crate::cache::{CacheError, Prepared};
use crate::progress::Recorder;

/// Writes to a file as an intruder would: same size, and the time of the last change set back.
fn tamper(path: &Path) {
    let before = fs::metadata(path).unwrap().modified().unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes[0] ^= 1;
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o400)).unwrap();
    File::open(path).unwrap().set_times(FileTimes::new().set_modified(before)).unwrap();
}

/// Damages a prepared runtime, and expects that it is not loaded but prepared again, with the reason told.
fn is_prepared_again_after(damage: impl FnOnce(&Prepared), why: &str) {
    let (_dir, cache) = cache();
    let entry = cache.entry(key());
    damage(&prepare(&entry));
    assert!(entry.get().unwrap().is_none(), "a damaged entry was loaded: {why}");
    let told = Recorder::default();
    let prepared = entry.prepare(1000, &told, fill).unwrap();
    prepared.verify().unwrap();
    assert!(told.told().contains(&format!("discarding the prepared python runtime: {why}")), "{}", told.told());
    assert!(entry.get().unwrap().is_some());
}

#[test]
fn a_tampered_file_is_never_loaded() {
    is_prepared_again_after(
        |prepared| tamper(&prepared.path("python.cwasm").unwrap()),
        "its `python.cwasm` changed since it was written",
    );
}

#[test]
fn a_file_tampered_with_after_it_was_checked_is_not_opened() {
    let (_dir, cache) = cache();
    let prepared = prepare(&cache.entry(key()));
    tamper(&prepared.path("python.cwasm").unwrap());
    assert!(matches!(prepared.open("python.cwasm"), Err(CacheError::Changed { .. })));
    assert!(matches!(prepared.verify(), Err(CacheError::Changed { path }) if path.ends_with("python.cwasm")));
    prepared.open("LICENSES/cpython.txt").unwrap();
}

#[test]
fn a_missing_shortened_linked_or_shared_file_is_never_loaded() {
    let module = |prepared: &Prepared| prepared.path("python.cwasm").unwrap();
    is_prepared_again_after(|prepared| fs::remove_file(module(prepared)).unwrap(), "its `python.cwasm` is gone");
    is_prepared_again_after(
        |prepared| {
            fs::remove_file(module(prepared)).unwrap();
            fs::write(module(prepared), b"native").unwrap();
        },
        "its `python.cwasm` changed since it was written",
    );
    is_prepared_again_after(
        |prepared| {
            fs::rename(module(prepared), prepared.dir().join("elsewhere")).unwrap();
            std::os::unix::fs::symlink("elsewhere", module(prepared)).unwrap();
        },
        "its `python.cwasm` is not a private file",
    );
    is_prepared_again_after(
        |prepared| fs::set_permissions(module(prepared), Permissions::from_mode(0o666)).unwrap(),
        "its `python.cwasm` is not a private file",
    );
    is_prepared_again_after(
        |prepared| fs::set_permissions(prepared.dir(), Permissions::from_mode(0o777)).unwrap(),
        "others can write to it",
    );
}

#[test]
fn an_entry_without_a_sound_manifest_of_its_own_is_never_loaded() {
    let manifest = |prepared: &Prepared| prepared.dir().join("entry.json");
    is_prepared_again_after(|prepared| fs::remove_file(manifest(prepared)).unwrap(), "it is incomplete");
    is_prepared_again_after(|prepared| fs::write(manifest(prepared), "{").unwrap(), "its manifest can't be read");
    let edit = |prepared: &Prepared, from: &str, to: &str| {
        let text = fs::read_to_string(manifest(prepared)).unwrap();
        assert!(text.contains(from));
        fs::write(manifest(prepared), text.replace(from, to)).unwrap();
    };
    is_prepared_again_after(|prepared| edit(prepared, "48.0.8", "48.0.7"), "it was prepared for something else");
    is_prepared_again_after(|prepared| edit(prepared, "\"format\": 1", "\"format\": 9"), "another version wrote it");
    is_prepared_again_after(
        |prepared| edit(prepared, "LICENSES/cpython.txt", "../../x"),
        "its manifest names files elsewhere",
    );
}

#[test]
fn files_that_were_only_touched_or_copied_are_checked_once_and_kept() {
    let (_dir, cache) = cache();
    let entry = cache.entry(key());
    let prepared = prepare(&entry);
    let module = prepared.path("python.cwasm").unwrap();
    let manifest = prepared.dir().join("entry.json");
    let before = fs::read(&manifest).unwrap();
    let copy = prepared.dir().join("copy");
    fs::copy(&module, &copy).unwrap();
    fs::rename(&copy, &module).unwrap();

    let moved = entry.get().unwrap().unwrap();
    moved.open("python.cwasm").unwrap();
    let recorded = fs::read(&manifest).unwrap();
    assert_ne!(recorded, before);
    entry.get().unwrap().unwrap();
    assert_eq!(fs::read(&manifest).unwrap(), recorded);
}
