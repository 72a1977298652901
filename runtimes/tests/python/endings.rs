//! How programs end when nothing stops them.

use crate::common::{completed, end, exception, file, pool, printed, run, script};
use assay_api::Status;

#[test]
fn a_program_that_runs_to_its_end_completes_with_0() {
    let outcome = run("print('out')\nimport sys\nprint('err', file=sys.stderr)");
    assert_eq!(outcome.status, completed(0));
    assert_eq!((&*outcome.stdout.text(), &*outcome.stderr.text()), ("out\n", "err\n"));
    assert_eq!(outcome.record, None);
    assert!(outcome.fuel > 0 && outcome.peak_memory_bytes > 0);
}

#[test]
fn exit_codes_are_those_of_the_native_interpreter() {
    let cases = [
        ("sys.exit()", 0),
        ("sys.exit(None)", 0),
        ("sys.exit(0)", 0),
        ("sys.exit(False)", 0),
        ("sys.exit(3)", 3),
        ("sys.exit(True)", 1),
        ("sys.exit(-1)", 255),
        ("sys.exit(256)", 0),
        ("sys.exit(2**100)", 255),
        ("sys.exit('text')", 1),
        ("sys.exit(1.5)", 1),
        ("sys.exit((1, 2))", 1),
        ("exit_code = 4\nraise SystemExit(exit_code)", 4),
        ("def f():\n    def g(): sys.exit(5)\n    g()\nf()", 5),
        ("try:\n    1 / 0\nexcept ZeroDivisionError:\n    sys.exit(6)", 6),
        ("try:\n    sys.exit(7)\nfinally:\n    print('cleaning up')", 7),
        ("try:\n    sys.exit(8)\nexcept Exception:\n    pass", 8),
        ("try:\n    sys.exit(9)\nexcept BaseException:\n    pass", 0),
        ("class E(SystemExit): pass\nraise E(10)", 10),
        ("import os\nos._exit(11)", 11),
    ];
    for (source, code) in cases {
        assert_eq!(end(&format!("import sys\n{source}")), completed(code), "{source}");
    }
}

#[test]
fn an_exit_in_a_finaliser_or_at_exit_does_not_end_the_program() {
    // As natively: the interpreter reports such errors and goes on.
    assert_eq!(printed("import sys\nclass X:\n    def __del__(self): sys.exit(3)\nX()\nprint('on')"), "on\n");
    let outcome = run("import atexit, sys\natexit.register(sys.exit, 3)\natexit.register(print, 'first')");
    assert_eq!((outcome.status, &*outcome.stdout.text()), (completed(0), "first\n"));
}

#[test]
fn exit_functions_run_after_exits_and_exceptions_but_not_after_os_exit() {
    for (ending, prints) in [("pass", true), ("sys.exit(1)", true), ("1 / 0", true), ("os._exit(1)", false)] {
        let outcome = run(&format!("import atexit, os, sys\natexit.register(print, 'bye')\n{ending}"));
        assert_eq!(outcome.stdout.text() == "bye\n", prints, "{ending}");
    }
}

#[test]
fn an_exit_message_goes_to_standard_error() {
    assert_eq!(run("raise SystemExit('too bad')").stderr.text(), "too bad\n");
}

#[test]
fn an_exception_has_type_message_file_and_line() {
    let outcome = run("def f():\n    raise ValueError('no good')\n\nf()");
    let Status::Exception { exception } = outcome.status else { panic!("{outcome:?}") };
    assert_eq!((&*exception.type_name, &*exception.message), ("ValueError", "no good"));
    assert_eq!((exception.file.as_deref(), exception.line), (Some("main.py"), Some(2)));
    let expected = "Traceback (most recent call last):\n  File \"main.py\", line 4, in <module>\n    f()\n    ~^^\n  \
                    File \"main.py\", line 2, in f\n    raise ValueError('no good')\nValueError: no good\n";
    assert_eq!(outcome.stderr.text(), expected);
}

#[test]
fn the_line_is_the_innermost_of_the_programs_own() {
    let raised = exception("import json\nx = 1\njson.loads('{')");
    assert_eq!((&*raised.type_name, raised.line), ("JSONDecodeError", Some(3)));
}

#[test]
fn a_failure_in_another_file_of_the_program_is_found_there() {
    let mut program = script("import helper\nhelper.fail()");
    program.files.push(file("helper.py", "\n\ndef fail():\n    raise KeyError('k')\n"));
    let Status::Exception { exception } = pool().execute(program).status else { panic!("no exception") };
    assert_eq!((exception.file.as_deref(), exception.line), (Some("helper.py"), Some(4)));
}

#[test]
fn a_syntax_error_has_its_line() {
    for (source, type_name, line) in [
        ("x = 1\ndef f(:\n    pass", "SyntaxError", 2),
        ("def f():\nx = 1", "IndentationError", 2),
        ("if 1:\n\tx = 1\n        y = 2", "TabError", 3),
        ("x = 'abc", "SyntaxError", 1),
        ("\n\nreturn 1", "SyntaxError", 3),
    ] {
        let raised = exception(source);
        assert_eq!((&*raised.type_name, raised.line), (type_name, Some(line)), "{source:?}");
        assert_eq!(raised.file.as_deref(), Some("main.py"));
    }
    // An error in code that the program makes is where the program runs that code.
    assert_eq!(exception("x = 1\neval('1 +')").line, Some(2));
}

#[test]
fn exceptions_of_every_kind_are_reported() {
    for (source, type_name) in [
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("class B(BaseException): pass\nraise B", "B"),
        ("raise 5", "TypeError"),
        ("raise ExceptionGroup('g', [ValueError(1)])", "ExceptionGroup"),
        ("raise BaseExceptionGroup('g', [KeyboardInterrupt()])", "BaseExceptionGroup"),
        ("import signal\nsignal.raise_signal(signal.SIGINT)", "KeyboardInterrupt"),
        ("assert False", "AssertionError"),
        ("raise MemoryError('of my own')", "MemoryError"),
        ("raise SyntaxError('made up')", "SyntaxError"),
    ] {
        assert_eq!(exception(source).type_name, type_name, "{source}");
    }
}

#[test]
fn long_and_odd_messages_are_kept_within_bounds() {
    assert_eq!(exception("raise ValueError('é' * 5000)").message, "é".repeat(2000));
    assert_eq!(exception(r"raise ValueError('a\ud800b\0')").message, "a\\ud800b\0");
}

#[test]
fn a_crash_of_the_interpreter_is_a_trap() {
    for source in [
        "import os\nos.abort()",
        "import signal\nsignal.raise_signal(signal.SIGTERM)",
        "import signal\nsignal.raise_signal(9)",
        "import faulthandler\nfaulthandler._sigsegv()",
    ] {
        assert!(matches!(end(source), Status::Trap { .. }), "{source}: {:?}", end(source));
    }
}

#[test]
fn standard_input_ends() {
    let mut program = script("import sys\nprint(input(), sys.stdin.read())\ninput()");
    program.stdin = "one\ntwo\n".to_owned();
    let outcome = pool().execute(program);
    assert_eq!(outcome.stdout.text(), "one two\n\n");
    assert!(matches!(outcome.status, Status::Exception { exception } if exception.type_name == "EOFError"));
}

#[test]
fn output_that_is_not_utf_8_is_kept() {
    let outcome = run(r"import sys; sys.stdout.buffer.write(b'\xff\0')");
    assert_eq!(outcome.stdout.bytes, [0xff, 0]);
}

#[test]
fn programs_of_a_runtime_that_is_not_loaded_are_the_infrastructures_failure() {
    let mut program = script("pass");
    program.runtime = "cobol".to_owned();
    assert!(matches!(pool().execute(program).status, Status::Infra { .. }));
    let mut program = script("pass");
    program.limits.memory_bytes = 1 << 20;
    assert!(matches!(pool().execute(program).status, Status::Infra { .. }));
}
