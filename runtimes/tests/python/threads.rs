//! Threads, against what CPython with native ones prints.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assay_api::{Limits, Program, Status};

use crate::common::{completed, exception, new_pool, pool, printed, run, script};

/// A program that may use what a test of a concurrent program takes.
fn roomy(source: &str) -> Program {
    let limits = Limits { fuel: 20_000_000_000, sleep: Duration::from_secs(200_000), ..Limits::default() };
    Program { limits, ..script(source) }
}

/// Runs every program of a folder; each must print what the file beside it holds, which a native CPython wrote.
fn agrees_with_native(folder: &str, at_least: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("a readable folder").path();
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        count += 1;
        let source = fs::read_to_string(&path).expect("a readable file");
        let native = fs::read_to_string(path.with_extension("out")).expect("what a native interpreter printed");
        let outcome = pool().execute(roomy(&source));
        assert_eq!(pool().execute(roomy(&source)), outcome, "{path:?} again");
        if outcome.status != completed(0) || outcome.stdout.text() != native {
            let (out, err) = (outcome.stdout.text(), outcome.stderr.text());
            wrong.push(format!("{path:?}: {:?}\n{out}--- not\n{native}---\n{err}", outcome.status));
        }
    }
    assert!(count >= at_least, "only {count} programs");
    assert!(wrong.is_empty(), "{} of {count}: {}", wrong.len(), wrong.join("\n"));
}

#[test]
fn threads_do_what_native_ones_do() {
    agrees_with_native("threads", 60);
}

#[test]
fn asyncio_does_what_it_does_natively() {
    agrees_with_native("asyncio", 15);
}

#[test]
fn many_threads_run_at_once_and_one_after_the_other() {
    let source = "
import threading
from concurrent.futures import ThreadPoolExecutor
barrier = threading.Barrier(64)
done = []
def meet(n):
    barrier.wait()
    done.append(n)
threads = [threading.Thread(target=meet, args=(n,)) for n in range(64)]
for t in threads: t.start()
for t in threads: t.join()
print(len(done), sum(done))
total = 0
def add(n):
    global total
    total += n
for n in range(1000):
    t = threading.Thread(target=add, args=(n,))
    t.start()
    t.join()
print(total, threading.active_count())
with ThreadPoolExecutor(32) as pool: print(sum(pool.map(lambda n: n * n, range(500))))
def outer(n):
    with ThreadPoolExecutor(3) as inner: return sum(inner.map(lambda m: n * m, range(4)))
with ThreadPoolExecutor(4) as pool: print(list(pool.map(outer, range(6))))";
    let outcome = pool().execute(roomy(source));
    let expected = "64 2016\n499500 1\n41541750\n[0, 6, 12, 18, 24, 30]\n";
    assert_eq!(outcome.stdout.text(), expected, "{:?} {}", outcome.status, outcome.stderr.text());
    for _ in 0..2 {
        assert_eq!(pool().execute(roomy(source)), outcome);
    }
    assert_eq!(new_pool(1).execute(roomy(source)), outcome);
}

#[test]
fn a_deadlock_of_threads_says_so() {
    let found = exception(
        "import threading, time\na, b = threading.Lock(), threading.Lock()\n\
         def f(x, y):\n    with x:\n        time.sleep(0.1)\n        with y: pass\n\
         ts = [threading.Thread(target=f, args=p) for p in ((a, b), (b, a))]\n\
         for t in ts: t.start()\nfor t in ts: t.join()",
    );
    assert_eq!((&*found.type_name, &*found.message), ("RuntimeError", "deadlock: all 3 threads wait for each other"));
    let at_the_end =
        exception("import threading\nl = threading.Lock()\nl.acquire()\nthreading.Thread(target=l.acquire).start()");
    assert_eq!(at_the_end.message, "deadlock: all 2 threads wait for each other");
}

#[test]
fn what_a_thread_raises_ends_the_thread_alone() {
    let outcome = run("import sys, threading\n\
        def fail(): 1 / 0\n\
        def leave(): sys.exit(3)\n\
        for f in (fail, leave):\n    t = threading.Thread(target=f)\n    t.start()\n    t.join()\nprint('on')");
    assert_eq!((outcome.status, &*outcome.stdout.text()), (completed(0), "on\n"));
    assert!(outcome.stderr.text().contains("Exception in thread Thread-1 (fail):"), "{}", outcome.stderr.text());
    assert!(outcome.stderr.text().contains("ZeroDivisionError"), "{}", outcome.stderr.text());
}

#[test]
fn the_main_program_waits_for_threads_but_not_for_daemons() {
    assert_eq!(
        printed(
            "import threading, time\n\
            def f(word):\n    time.sleep(1)\n    print(word)\n\
            threading.Thread(target=f, args=('daemon',), daemon=True).start()\n\
            def g():\n    time.sleep(0.5)\n    print('thread')\n\
            threading.Thread(target=g).start()\nprint('main')"
        ),
        "main\nthread\n"
    );
}

#[test]
fn limits_hold_in_threads() {
    for (body, status) in [
        ("while True: pass", Status::OutOfFuel),
        ("import os; os._exit(5)", completed(5)),
        ("import os; os.abort()", Status::Trap { message: String::new() }),
        ("import time; time.sleep(1e6)", Status::OutOfTime),
    ] {
        let source =
            format!("import threading\ndef f():\n    {body}\nt = threading.Thread(target=f)\nt.start()\nt.join()");
        assert_eq!(run(&source).status.name(), status.name(), "{body}");
    }
}

#[test]
fn a_native_stack_that_a_thread_uses_up_is_an_outcome() {
    let body = "x = ()\n    for _ in range(3_000_000): x = (x,)\n    del x";
    let source = format!("import threading\ndef f():\n    {body}\nt = threading.Thread(target=f)\nt.start()\nt.join()");
    assert_eq!(pool().execute(roomy(&source)).status, Status::StackOverflow);
    assert_eq!(printed("print(1)"), "1\n");
}

#[test]
fn threads_that_the_end_of_the_program_cuts_off_leave_no_trace() {
    let source = "import threading, time\nl = threading.Lock()\nl.acquire()\n\
        for n in range(50): threading.Thread(target=l.acquire, daemon=True).start()\nprint(threading.active_count())";
    for _ in 0..3 {
        assert_eq!(printed(source), "51\n");
        assert_eq!(printed("import threading\nprint(threading.active_count())"), "1\n");
    }
}

#[test]
fn more_threads_than_there_may_be_are_an_error_of_the_programs() {
    let source = "import threading\ne = threading.Event()\nstarted = 0\ntry:\n    \
        while True:\n        threading.Thread(target=e.wait, daemon=True).start()\n        started += 1\n\
        except RuntimeError as error: print(started, error)";
    let outcome = pool().execute(roomy(source));
    assert_eq!(outcome.stdout.text(), "511 can't start new thread\n", "{}", outcome.stderr.text());
}

#[test]
fn a_deep_recursion_in_a_thread_is_an_exception_there() {
    let source = "
import json, threading
def python(n): return python(n + 1)
def library(): return json.loads('[' * 10 ** 6)
def natural(n=0):
    class C:
        def __repr__(self): return repr([C()])
    return repr(C())
def f(function):
    try: function(0) if function is python else function()
    except RecursionError: print(function.__name__)
for function in (python, library, natural):
    t = threading.Thread(target=f, args=(function,))
    t.start()
    t.join()";
    assert_eq!(printed(source), "python\nlibrary\nnatural\n");
}

#[test]
fn each_thread_has_its_own_locals_identity_and_context() {
    let source = "
import contextvars, decimal, threading
local, var = threading.local(), contextvars.ContextVar('v', default='none')
local.x = 'main'
var.set('main')
seen = []
def f(n):
    before = getattr(local, 'x', None), var.get()
    local.x = n
    seen.append((before, local.x, threading.get_ident() == threading.current_thread().ident, threading.current_thread().name))
ts = [threading.Thread(target=f, args=(n,), name=f't{n}') for n in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(seen, local.x, var.get(), len({t.ident for t in ts} | {threading.get_ident()}))";
    let seen = "[((None, 'none'), 0, True, 't0'), ((None, 'none'), 1, True, 't1'), ((None, 'none'), 2, True, 't2')]";
    assert_eq!(printed(source), format!("{seen} main main 4\n"));
}

#[test]
fn forged_messages_of_the_scheduler_confuse_nobody_else() {
    for message in ["+1:0", "+1:1", "+1:4294967295", "+99:1024", ">1", ">0", "-1", "-0", ">4294967295", "+", ">", "-"] {
        for then in
            ["", "\nimport threading\nthreading.Thread(target=print, args=('x',)).start()", "\n_host.call(b'>1')"]
        {
            let source = format!(
                "import _host\ntry: _host.call(b'{message}')\nexcept OSError: pass\ntry: _host.call(b'>1')\nexcept OSError: pass{then}"
            );
            let status = run(&source).status;
            assert!(!matches!(status, Status::Infra { .. }), "{message}{then}: {status:?}");
        }
    }
    // A thread that names itself as its successor by way of another one.
    let source = "import _host, _thread\ndef f():\n    _host.call(b'-2')\n    _host.call(b'>2')\nlambdas = [f, lambda: None]\n\
        for n, g in enumerate(lambdas, 1): _host.call(b'+%d:%d' % (n, id(g)))\n_host.call(b'>1')\nprint('back')";
    assert_eq!(printed(source), "back\n");
    assert_eq!(printed("print(1)"), "1\n", "others are as they were");
}

#[test]
fn a_program_without_threads_pays_little_for_them() {
    let with = |source: &str| run(source).fuel;
    let none = with("import threading\nl = threading.Lock()\nfor _ in range(1000):\n    pass");
    let locks = with("import threading\nl = threading.Lock()\nfor _ in range(1000):\n    with l: pass");
    assert!(locks - none < 5_000 * 1000, "{}", locks - none);
}
