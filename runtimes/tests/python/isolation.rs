//! Nothing of a program reaches the next one.

use std::sync::mpsc::channel;

use assay_api::{Outcome, Program, Status};

use crate::common::{graded, new_pool, script};

/// Leaves as many traces as it can.
const LEAVES_TRACES: &str = "
import atexit, builtins, gc, json, os, random, sys, tempfile, time, types, warnings
builtins.trace = json.trace = os.trace = 1
sys.modules['trace_module'] = types.ModuleType('trace_module')
sys.path.append('/tmp/trace')
sys.argv.append('trace')
os.environ['TRACE'] = '1'
os.mkdir('/tmp/trace')
open('/tmp/trace/f', 'w').close()
open('trace', 'w').close()
held = open('/tmp/held', 'w')
os.chdir('/tmp')
random.seed(1)
warnings.simplefilter('error')
sys.setrecursionlimit(5000)
sys.set_int_max_str_digits(5000)
sys.settrace(lambda *a: None)
sys.excepthook = sys.displayhook = sys.unraisablehook = None
atexit.register(print, 'trace')
gc.disable()
gc.unfreeze()
gc.set_threshold(7)
os.close(0)
json.dumps = None
del sys.modules['random']
";

const SHOWS_TRACES: &str = "
import builtins, gc, json, os, random, sys, warnings
print([hasattr(place, 'trace') for place in (builtins, json, os)], 'trace_module' in sys.modules, 'random' in sys.modules)
print(sys.path, sys.argv, sorted(os.environ), os.getcwd(), os.listdir('/tmp'), os.listdir(), os.listdir('/'))
print(random.random(), warnings.filters, sys.getrecursionlimit(), sys.get_int_max_str_digits(), sys.gettrace())
print(sys.excepthook, sys.displayhook, gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), sys.stdin.read(), json.dumps([1]))
print(sorted(globals()), len(sys.modules), open('probe', 'w').fileno(), sorted(vars(builtins)) == sorted(dir(builtins)))
";

const ENDINGS: &[&str] = &[
    "",
    "1 / 0",
    "sys.exit(3)",
    "os._exit(0)",
    "os.abort()",
    "while True: pass",
    "xs = []\nwhile True: xs.append(bytes(1 << 20))",
    "xs = [bytes(1 << 20) for _ in range(100)]",
    "time.sleep(10 ** 9)",
    "while True: os.write(1, b'x' * 100_000)",
    "while True: tempfile.mkstemp()",
    "def f(): f()\nsys.setrecursionlimit(10 ** 8)\nf()",
    "import torch",
];

#[test]
fn a_program_leaves_no_trace_however_it_ends() {
    let pool = new_pool(1);
    let clean = pool.execute(script(SHOWS_TRACES));
    assert_eq!(clean.stdout.text().lines().count(), 5, "{}", clean.stderr.text());
    for ending in ENDINGS {
        let first = pool.execute(script(&format!("{LEAVES_TRACES}{ending}")));
        assert_eq!(pool.execute(script(SHOWS_TRACES)), clean, "after {ending:?}: {:?}", first.status);
    }
}

#[test]
fn exceptions_that_native_code_throws_leave_no_trace() {
    // Each is an object of the engine's, 24 bytes that nothing collects: all of one program's fit into
    // what memory the interpreter leaves, those of ten would not fit into the limit.
    let throws = "import kiwisolver
remove, constraint = kiwisolver.Solver().removeConstraint, kiwisolver.Variable('x') >= 1
for _ in range(140_000):
    try: remove(constraint)
    except kiwisolver.UnknownConstraint: pass";
    let mut program = script(throws);
    program.limits.memory_bytes = 64 << 20;
    program.limits.fuel = 20_000_000_000;
    let pool = new_pool(1);
    let first = pool.execute(program.clone());
    assert_eq!(first.status, Status::Completed { exit_code: 0 });
    for _ in 0..10 {
        assert_eq!(pool.execute(program.clone()), first);
    }
}

/// Programs of all kinds: what benign code does, and what hostile code does.
fn mixture() -> Vec<Program> {
    let mut programs = Vec::new();
    for i in 0..41 {
        programs.push(script(&format!("print(sum(range({i}, 10_000)))")));
        programs.push(script(&format!("import random\nprint([random.random() for _ in range({i})])")));
        programs.push(script(&format!("xs = [bytes(100_000) for _ in range({})]", i * 20)));
        programs.push(script(&format!("raise ValueError({i})")));
        programs.push(script(&format!("import sys\nsys.exit({i})")));
        programs.push(script(&format!("open('f{i}', 'w').write('x' * {i})\nimport os\nprint(os.listdir())")));
        programs.push(graded(&format!("def f(x): return x * {i}"), "assert f(2) == 10"));
    }
    for source in [SHOWS_TRACES, "import numpy as np\nprint(np.random.rand(3), np.arange(5).sum())"] {
        programs.extend((0..4).map(|_| script(source)));
    }
    programs.extend(ENDINGS.iter().map(|ending| script(&format!("{LEAVES_TRACES}{ending}"))));
    for program in &mut programs {
        program.limits.fuel = 300_000_000;
    }
    programs
}

/// The outcomes of `programs`, executed in the order `order`.
fn execute(jobs: usize, programs: &[Program], order: &[usize]) -> Vec<Outcome> {
    let pool = new_pool(jobs);
    let (sender, receiver) = channel();
    for &index in order {
        let sender = sender.clone();
        pool.submit(programs[index].clone(), move |outcome| sender.send((index, outcome)).expect("the test waits"));
    }
    let mut outcomes: Vec<_> = receiver.iter().take(order.len()).collect();
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// `0..len` shuffled: a full cycle of a linear congruential generator.
fn shuffled(len: usize, seed: u64) -> Vec<usize> {
    let mut state = seed;
    let mut order: Vec<_> = (0..len).collect();
    for at in (1..len).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(at, (state >> 33) as usize % (at + 1));
    }
    order
}

#[test]
fn outcomes_depend_neither_on_order_nor_on_what_ran_before_nor_on_how_many_run_at_once() {
    let programs = mixture();
    assert!(programs.len() >= 300);
    let in_order: Vec<_> = (0..programs.len()).collect();
    let expected = execute(1, &programs, &in_order);
    for (jobs, seed) in [(1, 1), (2, 2), (2, 3)] {
        let found = execute(jobs, &programs, &shuffled(programs.len(), seed));
        for ((program, expected), found) in programs.iter().zip(&expected).zip(found) {
            assert_eq!(found, *expected, "{:?}", program.files);
        }
    }
}

#[test]
fn fuel_is_the_same_on_a_fresh_instance_and_on_a_used_one() {
    let programs = [script("print('x')"), script(SHOWS_TRACES), graded("def f(): return 1", "assert f() == 1")];
    for program in programs {
        let fresh = new_pool(1).execute(program.clone());
        let used = new_pool(1);
        for dirt in ["x = list(range(100_000))", "1 / 0", "import sqlite3, decimal, csv"] {
            let _ = used.execute(script(dirt));
            assert_eq!(used.execute(program.clone()), fresh);
        }
    }
}
