//! An oracle for extraction: the Python that is installed, if one is.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs each (solution, tests) as one program, all in one process, and gives an error's text for each that fails.
const DRIVER: &str = r#"
import contextlib, io, json, signal, sys

def give_up(*_):
    raise TimeoutError("10 seconds")

signal.signal(signal.SIGALRM, give_up)
results = []
for solution, tests in json.load(sys.stdin):
    signal.alarm(10)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            names = {"__name__": "solution"}
            exec(compile(solution, "solution.py", "exec", dont_inherit=True), names)
            exec(compile(tests, "tests.py", "exec", dont_inherit=True), names)
        results.append(None)
    except BaseException as error:
        results.append(f"{type(error).__name__}: {error}")
    finally:
        signal.alarm(0)
json.dump(results, sys.stdout)
"#;

/// What each program's run gave, `None` where it passed; or `None` when there is no Python to ask.
pub(crate) fn run_natively(programs: &[(String, String)]) -> Option<Vec<Option<String>>> {
    let spawned = Command::new("python3")
        .args(["-c", DRIVER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        assay_testing::lacks("there is no python3 to run the extracted programs");
        return None;
    };
    let input = serde_json::to_vec(programs).unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
