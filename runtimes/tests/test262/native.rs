//! The same engine, compiled for this machine, without any of ours.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::DONE;
use super::test::{Composed, Expected, Test};

/// The crate that has the engine's sources, as the runtime is built from it.
const CRATE: &str = "libquickjs-ng-sys";
const CRATE_VERSION: &str = "0.14.0";

const SOURCES: &[&str] = &[
    "qjs.c",
    "quickjs.c",
    "quickjs-libc.c",
    "libregexp.c",
    "libunicode.c",
    "dtoa.c",
    "gen/repl.c",
    "gen/standalone.c",
];

/// The engine's own program.
#[derive(Debug)]
pub(crate) struct Native {
    folder: TempDir,
    program: PathBuf,
}

impl Native {
    /// Gets the sources through cargo and compiles them with the system's C compiler.
    pub(crate) fn build() -> Native {
        let folder = tempfile::tempdir().expect("a folder");
        let project = folder.path();
        let manifest = format!(
            "[package]\nname = \"sources\"\nversion = \"0.0.0\"\n[lib]\npath = \"lib.rs\"\n\
             [dependencies]\n{CRATE} = \"={CRATE_VERSION}\"\n[workspace]\n"
        );
        fs::write(project.join("Cargo.toml"), manifest).expect("a writable folder");
        fs::write(project.join("lib.rs"), "").expect("a writable folder");
        succeed(Command::new("cargo").args(["vendor", "--versioned-dirs", "vendor"]).current_dir(project));
        let sources = project.join(format!("vendor/{CRATE}-{CRATE_VERSION}/embed/quickjs"));
        let program = project.join("qjs");
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-w", "-D_GNU_SOURCE", "-o"]).arg(&program).args(SOURCES);
        succeed(compiler.args(["-lm", "-ldl", "-lpthread"]).current_dir(sources));
        Native { folder, program }
    }

    /// Whether the test passes here.
    pub(crate) fn passes(&self, test: &Test, composed: &Composed) -> bool {
        let work = tempfile::tempdir_in(self.folder.path()).expect("a folder");
        let write = |name: &str, text: &str| fs::write(work.path().join(name), text).expect("a writable folder");
        for (name, text) in &composed.fixtures {
            write(name, text);
        }
        let mut command = Command::new("timeout");
        command.arg("60").arg(&self.program).current_dir(work.path());
        if composed.module {
            write("test.mjs", &format!("{}\n{}", composed.harness, composed.source));
            command.args(["--module", "test.mjs"]);
        } else {
            write("harness.js", &composed.harness);
            write("test.js", &composed.source);
            command.args(["--script", "--include", "harness.js", "test.js"]);
        }
        let output = command.output().expect("timeout is installed");
        let said = String::from_utf8_lossy(&output.stdout);
        match &test.expected {
            Expected::Error(name) => {
                !output.status.success() && String::from_utf8_lossy(&output.stderr).contains(name.as_str())
            }
            Expected::Nothing => output.status.success() && (!test.is_async || said.lines().any(|line| line == DONE)),
        }
    }
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
