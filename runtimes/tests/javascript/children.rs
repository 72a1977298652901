use assay_api::Status;

use crate::support::{completed, graded, pool, printed_by, program, run, script};

const CHILD: &str = "console.log(process.argv.slice(2).join('+'), typeof leaked, process.env.NAME); leaked = 1;\n\
    console.error('to stderr'); setTimeout(() => { console.log('later'); process.exit(3); console.log('never'); }, 60_000);";

#[test]
fn a_child_runs_to_its_end_while_its_parent_waits() {
    let main = "const { spawnSync } = require('child_process');\n\
        for (let i = 0; i < 2; i++) {\n\
        const { status, stdout, stderr } = spawnSync('node', ['child.js', 'a', 'b'], { encoding: 'utf8', env: { NAME: 'n' } });\n\
        console.log(status, JSON.stringify(stdout), JSON.stringify(stderr), typeof leaked);\n}";
    let line = "3 \"a+b undefined n\\nlater\\n\" \"to stderr\\n\" undefined\n";
    assert_eq!(printed_by(program(&[("main.js", main), ("child.js", CHILD)])), line.repeat(2));
}

#[test]
fn what_a_child_throws_is_its_own() {
    let main = "const { execFileSync } = require('child_process');\n\
        try { execFileSync('node', ['child.mjs'], { stdio: 'pipe' }); } catch (e) { console.log(e.status, /TypeError: why/.test(e.stderr)); }";
    let child = "await new Promise((resolve) => setTimeout(resolve, 10)); throw new TypeError('why');";
    assert_eq!(printed_by(program(&[("main.js", main), ("child.mjs", child)])), "1 true\n");
}

#[test]
fn children_run_side_by_side_with_their_parent() {
    let main = "const { spawn, exec } = require('child_process');\n\
        const child = spawn('node', ['-e', 'process.stdin.on(\"data\", (d) => console.log(`<${d}>`)).on(\"end\", () => process.exit(4))']);\n\
        child.stdout.on('data', (d) => process.stdout.write(d)); child.on('close', (code) => console.log('closed', code));\n\
        child.stdin.write('one'); setTimeout(() => child.stdin.end('two'), 100);\n\
        exec('node -p \"6 * 7\"', (error, stdout) => console.log(error, stdout.trim()));";
    assert_eq!(printed_by(script(main)), "<one>\nnull 42\n<two>\nclosed 4\n");
}

#[test]
fn a_forked_child_and_its_parent_send_messages() {
    let main = "const child = require('child_process').fork('./child.js');\n\
        child.on('message', (m) => console.log(m)); child.on('exit', (code) => console.log(code)); child.send({ n: 20 }); child.send('end');";
    let child =
        "process.on('message', (m) => { if (m === 'end') process.exit(0); process.send({ double: m.n * 2 }); });";
    assert_eq!(printed_by(program(&[("main.js", main), ("child.js", child)])), "{ double: 40 }\n0\n");
}

#[test]
fn threads_have_their_own_modules_and_copies_of_data() {
    let main = "const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');\n\
        let count = 0; count += 1;\n\
        if (isMainThread) {\n\
        const data = { n: 1 }; const worker = new Worker(__filename, { workerData: data });\n\
        worker.on('message', (m) => { console.log(m, data.n, count); if (m.done) worker.terminate(); });\n\
        worker.on('exit', (code) => console.log('exit', code)); worker.postMessage(5); worker.postMessage('end');\n\
        } else {\n\
        workerData.n = 7; count += 1;\n\
        parentPort.on('message', (m) => parentPort.postMessage(m === 'end' ? { done: true } : { got: m, count }));\n}";
    assert_eq!(printed_by(script(main)), "{ got: 5, count: 2 } 1 1\n{ done: true } 1 1\nexit 1\n");
}

#[test]
fn an_error_in_a_thread_is_heard_by_its_parent() {
    let main = "const { Worker } = require('worker_threads');\n\
        const worker = new Worker('throw new RangeError(\"far\")', { eval: true });\n\
        worker.on('error', (e) => console.log(e.name, e.message)); worker.on('exit', (code) => console.log(code));";
    assert_eq!(printed_by(script(main)), "RangeError far\n1\n");
    let unheard =
        run("const { Worker } = require('worker_threads'); new Worker('throw new RangeError(1)', { eval: true });");
    assert!(
        matches!(&unheard.status, Status::Exception { exception } if exception.type_name == "RangeError"),
        "{unheard:?}"
    );
}

#[test]
fn other_programs_than_node_are_unsupported() {
    for source in [
        "spawnSync('ls')",
        "execSync('node a.js | cat')",
        "exec('ls', () => {})",
        "spawn('node', ['--inspect', 'a.js'])",
    ] {
        let status = run(&format!("require('child_process').{source};")).status;
        assert_eq!(status, Status::Unsupported { what: "child_process".to_owned() }, "{source}");
    }
    let lacking = run("require('child_process').spawnSync('node', ['-e', 'require(\"http\")']);");
    assert_eq!(lacking.status, Status::Unsupported { what: "http".to_owned() });
}

#[test]
fn fuel_is_the_whole_familys() {
    assert_eq!(run("require('child_process').spawnSync('node', ['-e', 'for (;;);']);").status, Status::OutOfFuel);
}

#[test]
fn tests_may_run_the_solution_as_a_process() {
    let tests = "const { spawnSync } = require('child_process');\n\
        test('adds', () => { expect(`${spawnSync('node', ['sum.js', '1', '2']).stdout}`).toBe('3\\n'); });";
    let solution =
        ("sum.js", "#!/usr/bin/env node\nconsole.log(process.argv.slice(2).reduce((sum, n) => sum + +n, 0));");
    let outcome = pool().execute(graded(solution, ("sum.spec.js", tests)));
    assert_eq!(outcome.status, completed(0));
    assert!(outcome.record.is_some_and(|record| record.passed()));
}
