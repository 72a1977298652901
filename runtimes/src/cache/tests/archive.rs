use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{cache, key, names_in, prepare};
use crate::Silent;
use crate::cache::{Archive, ArchiveError, Cache, Key, PrepareError};
use crate::digest::sha256;

const LIMIT: u64 = 1000;

/// A runtime of two entries in a file.
fn exported() -> (TempDir, PathBuf) {
    let (dir, cache) = cache();
    let (module, layer) = (prepare(&cache.entry(key())), prepare(&cache.entry(layer())));
    let path = dir.path().join("python.zip");
    Archive::write("python", &[&module, &layer], File::create(&path).unwrap(), &Silent).unwrap();
    (dir, path)
}

fn layer() -> Key {
    Key::new("python-core").with("runtime", "abc")
}

/// Imports `bytes` into `cache`, for these keys; whether anything was new.
fn import(cache: &Cache, bytes: &[u8], keys: &[Key]) -> Result<bool, ArchiveError> {
    let file = tempfile::tempfile().unwrap();
    (&file).write_all(bytes).unwrap();
    let entries: Vec<_> = keys.iter().map(|key| cache.entry(key.clone())).collect();
    let entries: Vec<_> = entries.iter().map(|entry| (entry, LIMIT)).collect();
    match Archive::open(file)?.import(&entries, &Silent) {
        Ok((prepared, new)) => {
            prepared.iter().for_each(|prepared| prepared.verify().unwrap());
            Ok(new)
        }
        Err(PrepareError::Work(error)) => Err(error),
        Err(PrepareError::Cache(error)) => panic!("{error}"),
    }
}

/// An archive with these members.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An archive of one entry with these files, each of them what it says.
fn archive_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let listed: Vec<Value> =
        files.iter().map(|(name, bytes)| json!({"name": name, "size": bytes.len(), "sha256": sha256(bytes)})).collect();
    let contents = json!({"format": 1, "runtime": "python", "entries": [{"key": key(), "files": listed}]});
    let contents = contents.to_string();
    let names: Vec<_> = files.iter().map(|(name, _)| format!("0/{name}")).collect();
    let mut members: Vec<(&str, &[u8])> =
        names.iter().map(String::as_str).zip(files.iter().map(|file| file.1)).collect();
    members.dedup_by_key(|member| member.0);
    members.push(("assay-runtime.json", contents.as_bytes()));
    zip(&members)
}

fn is_refused(bytes: &[u8], keys: &[Key], why: &str) {
    let (_dir, cache) = cache();
    let error = import(&cache, bytes, keys).expect_err(why).to_string();
    assert!(error.contains(why), "{error}");
    assert_eq!(names_in(cache.dir()), [""; 0], "{error}");
}

#[test]
fn what_is_imported_is_what_was_exported_and_is_imported_once() {
    let (_dir, path) = exported();
    let bytes = fs::read(path).unwrap();
    let (_dir, cache) = cache();
    let keys = [key(), layer()];
    assert!(import(&cache, &bytes, &keys).unwrap());
    for key in &keys {
        let prepared = cache.entry(key.clone()).get().unwrap().expect("it is there");
        assert_eq!(fs::read(prepared.path("python.cwasm").unwrap()).unwrap(), b"native code");
        assert_eq!(fs::read(prepared.path("LICENSES/cpython.txt").unwrap()).unwrap(), b"PSF");
        let mode = fs::metadata(prepared.path("python.cwasm").unwrap()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o400);
    }
    let before = names_in(cache.dir());
    assert!(!import(&cache, &bytes, &keys).unwrap());
    assert_eq!(names_in(cache.dir()), before);
}

#[test]
fn what_is_missing_is_imported_and_what_is_there_stays() {
    let (_dir, path) = exported();
    let (_dir, cache) = cache();
    let there = prepare(&cache.entry(key()));
    let before = fs::metadata(there.path("python.cwasm").unwrap()).unwrap().modified().unwrap();
    assert!(import(&cache, &fs::read(path).unwrap(), &[key(), layer()]).unwrap());
    assert_eq!(fs::metadata(there.path("python.cwasm").unwrap()).unwrap().modified().unwrap(), before);
    assert!(cache.entry(layer()).get().unwrap().is_some());
}

#[test]
fn exporting_the_same_twice_gives_the_same_bytes() {
    let ((_one, first), (_two, second)) = (exported(), exported());
    let (mut first, mut second) = (fs::read(first).unwrap(), fs::read(second).unwrap());
    // Files are listed in the order in which the file system has them.
    first.sort_unstable();
    second.sort_unstable();
    assert_eq!(first, second);
}

#[test]
fn an_archive_that_was_cut_off_changes_nothing() {
    let (_dir, path) = exported();
    let bytes = fs::read(path).unwrap();
    for len in 0..bytes.len() {
        let (_dir, cache) = cache();
        assert!(import(&cache, &bytes[..len], &[key(), layer()]).is_err(), "{len} of {} bytes", bytes.len());
        assert_eq!(names_in(cache.dir()), [""; 0]);
    }
}

#[test]
fn an_archive_that_was_altered_changes_nothing_or_means_the_same() {
    let (_dir, path) = exported();
    let bytes = fs::read(path).unwrap();
    for position in 0..bytes.len() {
        for bit in [0x01, 0x20, 0x80] {
            let mut altered = bytes.clone();
            altered[position] ^= bit;
            let (_dir, cache) = cache();
            match import(&cache, &altered, &[key(), layer()]) {
                Err(_) => assert_eq!(names_in(cache.dir()), [""; 0]),
                Ok(_) => {
                    let prepared = cache.entry(key()).get().unwrap().unwrap();
                    assert_eq!(fs::read(prepared.path("python.cwasm").unwrap()).unwrap(), b"native code");
                }
            }
        }
    }
}

#[test]
fn an_archive_for_another_machine_or_build_says_what_differs() {
    let (_dir, path) = exported();
    let bytes = fs::read(path).unwrap();
    let newer = Key::new("python").with("package", "3bfb").with("engine", "49.0.0");
    is_refused(&bytes, &[newer, layer()], "`engine` of python is 48.0.8 there, and 49.0.0 here");
    let more = Key::new("python").with("package", "3bfb").with("engine", "48.0.8").with("entry", "x");
    is_refused(&bytes, &[more, layer()], "`entry` of python is none there, and x here");
    is_refused(&bytes, &[key(), layer(), Key::new("python-science")], "it has no python-science");
    is_refused(&bytes, &[key()], "more than a runtime");
    let format = zip(&[("assay-runtime.json", br#"{"format": 2, "other": []}"#)]);
    is_refused(&format, &[key()], "its format is 2, and this assay reads 1");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    assert!(import(&cache().1, &archive_of(&[("a/b", b"x")]), &[key()]).unwrap());
    for name in ["../x", "/x", "a/../../x", "./x", "a//b", "", "a/", "entry.json", "entry.json.new", ".."] {
        is_refused(&archive_of(&[(name, b"x")]), &[key()], "no file of a runtime is called");
    }
    is_refused(&archive_of(&[("a", b"x"), ("a", b"x")]), &[key()], "no file of a runtime is called");
}

#[test]
fn sizes_are_bounded_and_true() {
    is_refused(&archive_of(&[("a", &[0; 600]), ("b", &[0; 600])]), &[key()], "1200 bytes");
    let huge = json!({"name": "a", "size": u64::MAX, "sha256": ""});
    let entries = json!([{"key": key(), "files": [huge.clone(), {"name": "b", "size": 9, "sha256": ""}]}]);
    let contents = json!({"format": 1, "runtime": "python", "entries": entries}).to_string();
    is_refused(&zip(&[("assay-runtime.json", contents.as_bytes())]), &[key()], "bytes");
    // More than it says.
    let listed = json!({"name": "a", "size": 2, "sha256": sha256(b"xx")});
    let contents =
        json!({"format": 1, "runtime": "python", "entries": [{"key": key(), "files": [listed]}]}).to_string();
    let bomb = vec![b'x'; 1 << 20];
    is_refused(
        &zip(&[("0/a", &bomb), ("assay-runtime.json", contents.as_bytes())]),
        &[key()],
        "its `a` is not what was",
    );
    is_refused(b"not an archive", &[key()], "not a whole archive");
    is_refused(&zip(&[("other", b"")]), &[key()], "not a whole archive");
}

#[test]
fn a_file_that_changed_since_it_was_prepared_is_not_exported() {
    let (dir, cache) = cache();
    let prepared = prepare(&cache.entry(key()));
    let path = prepared.path("python.cwasm").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, b"altered code").unwrap();
    let to = File::create(dir.path().join("python.zip")).unwrap();
    assert!(Archive::write("python", &[&prepared], to, &Silent).is_err());
}
