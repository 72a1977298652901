//! An oracle: the `node` that is installed, if one is.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use assay_api::{Entry, Program};

/// Runs each text as a CommonJS module, all in one process, and writes for each a line: whether it ended without an
/// exception, also of a promise, and how much it wrote.
const DRIVER: &str = r#"
const { Module } = require('node:module');
const vm = require('node:vm');
const programs = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const report = process.stdout.write.bind(process.stdout);
const load = Module.createRequire(process.cwd() + '/program.js');
const exit = process.exit;
let written = 0;
let failed = false;
for (const stream of [process.stdout, process.stderr]) {
    stream.write = (text) => { written += text.length; return true; };
}
for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, () => { failed = true; });
}
process.exit = (code) => { throw new Error(`exit ${code}`); };
(async () => {
    for (const text of programs) {
        [written, failed] = [0, false];
        try {
            const module = { exports: {} };
            const main = vm.runInThisContext(Module.wrap(text), { filename: 'program.js' });
            globalThis.__run = () => main.call(module.exports, module.exports, load, module, 'program.js', '.');
            vm.runInThisContext('__run()', { timeout: 5000 });
        } catch {
            failed = true;
        }
        await new Promise((resolve) => setImmediate(resolve));
        report(`${JSON.stringify([!failed, written])}\n`);
    }
    exit(0);
})();
"#;

/// Which of the named programs `node` lets pass: solution and tests run as their authors run them, in one file, which
/// passes if it ends without an exception and, where it has to be silent, writes nothing. `None` when there is no `node`.
pub(crate) fn passing(programs: &[(String, Program)], silent: bool) -> Option<BTreeSet<String>> {
    if Command::new("node").arg("--version").stdout(Stdio::null()).status().is_err() {
        assay_testing::lacks("there is no node to run the programs with");
        return None;
    }
    let mut passed = BTreeSet::new();
    let mut rest = programs;
    while !rest.is_empty() {
        let results = run(rest);
        for ((name, _), (ended, written)) in rest.iter().zip(&results) {
            if *ended && !(silent && *written > 0) {
                passed.insert(name.clone());
            }
        }
        // One that ends the process, by filling its memory, has failed.
        rest = &rest[rest.len().min(results.len() + 1)..];
    }
    Some(passed)
}

/// What the programs did, up to the first that ended the process.
fn run(programs: &[(String, Program)]) -> Vec<(bool, u64)> {
    let mut child = Command::new("node")
        .args(["--max-old-space-size=512", "-e", DRIVER])
        .env("NODE_PATH", std::env::var_os("ASSAY_NODE_PATH").unwrap_or_default())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let texts: Vec<String> = programs.iter().map(|(_, program)| text(program)).collect();
    let input = serde_json::to_vec(&texts).unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Solution and tests as one file.
pub(crate) fn text(program: &Program) -> String {
    let Entry::Tests { solution, tests, .. } = &program.entry else { panic!("it has no tests") };
    format!("{}\n{}", program.file(solution).unwrap(), program.file(tests).unwrap())
}
