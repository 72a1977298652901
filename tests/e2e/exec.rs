use serde_json::{Value, json};

use crate::assay::{Ended, User};

/// Runs a program with options.
fn exec(source: &str, options: &str) -> Ended {
    let user = User::new();
    user.write("program.py", source);
    user.assay(["exec", "program.py"].into_iter().chain(options.split_whitespace())).run()
}

fn report(source: &str, options: &str, code: i32) -> Value {
    exec(source, &format!("--json {options}")).exits(code).json()
}

#[test]
fn output_passes_through_byte_for_byte() {
    let ended = exec(
        "import sys\n\
         sys.stdout.buffer.write(bytes(b for b in range(256)) + b'\\r\\n\\x1b[31m no newline')\n\
         sys.stderr.write('to stderr\\n')\n",
        "",
    )
    .done();
    let bytes: Vec<u8> = (0..=255).chain(*b"\r\n\x1b[31m no newline").collect();
    assert_eq!(ended.stdout, bytes);
    assert_eq!(ended.stderr, "to stderr\n");
}

#[test]
fn only_a_program_that_completed_with_0_exits_with_0() {
    for (source, code) in [
        ("", 0),
        ("import sys\nsys.exit()", 0),
        ("import sys\nsys.exit(0)", 0),
        ("import sys\nsys.exit(3)", 1),
        ("import sys\nsys.exit(-1)", 1),
        ("import sys\nsys.exit(2**70)", 1),
        ("import sys\nsys.exit('words')", 1),
        ("import os\nos._exit(0)", 0),
        ("import os\nos._exit(7)", 1),
        ("raise ValueError", 1),
        ("def f(:", 1),
    ] {
        let ended = exec(source, "");
        assert_eq!(ended.code, Some(code), "{source}\n{}", ended.stderr);
    }
}

#[test]
fn an_exception_leaves_its_traceback_on_stderr() {
    let ended = exec("def f(x):\n    return 1 / x\n\nf(0)\n", "").exits(1);
    assert!(ended.stdout.is_empty());
    ended.says(&["Traceback (most recent call last)", "program.py", "line 2", "ZeroDivisionError: division by zero"]);
}

#[test]
fn an_endless_loop_ends_with_its_fuel() {
    exec("while True:\n    pass\n", "--fuel 100000000").exits(1).says(&["out of fuel", "--fuel"]);
}

#[test]
fn a_memory_bomb_ends_with_its_memory() {
    let bomb = "x = []\nwhile True:\n    x.append(bytearray(1 << 20))\n";
    let ended = exec(bomb, "--memory 134217728").exits(1);
    assert!(ended.stderr.contains("out of memory") || ended.stderr.contains("MemoryError"), "{}", ended.stderr);
}

#[test]
fn less_memory_than_the_interpreters_own_is_refused() {
    exec("", "--memory 65536").fails(2, &["--memory 65536", "bytes"]);
}

#[test]
fn a_file_that_cannot_be_executed_is_named() {
    let user = User::new();
    user.run("exec no/such/file.py").fails(2, &["no/such/file.py", "No such file"]);
    user.write("program.rb", "");
    user.run("exec program.rb").fails(2, &["program.rb", ".py"]);
    user.write("latin.py", b"x = 1\n# caf\xe9\n");
    user.run("exec latin.py").fails(2, &["latin.py:2: not UTF-8"]);
    user.write("ok.py", "");
    user.run("exec ok.py --stdin nothing.txt").fails(2, &["nothing.txt", "No such file"]);
}

#[test]
fn a_program_reads_what_stdin_names() {
    let user = User::new();
    user.write("program.py", "import sys\nprint(sys.stdin.read().upper(), end='')\n");
    let input = user.write("input.txt", "née\nline\n");
    assert_eq!(user.run("exec program.py --stdin input.txt").done().text(), "NÉE\nLINE\n");
    assert_eq!(user.assay(["exec", "program.py", "--stdin", "-"]).stdin(&input).run().done().text(), "NÉE\nLINE\n");
    // Ours is not the program's unless the user says so.
    assert_eq!(user.assay(["exec", "program.py"]).stdin(&input).run().done().text(), "");
}

#[test]
fn a_program_sees_neither_the_users_files_nor_the_environment_nor_the_network() {
    let user = User::new();
    let secret = user.write("secret.txt", "canary");
    user.write(
        "program.py",
        format!(
            "import os\nfor path in ['secret.txt', {secret:?}, '/etc/passwd']:\n    try:\n        print(open(path).read())\n    \
             except OSError as error:\n        print(type(error).__name__)\nprint('canary' in str(os.environ))\n"
        ),
    );
    let ended = user.assay(["exec", "program.py"]).env("SECRET", "canary").run().done();
    assert_eq!(ended.text(), "FileNotFoundError\nFileNotFoundError\nFileNotFoundError\nFalse\n");
    assert_eq!(exec("import socket\nsocket.create_connection(('127.0.0.1', 1))\n", "").code, Some(1));
}

/// The keys and types of the report, which scripts rely on.
#[track_caller]
fn assert_contract(report: &Value) {
    let keys: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["outcome", "exit_code", "exception", "detail", "fuel", "peak_memory_bytes", "stdout", "stderr", "truncated"];
    assert_eq!(keys, expected);
    assert!(report["outcome"].is_string() && report["fuel"].is_u64() && report["peak_memory_bytes"].is_u64());
    assert!(report["stdout"].is_string() && report["stderr"].is_string());
    assert!(report["fuel"].as_u64() > Some(0) && report["peak_memory_bytes"].as_u64() > Some(0));
    let truncated = report["truncated"].as_object().unwrap();
    assert!(truncated.len() == 2 && truncated["stdout"].is_boolean() && truncated["stderr"].is_boolean());
}

#[test]
fn the_report_of_a_completed_program_has_its_exit_code_and_output() {
    let report = report("import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)", "", 1);
    assert_contract(&report);
    assert_eq!(report["outcome"], "completed");
    assert_eq!(
        (&report["exit_code"], &report["exception"], &report["detail"]),
        (&json!(3), &Value::Null, &Value::Null)
    );
    assert_eq!((&report["stdout"], &report["stderr"]), (&json!("out\n"), &json!("err\n")));
    assert_eq!(report["truncated"], json!({"stdout": false, "stderr": false}));
}

#[test]
fn the_report_of_an_exception_has_its_type_message_and_line() {
    let report = report("def f(x):\n    raise KeyError(x)\n\nf('missing')\n", "", 1);
    assert_contract(&report);
    assert_eq!((&report["outcome"], &report["exit_code"]), (&json!("exception"), &Value::Null));
    assert_eq!(report["exception"]["type"], "KeyError");
    assert_eq!(report["exception"]["message"], "'missing'");
    assert_eq!(report["exception"]["line"], 2);
}

#[test]
fn the_report_of_what_ran_out_says_of_what() {
    let fuel = report("print('before', flush=True)\nwhile True:\n    pass\n", "--fuel 100000000", 1);
    assert_contract(&fuel);
    assert_eq!((&fuel["outcome"], &fuel["exit_code"]), (&json!("out_of_fuel"), &Value::Null));
    assert_eq!((&fuel["fuel"], &fuel["stdout"]), (&json!(100_000_000), &json!("before\n")));

    let memory = report("x = 'x' * (1 << 30)\n", "--memory 134217728", 1);
    assert_contract(&memory);
    assert_eq!((&memory["outcome"], &memory["exit_code"]), (&json!("out_of_memory"), &Value::Null));
    assert!(memory["peak_memory_bytes"].as_u64().unwrap() <= 134_217_728);
}

#[test]
fn the_report_of_what_the_sandbox_lacks_names_it() {
    let report = report("import subprocess\nsubprocess.run(['ls'])\n", "", 1);
    assert_contract(&report);
    assert_eq!(report["outcome"], "unsupported");
    assert!(report["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{report}");
}

#[test]
fn endless_recursion_is_the_programs_own_exception() {
    let report = report("def f():\n    return f()\n\nf()\n", "", 1);
    assert_contract(&report);
    assert_eq!(report["exception"]["type"], "RecursionError", "{report}");
}

#[test]
fn an_output_flood_is_kept_in_part_and_says_so() {
    let flood = "line = 'x' * 1023\nwhile True:\n    print(line)\n";
    let report = report(flood, "", 1);
    assert_contract(&report);
    assert_eq!(report["truncated"], json!({"stdout": true, "stderr": false}), "{}", report["outcome"]);
    assert!(report["stdout"].as_str().unwrap().starts_with("xxxx"));
}

#[test]
fn the_same_program_gives_the_same_report() {
    let source = "import random, time, os, uuid\n\
                  print(random.random(), time.time(), os.urandom(8).hex(), uuid.uuid4(), hash('text'), id(object()))\n\
                  print(sorted({str(n) for n in range(50)}, key=hash))\n\
                  time.sleep(60)\nprint(time.time())\n";
    let first = exec(source, "--json").done().json();
    assert_eq!(exec(source, "--json").done().json(), first);
    let other = exec(source, "--json --seed 1").done().json();
    assert_ne!(other["stdout"], first["stdout"]);
}
