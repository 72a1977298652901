//! Files that are not ours, disks that are full, locks that are held.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::*;

fn open(path: &Path) -> StoreError {
    RunFile::create_or_resume(path, &config()).unwrap_err()
}

#[test]
fn a_missing_folder_is_named() {
    let place = Place::new();
    let error = open(&place.folder.path().join("no/such/run.assay"));
    assert!(matches!(&error, StoreError::NoFolder { folder, .. } if folder.ends_with("no/such")), "{error}");
}

#[test]
fn a_missing_file_can_not_be_read() {
    let error = RunFile::open_read_only(&Place::new().file()).unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
}

#[test]
fn other_files_are_refused_and_left_as_they_are() {
    for contents in ["x", &"y".repeat(511), &"z".repeat(512), "{\"task_id\": 1}\n", &"a long text\n".repeat(1000)] {
        let place = Place::new();
        fs::write(place.file(), contents).unwrap();
        for error in [open(&place.file()), RunFile::open_read_only(&place.file()).unwrap_err()] {
            assert!(matches!(error, StoreError::NotARun { .. }), "{error}");
        }
        assert_eq!(fs::read_to_string(place.file()).unwrap(), contents);
        assert_eq!(place.names(), ["run.assay"]);
    }
}

#[test]
fn a_folder_is_refused() {
    let place = Place::new();
    let error = open(place.folder.path());
    assert!(matches!(&error, StoreError::NotARun { what, .. } if what == "a folder"), "{error}");
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let place = Place::new();
    Connection::open(place.file()).unwrap().execute_batch("CREATE TABLE run (id INTEGER)").unwrap();
    let before = fs::read(place.file()).unwrap();
    for error in [open(&place.file()), RunFile::open_read_only(&place.file()).unwrap_err()] {
        assert!(matches!(error, StoreError::NotARun { .. }), "{error}");
    }
    assert_eq!(fs::read(place.file()).unwrap(), before);
}

#[test]
fn an_empty_file_becomes_a_run() {
    let place = Place::new();
    fs::write(place.file(), "").unwrap();
    place.with_tasks(1).close().unwrap();
    assert_eq!(RunFile::open_read_only(&place.file()).unwrap().load_tasks().unwrap().len(), 1);
}

#[test]
fn a_newer_format_is_read_and_not_written() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    run.close().unwrap();
    let conn = Connection::open(place.file()).unwrap();
    conn.execute_batch("PRAGMA user_version = 7; ALTER TABLE sample ADD COLUMN more TEXT; DROP TABLE metric").unwrap();
    drop(conn);

    let error = open(&place.file());
    assert!(matches!(error, StoreError::Newer { format: 7, supported: FORMAT, .. }), "{error}");
    let reader = RunFile::open_read_only(&place.file()).unwrap();
    assert_eq!(reader.format(), 7);
    assert_eq!(reader.load_results().unwrap().len(), 1);
    let error = reader.metrics().unwrap_err();
    assert!(matches!(error, StoreError::Newer { .. }), "{error}");
}

#[test]
fn names_that_sqlite_finds_special_are_ordinary_files() {
    let place = Place::new();
    for name in [":memory:", "file:x?mode=memory", "a b'%20?cache=shared#.assay"] {
        let path = place.folder.path().join(name);
        RunFile::create_or_resume(&path, &config()).unwrap().close().unwrap();
        assert!(path.is_file(), "{name}");
    }
    assert_eq!(place.names().len(), 3);
}

#[cfg(unix)]
#[test]
fn a_run_has_one_lock_whatever_it_is_called() {
    let place = Place::new();
    let run = place.open();
    let link = place.folder.path().join("link.assay");
    std::os::unix::fs::symlink(place.file(), &link).unwrap();
    let error = open(&link);
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    run.close().unwrap();
}

#[test]
fn a_full_disk_loses_nothing_that_was_recorded() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    let pages: i64 = run.reader().conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let limit = |run: &RunFile, pages: i64| {
        run.reader().conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    };
    limit(&run, pages + 4);
    let mut recorded = 1;
    let error = loop {
        match run.record(&result(&key(0, recorded))) {
            Ok(()) => recorded += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
    assert!(error.to_string().contains("run.assay: the disk is full"), "{error}");
    assert_eq!(run.finished().unwrap().len(), recorded as usize);
    limit(&run, 1 << 20);
    run.record(&result(&key(0, recorded))).unwrap();
    run.close().unwrap();
    assert_eq!(place.open().finished().unwrap().len(), recorded as usize + 1);
}

#[cfg(unix)]
#[test]
fn a_read_only_place_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.open().close().unwrap();
    let allow = |mode| fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o500);
    if fs::write(place.folder.path().join("probe"), "").is_ok() {
        return assay_testing::skip("this user may write everywhere");
    }
    let error = open(&place.file());
    let readable = RunFile::open_read_only(&place.file()).is_ok();
    allow(0o700);
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
    assert!(readable);
}

#[test]
fn a_damaged_file_is_said_to_be_damaged() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    run.close().unwrap();
    let mut bytes = fs::read(place.file()).unwrap();
    let page = 4096;
    bytes[page..].fill(0xa5);
    fs::write(place.file(), bytes).unwrap();
    let error = open(&place.file());
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn a_value_that_no_assay_wrote_is_damage() {
    let place = Place::new();
    place.with_tasks(1).record(&result(&key(0, 0))).unwrap();
    Connection::open(place.file()).unwrap().execute("UPDATE sample SET verdict_json = 'no'", []).unwrap();
    let error = RunFile::open_read_only(&place.file()).unwrap().load_results().unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn an_identity_that_was_altered_is_damage() {
    let place = Place::new();
    drop(place.with_tasks(1));
    let altered = "UPDATE run SET identity = replace(identity, '\"id\":\"', '\"id\":\"x')";
    assert_eq!(Connection::open(place.file()).unwrap().execute(altered, []).unwrap(), 1);
    let run = RunFile::open_read_only(&place.file()).unwrap();
    let errors = [run.config().map(drop).unwrap_err(), open(&place.file())];
    for error in errors {
        assert!(error.to_string().contains("its identity is not what its digest says"), "{error}");
    }
}

#[test]
fn a_column_that_is_missing_is_damage() {
    let place = Place::new();
    place.with_tasks(1);
    Connection::open(place.file()).unwrap().execute("ALTER TABLE request RENAME COLUMN request TO rquest", []).unwrap();
    let error = RunFile::open_read_only(&place.file()).unwrap().load_tasks().unwrap_err();
    assert!(error.to_string().contains("the file is damaged (no such column"), "{error}");
}

#[test]
fn a_reader_neither_blocks_the_writer_nor_loses_its_view_when_it_closes() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    let reader = RunFile::open_read_only(&place.file()).unwrap();
    reader.conn.execute_batch("BEGIN").unwrap();
    assert_eq!(reader.load_results().unwrap().len(), 1);
    run.record(&result(&key(0, 1))).unwrap();
    assert_eq!(run.close().unwrap(), Closed::StillRead);
    assert_eq!(reader.load_results().unwrap().len(), 1);
    drop(reader);
    let run = place.open();
    assert_eq!(run.finished().unwrap().len(), 2);
    assert_eq!(run.close().unwrap(), Closed::Plain);
    assert_eq!(place.names(), ["run.assay"]);
}
