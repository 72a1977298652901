//! Deep recursion, in Python and in C, ends as an outcome and never the host.

use crate::common::{completed, end, exception, printed};
use assay_api::Status;

#[test]
fn endless_recursion_in_python_is_a_recursion_error() {
    for source in [
        "def f(): f()\nf()",
        "f = lambda: f()\nf()",
        "class X:\n    def __getattr__(self, name): return getattr(self, name + 'x')\nX().a",
        "class X:\n    def __repr__(self): return repr(self)\nrepr(X())",
        "class X:\n    def __eq__(self, other): return self == other\nX() == X()",
        "class X:\n    def __init__(self): X()\nX()",
        "def f(x): return sorted([x], key=f)\nf(1)",
        "def f(x): return list(map(f, [x]))\nf(1)",
        "import functools\n@functools.lru_cache(None)\ndef f(n): return f(n + 1)\nf(0)",
        "import copy\nxs = []\nfor _ in range(10_000): xs = [xs]\ncopy.deepcopy(xs)",
    ] {
        assert_eq!(exception(source).type_name, "RecursionError", "{source}");
    }
}

#[test]
fn recursion_to_the_default_limit_works_through_c_code_too() {
    // What programs that are right do: 900 nested calls, each through C.
    let source = "
import functools

@functools.lru_cache(None)
def memoised(n): return n and 1 + memoised(n - 1)

def mapped(n): return n and 1 + list(map(mapped, [n - 1]))[0]

def summed(n): return n and 1 + sum(summed(m) for m in [n - 1])

class Node:
    def __init__(self, n): self.next = Node(n - 1) if n else None
    def __len__(self): return 1 + (0 if self.next is None else len(self.next))

print(memoised(900), mapped(450), summed(400), len(Node(400)))";
    assert_eq!(printed(source), "900 450 400 401\n");
}

#[test]
fn a_raised_recursion_limit_is_worth_something() {
    let source = "
import functools, sys
sys.setrecursionlimit(10 ** 6)

def plain(n): return n and 1 + plain(n - 1)

@functools.lru_cache(None)
def memoised(n): return n and 1 + memoised(n - 1)

print(plain(50_000), memoised(5_000))";
    assert_eq!(printed(source), "50000 5000\n");
}

#[test]
fn whatever_overflows_is_told_in_one_of_the_ways_there_are() {
    let deep = "import sys\nsys.setrecursionlimit(10 ** 8)\n";
    for source in [
        "def f(): f()\nf()",
        "def f():\n    try: f()\n    except RecursionError: f()\nf()",
        "class X:\n    def __getattr__(self, name): return getattr(self, 'x')\nX().a",
        "def f(x): return sorted([x], key=f)\nf(1)",
        "import json\njson.loads('[' * 10 ** 6)",
        "import json\nxs = []\nfor _ in range(10 ** 5): xs = [xs]\njson.dumps(xs)",
        "xs = []\nfor _ in range(10 ** 5): xs = [xs]\nrepr(xs)",
        "t = ()\nfor _ in range(500_000): t = (t,)\nhash(t)",
        "a, b = [], []\nfor _ in range(200_000): a, b = [a], [b]\na == b",
        "import re\nre.compile('(' * 2000 + ')' * 2000)",
        "import ast\nast.literal_eval('-' * 100_000 + '1')",
        "eval('(' * 100_000 + ')' * 100_000)",
        "eval('1' + '+1' * 100_000)",
        "eval('a' + '.a' * 100_000)",
        "import pickle\npickle.loads(b'\\x80\\x04N' + b'\\x85' * 500_000 + b'.')",
        "import copy\nxs = []\nfor _ in range(50_000): xs = [xs]\ncopy.deepcopy(xs)",
        "m = iter([1])\nfor _ in range(200_000): m = map(int, m)\nnext(m)",
        "def g(n):\n    if n: yield from g(n - 1)\n    yield n\nlist(g(20_000))",
        "import xml.etree.ElementTree as E\nE.fromstring('<a>' * 200_000 + '</a>' * 200_000)",
        "e = ValueError()\nfor _ in range(20_000): e = ExceptionGroup('g', [e])\nraise e",
        "t = ()\nfor _ in range(600_000): t = (t,)\ndel t",
        "class N:\n    def __init__(self, n): self.n = n\nx = None\nfor _ in range(200_000): x = N(x)\ndel x",
    ] {
        let status = end(&format!("{deep}{source}"));
        let told = match &status {
            Status::Completed { exit_code } => *exit_code == 0,
            Status::Exception { exception } => {
                ["RecursionError", "MemoryError", "ExceptionGroup", "PatternError"].contains(&&*exception.type_name)
            }
            Status::OutOfFuel | Status::OutOfMemory | Status::StackOverflow => true,
            _ => false,
        };
        assert!(told, "{source}: {status:?}");
    }
}

#[test]
fn a_program_catches_a_recursion_error_and_goes_on() {
    let source = "
def f(): f()
for _ in range(3):
    try: f()
    except RecursionError: print('caught')";
    assert_eq!(printed(source), "caught\n".repeat(3));
    assert_eq!(end("import sys\ntry: sys.setrecursionlimit(1)\nexcept RecursionError: sys.exit(2)"), completed(2));
}

#[test]
fn a_low_recursion_limit_does_not_keep_the_harness_from_reporting() {
    let source = "import sys\nsys.setrecursionlimit(20)\nraise ValueError('v')";
    assert_eq!(exception(source).type_name, "ValueError");
}
