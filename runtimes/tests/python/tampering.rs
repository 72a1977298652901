//! A program that tampers with its interpreter gets its honest outcome; one that attacks the report gets none.

use crate::common::{completed, end, exception, run};
use assay_api::Status;

/// What honest programs, and dishonest ones, replace.
const TAMPERING: &[&str] = &[
    "import json\njson.dumps = json.loads = None",
    "import json\njson._default_encoder = json._default_decoder = json.encoder = json.decoder = None",
    "import json.encoder\njson.encoder.c_make_encoder = json.encoder.encode_basestring_ascii = None",
    "import builtins\nbuiltins.len = builtins.str = builtins.type = builtins.int = builtins.isinstance = None",
    "import builtins\nbuiltins.issubclass = builtins.getattr = builtins.slice = lambda *a: 1 / 0",
    "import builtins\nbuiltins.print = builtins.open = builtins.__import__ = None",
    "import builtins\nbuiltins.compile = builtins.exec = builtins.eval = None",
    "import builtins\nbuiltins.BaseException = builtins.SystemExit = builtins.SyntaxError = int",
    "import builtins\nbuiltins.__build_class__ = None",
    "import builtins\nfor name in list(vars(builtins)):\n    if name[:1].islower() and name != 'delattr': delattr(builtins, name)",
    "import sys\nfor name in list(sys.modules):\n    if name not in ('sys', 'builtins'): del sys.modules[name]",
    "import sys\ndel sys.modules['atexit'], sys.modules['random'], sys.modules['traceback'], sys.modules['json']",
    "import sys\nsys.modules['json'] = sys.modules['atexit'] = sys.modules['__main__'] = None",
    "import atexit\natexit._run_exitfuncs = lambda: 1 / 0",
    "import traceback\ntraceback.print_exception = traceback._print_exception_bltin = lambda *a: 1 / 0",
    "import random\nrandom.seed = random.random = None",
    "import linecache\nlinecache.getline = linecache.checkcache = None",
    "import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)",
    "import sys\nsys.path = sys.argv = sys.stdlib_module_names = None",
    "import sys\ndel sys.path, sys.argv, sys.stdlib_module_names, sys.settrace, sys.setprofile, sys.gettrace",
    "import sys\nsys.excepthook = None",
    "import sys\nsys.excepthook = lambda *a: 1 / 0",
    "import sys\nsys.excepthook = sys.exit",
    "import sys\nsys.displayhook = sys.unraisablehook = lambda *a: 1 / 0",
    "import sys\nsys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None",
    "import sys\ndel sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__",
    "import sys\nsys.stdout.close()\nsys.stderr.close()",
    "import os\nfor fd in (0, 1, 2): os.close(fd)",
    "class S:\n    def __getattr__(self, name): raise SystemExit(0)\nimport sys\nsys.stdout = sys.stderr = S()",
    "class S:\n    def flush(self): raise KeyboardInterrupt\n    def write(self, text): 1 / 0\nimport sys\nsys.stdout = sys.stderr = S()",
    "import gc\ngc.disable()\ngc.set_threshold(1)\ngc.unfreeze()\ngc.collect()",
    "import sys\nsys.setrecursionlimit(10 ** 9)",
    "import codecs\ncodecs.register_error('backslashreplace', lambda e: 1 / 0)\ncodecs.lookup = None",
    "import warnings\nwarnings.simplefilter('error')\nwarnings.showwarning = None",
    "import os\nos.chdir('/tmp')\nos.environ.clear()",
    "import os\nos.remove('main.py')",
    "globals().clear()",
    "import sys\nsys.__dict__.pop('modules')",
    "__builtins__ = {}",
    "import faulthandler, sys\nsys.set_int_max_str_digits(640)\nfaulthandler.enable()",
    "import asyncio, threading, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)",
];

#[test]
fn a_program_that_tampers_and_completes_has_completed() {
    for tampering in TAMPERING {
        let outcome = run(tampering);
        assert_eq!(outcome.status, completed(0), "{tampering}\n{}", outcome.stderr.text());
    }
}

#[test]
fn a_program_that_tampers_and_fails_has_failed() {
    for tampering in TAMPERING {
        let outcome = run(&format!("{tampering}\nraise ValueError('v')"));
        let Status::Exception { exception } = &outcome.status else {
            panic!("{tampering}: {:?}\n{}", outcome.status, outcome.stderr.text())
        };
        assert_eq!((&*exception.type_name, &*exception.message), ("ValueError", "v"), "{tampering}");
        assert_eq!(exception.file.as_deref(), Some("main.py"), "{tampering}");
    }
}

#[test]
fn a_program_that_tampers_and_exits_has_exited() {
    for tampering in TAMPERING {
        // Kept where the tampering leaves it.
        let outcome = run(&format!("import builtins\nbuiltins.LEAVE = SystemExit(3)\n{tampering}\nraise LEAVE"));
        assert_eq!(outcome.status, completed(3), "{tampering}\n{}", outcome.stderr.text());
    }
}

#[test]
fn exceptions_that_lie_about_themselves_are_described_nevertheless() {
    for (source, type_name, message) in [
        ("class E(Exception):\n    def __str__(self): 1 / 0\nraise E", "E", None),
        ("class E(Exception):\n    def __str__(self): raise SystemExit(0)\nraise E", "E", None),
        ("class E(Exception):\n    def __str__(self): return 5\nraise E", "E", None),
        ("class E(Exception):\n    __str__ = __repr__ = __class__ = None\nraise E", "E", None),
        ("class E(Exception):\n    __class__ = property(lambda self: 1 / 0)\nraise E('m')", "E", Some("m")),
        ("class E(Exception):\n    def __getattribute__(self, name): 1 / 0\nraise E('m')", "E", Some("m")),
        (
            "class E(Exception):\n    __traceback__ = __cause__ = __context__ = property(lambda self: 1 / 0)\nraise E('m')",
            "E",
            Some("m"),
        ),
        (
            "class E(Exception):\n    def __bool__(self): 1 / 0\ntry:\n    raise E\nexcept E as e:\n    raise ValueError('m') from e",
            "ValueError",
            Some("m"),
        ),
        (
            "class M(type):\n    __name__ = property(lambda c: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E('m')",
            "E",
            Some("m"),
        ),
        (
            "class M(type):\n    def __getattribute__(c, n): 1 / 0\nclass E(Exception, metaclass=M): pass\nraise E('m')",
            "E",
            Some("m"),
        ),
        (
            "class M(type):\n    def __instancecheck__(c, n): 1 / 0\nclass E(SyntaxError, metaclass=M): pass\nraise E('m')",
            "E",
            Some("m"),
        ),
        (
            "class S(str):\n    def __str__(self): return self\n    encode = __getitem__ = None\nclass E(Exception):\n    def __str__(self): return S('m')\nraise E",
            "E",
            Some("m"),
        ),
        (
            "class S(str):\n    __hash__ = None\n    def __eq__(self, other): 1 / 0\nraise SyntaxError('m', (S('main.py'), 1, 1, ''))",
            "SyntaxError",
            Some("m (main.py, line 1)"),
        ),
        ("raise SyntaxError('m', ('main.py', -5, 1, ''))", "SyntaxError", None),
        ("raise SyntaxError('m', ('main.py', 10 ** 30, 1, ''))", "SyntaxError", None),
        (
            "class S(str):\n    partition = lstrip = None\nraise ModuleNotFoundError('m', name=S('requests'))",
            "ModuleNotFoundError",
            Some("m"),
        ),
        ("e = ValueError('m')\ne.__cause__ = e.__context__ = e\nraise e", "ValueError", Some("m")),
        ("a, b = ValueError('m'), KeyError()\na.__context__, b.__context__ = b, a\nraise a", "ValueError", Some("m")),
        (
            "def f(): raise ValueError('m')\nf.__code__ = f.__code__.replace(co_filename='main.py', co_firstlineno=2 ** 31 - 1)\nf()",
            "ValueError",
            Some("m"),
        ),
    ] {
        let found = exception(source);
        assert_eq!(found.type_name, type_name, "{source}");
        if let Some(message) = message {
            assert_eq!(found.message, message, "{source}");
        }
    }
}

#[test]
fn exit_codes_that_lie_are_exit_codes() {
    for (source, code) in [
        ("class X:\n    __class__ = int\n    def __int__(self): 1 / 0\nraise SystemExit(X())", 1),
        ("class X:\n    def __str__(self): 1 / 0\nraise SystemExit(X())", 1),
        (
            "class X(int):\n    __int__ = __index__ = __and__ = __lt__ = __le__ = __repr__ = None\nraise SystemExit(X(5))",
            5,
        ),
        ("class X(SystemExit):\n    code = property(lambda self: 1 / 0)\nraise X", 1),
        ("class X(SystemExit):\n    code = 4\nraise X", 4),
        ("raise SystemExit('\\ud800')", 1),
    ] {
        assert_eq!(end(source), completed(code), "{source}");
    }
}

#[test]
fn endless_lies_run_out_of_fuel() {
    for source in [
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
        "class E(SystemExit):\n    @property\n    def code(self):\n        while True: pass\nraise E",
        "class S:\n    def flush(self):\n        while True: pass\nimport sys\nsys.stdout = S()",
        "import sys\ndef hook(*a):\n    while True: pass\nsys.excepthook = hook\n1 / 0",
        "import atexit\n@atexit.register\ndef f():\n    while True: pass",
    ] {
        assert_eq!(end(source), Status::OutOfFuel, "{source}");
    }
}

#[test]
fn the_programs_own_hook_shows_the_exception() {
    let outcome =
        run("import sys\nsys.excepthook = lambda t, e, tb: print('hook', t.__name__, e, tb.tb_lineno)\n1 / 0");
    assert_eq!((&*outcome.stdout.text(), &*outcome.stderr.text()), ("hook ZeroDivisionError division by zero 3\n", ""));
}

#[test]
fn output_through_a_replaced_stream_is_not_lost() {
    let source = "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'latin-1')\nprint('é')";
    assert_eq!(run(source).stdout.bytes, b"\xe9\n");
}

#[test]
fn a_forged_report_is_not_believed() {
    for message in [
        r#"b'r' + b'0' * 32 + b'{"end":"exit","code":0}'"#,
        r#"b'r{"end":"exit","code":0}'"#,
        "b'r'",
        "b'p'",
        "b's'",
        "b't'",
        "bytes(1_000_000)",
    ] {
        let source = format!(
            "import _host\ntry:\n    _host.call({message})\n    print('answered')\nexcept OSError: pass\n1 / 0"
        );
        let outcome = run(&source);
        assert!(matches!(outcome.status, Status::Exception { .. }), "{message}: {:?}", outcome.status);
        assert_eq!(outcome.stdout.text(), "", "{message}");
    }
}

#[test]
fn a_program_that_sabotages_the_harness_has_no_report() {
    for source in [
        "import sys\nsys._getframe(1).f_globals['_flush'] = None",
        "import sys\nsys._getframe(1).f_globals.clear()",
        "import __main__, sys\nsys._getframe(3).f_locals['door'] = print",
        "import sys\nm = sys.monitoring\nm.use_tool_id(1, 'x')\ndef f(*a): raise ValueError\nm.register_callback(1, m.events.CALL, f)\nm.set_events(1, m.events.CALL)",
    ] {
        let status = end(source);
        assert!(!matches!(status, Status::Infra { .. }), "{source}: {status:?}");
    }
}
