//! Programs that exceed a limit.

use crate::common::{completed, end, exception, pool, run, script};
use assay_api::Status;

fn all_end(sources: &[&str], expected: &Status) {
    for source in sources {
        let outcome = run(source);
        assert_eq!(outcome.status, *expected, "{source}\n{}", outcome.stderr.text());
    }
}

#[test]
fn endless_work_runs_out_of_fuel() {
    let sources = [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "while True:\n    try:\n        while True: pass\n    finally: print('never')",
        "def f():\n    try:\n        while True: pass\n    finally:\n        f()\nf()",
        "def g():\n    while True: yield 1\nfor _ in g(): pass",
        "import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')",
        "7 ** (10 ** 8)",
        "sum(range(10 ** 12))",
        "import sys\nsys.set_int_max_str_digits(0)\nstr(1 << 10 ** 7)",
        "import collections, itertools\ncollections.deque(itertools.repeat(1), maxlen=0)",
        "class X:\n    def __lt__(self, other): return True\nxs = [X() for _ in range(10 ** 5)]\nwhile True: xs.sort()",
        "import sqlite3\nq = 'with recursive t(x) as (select 1 union all select x from t) select count(*) from t'\n\
         sqlite3.connect(':memory:').execute(q).fetchall()",
    ];
    all_end(&sources, &Status::OutOfFuel);
}

#[test]
fn bulk_work_is_paid_for_by_the_byte() {
    let sources = [
        "b = bytes(50_000_000)\nwhile True: bytearray(b)",
        "b = bytearray(50_000_000)\nwhile True: b[:] = bytes(50_000_000)",
        "while True: 'a' * 50_000_000",
        "b = bytes(50_000_000)\nwhile True: b.count(b'x')",
        "import os\nwhile True: os.urandom(1_000_000)",
        "import zlib\nd = zlib.compress(bytes(50_000_000))\nwhile True: zlib.decompress(d)",
        "f = open('f', 'w+b')\nf.write(bytes(1_000_000))\nwhile True:\n    f.seek(0)\n    f.read()",
        "import os\nos.mkdir('d')\nfor i in range(50): open(f'd/{i}', 'w').close()\nwhile True: os.listdir('d')",
    ];
    all_end(&sources, &Status::OutOfFuel);
}

#[test]
fn a_program_uses_exactly_its_fuel_when_it_runs_out() {
    let outcome = run("while True: pass");
    assert_eq!(outcome.fuel, 2_000_000_000);
}

#[test]
fn memory_that_is_not_there_is_out_of_memory() {
    let sources = [
        "xs = []\nwhile True: xs.append([0] * 1_000_000)",
        "s = 'a'\nwhile True: s += s",
        "bytearray(1 << 30)",
        "d = {}\nwhile True: d[len(d)] = bytes(100_000)",
        "xs = []\ndef f(n):\n    xs.append(n)\n    f(n << 10_000_000)\nf(1)",
        "import numpy\nnumpy.zeros((50_000, 5_000))",
        "def f(): raise MemoryError\nf()",
    ];
    all_end(&sources, &Status::OutOfMemory);
}

#[test]
fn peak_memory_stays_within_the_limit() {
    let outcome = run("xs = []\nwhile True: xs.append(bytes(1 << 20))");
    assert_eq!(outcome.status, Status::OutOfMemory);
    assert!((200 << 20..=256 << 20).contains(&outcome.peak_memory_bytes), "{}", outcome.peak_memory_bytes);
}

#[test]
fn a_program_that_copes_with_too_little_memory_goes_on() {
    let cope = "try:\n    bytearray(1 << 30)\nexcept MemoryError:\n    pass\n";
    assert_eq!(end(cope), completed(0));
    assert_eq!(end(&format!("{cope}raise SystemExit(3)")), completed(3));
    assert_eq!(exception(&format!("{cope}raise ValueError('later')")).type_name, "ValueError");
}

#[test]
fn too_much_sleep_is_out_of_time() {
    let sources = [
        "import time\ntime.sleep(10 ** 9)",
        "import time\nwhile True: time.sleep(1)",
        "import time\nwhile True:\n    try: time.sleep(10)\n    except BaseException: pass",
        "import asyncio\nasync def f():\n    while True: await asyncio.sleep(60)\nasyncio.run(f())",
        "import threading\nthreading.Event().wait(10_000)",
        "import select\nselect.select([], [], [], 10_000)",
    ];
    all_end(&sources, &Status::OutOfTime);
}

#[test]
fn too_much_output_is_cut_and_ends_the_program() {
    for source in [
        "while True: print('x' * 1000)",
        "import sys\nwhile True: sys.stderr.write('x' * 1000)",
        "import os\nwhile True: os.write(1, b'x' * 100_000)",
        "while True:\n    try: print('x' * 1000)\n    except BaseException: pass",
        "import sys\nwhile True: print('x' * 1000, file=sys.__stdout__, flush=True)",
    ] {
        let outcome = run(source);
        assert_eq!(outcome.status, Status::OutputLimit, "{source}");
        assert!(outcome.stdout.truncated || outcome.stderr.truncated);
        assert!(outcome.stdout.bytes.len().max(outcome.stderr.bytes.len()) <= 64 << 10);
    }
}

#[test]
fn each_stream_is_kept_up_to_its_own_limit() {
    let outcome = run("import sys\nprint('x' * 100_000)\nprint('y', file=sys.stderr)");
    assert_eq!(outcome.status, completed(0));
    assert_eq!((outcome.stdout.bytes.len(), outcome.stdout.truncated), (64 << 10, true));
    assert_eq!((&*outcome.stderr.text(), outcome.stderr.truncated), ("y\n", false));
    let mut program = script("print('x' * 9)");
    program.limits.capture_bytes = 10;
    assert!(!pool().execute(program).stdout.truncated, "exactly what fits is whole");
}

#[test]
fn too_many_or_too_large_files_are_the_file_limit() {
    let sources = [
        "f = open('f', 'wb')\nwhile True: f.write(bytes(1 << 16))",
        "f = open('f', 'wb')\ntry:\n    while True: f.write(bytes(1 << 16))\nexcept OSError: pass",
        "i = 0\nwhile True:\n    open(f'f{i}', 'w').close()\n    i += 1",
        "i = 0\nwhile True:\n    try: open(f'f{i}', 'w').close()\n    except Exception: pass\n    i += 1",
        "import os\np = ''\nwhile True:\n    p += 'd/'\n    os.mkdir(p)",
        "import os\nopen('f', 'wb').truncate(1 << 40)",
        "f = open('f', 'wb')\nf.seek(1 << 40)\nf.write(b'x')\nf.flush()",
        "import os\nfor i in range(10 ** 6): os.symlink('x', f's{i}')",
        "import os\nopen('f', 'w').close()\nfor i in range(10 ** 6): os.link('f', f'l{i}')",
    ];
    all_end(&sources, &Status::FileLimit);
}
