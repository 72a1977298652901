use std::path::Path;
use std::process::Command;

use crate::assay::User;

/// Runs a script of `tests/servers`, which says what fails.
#[track_caller]
fn script(name: &str, options: &[&str]) {
    // Only to have the runtime prepared.
    drop(User::new());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/servers").join(name);
    let mut command = Command::new("python3");
    command.arg(script).arg("--assay").arg(env!("CARGO_BIN_EXE_assay")).args(options);
    assert!(command.status().unwrap().success(), "{command:?}");
}

#[test]
#[ignore = "slow: installs litellm from the package index"]
fn litellms_proxy_is_understood() {
    script("real.py", &["--only", "litellm"]);
}

#[test]
#[ignore = "slow: builds llama.cpp from source"]
fn llama_cpps_server_is_understood() {
    script("real.py", &["--only", "llama"]);
}

#[test]
#[ignore = "slow: twenty thousand requests"]
fn ten_thousand_samples_at_256_at_once_fit_in_little_memory() {
    // Unoptimised code is not what the bound on processor time is for.
    let most_cpu = if cfg!(debug_assertions) { "1000" } else { "1" };
    script("load.py", &["--most-cpu-ms", most_cpu]);
}
