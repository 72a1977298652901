//! What tests in the judge's instance can do with a solution's functions, which are in the candidate's.

use std::fs;
use std::path::Path;

use assay_api::{Candidate, Entry, Program, Status};

use crate::common::{file, judged, pool};

const PASSED: &[(&str, bool)] = &[("check", true)];
const FAILED: &[(&str, bool)] = &[("check", false)];
const UNSERVED: &[(&str, bool)] = &[("served by two instances", false)];

/// `tests` of the functions of `solution`.
fn calling(solution: &str, tests: &str) -> Program {
    let Entry::Judged { candidate, .. } = judged("", "").entry else { unreachable!() };
    let files = vec![file("solution.py", solution)];
    let candidate = Candidate { files, path: "solution.py".into(), functions: true, ..*candidate };
    let entry = Entry::Judged { judge: "tests.py".into(), candidate: Box::new(candidate) };
    Program { files: vec![file("tests.py", tests)], entry, ..judged("", "") }
}

/// The record, and why it is so.
fn record(solution: &str, tests: &str) -> (Vec<(String, bool)>, String) {
    let outcome = pool().execute(calling(solution, tests));
    let record = outcome.record.unwrap_or_else(|| panic!("{:?}", outcome.status));
    let tests = record.tests.into_iter().map(|test| (test.name, test.passed)).collect();
    (tests, outcome.stdout.text().trim().to_owned())
}

#[track_caller]
fn assert_judged(solution: &str, tests: &str, expected: &[(&str, bool)], why: &str) {
    let (found, told) = record(solution, tests);
    let found: Vec<(&str, bool)> = found.iter().map(|(name, passed)| (name.as_str(), *passed)).collect();
    assert_eq!(found, expected, "{told}\n{solution}\n{tests}");
    assert!(told.contains(why), "{told}\n{solution}\n{tests}");
}

#[test]
fn tests_call_the_solutions_functions_by_their_names_and_see_its_constants() {
    let solution = "from math import sqrt\nSIDES = {'a': (3, 4.0)}\ndef hypot(a, b=0): return sqrt(a * a + b * b)\n";
    assert_judged(solution, "assert hypot(3, b=4) == 5.0 and SIDES['a'] == (3, 4) and sqrt(4) == 2", PASSED, "");
    let check = "def check(candidate):\n    assert candidate(*[3], **{'b': 4}) == 5\ncheck(hypot)";
    assert_judged(solution, check, PASSED, "");
    assert_judged(
        solution,
        "import solution\nfrom solution import hypot as h\nassert solution.hypot(2) == h(2)",
        PASSED,
        "",
    );
    assert_judged(solution, "assert hypot(3, 4) == 6, 'far'", FAILED, "AssertionError: far (tests.py:1)");
    assert_judged(solution, "assert hypo(3, 4) == 5", FAILED, "NameError");
    assert_judged(solution, "from solution import hypo", FAILED, "ImportError");
}

#[test]
fn a_solution_does_not_replace_what_python_has_unless_tests_import_it() {
    let solution = "def all(_): return True\ndef sum(*_): return 7\ndef f(): return 1\n";
    assert_judged(solution, "assert all([f() == 2])", FAILED, "AssertionError");
    assert_judged(solution, "from solution import sum\nassert sum(1, 2) == 7", PASSED, "");
    // What tests define is theirs, too.
    assert_judged(solution, "def f(): return 2\nassert f() == 2", PASSED, "");
}

#[test]
fn arguments_arrive_as_they_are() {
    let solution = "def f(*values): return [type(value).__name__ for value in values], list(values)\n";
    for arguments in [
        "1, -2.5, 'é\\ud800', b'\\xff', None, True, 2 ** 80, 1j, float('inf')",
        "[1, [2, (3, {4})]], {'k': [frozenset({5}), {6: ()}]}, [], (), {}",
        "bytearray(b'ab'), [bytearray(b'c')], {'k': (bytearray(b'd'),)}",
    ] {
        let tests = format!(
            "sent = [{arguments}]\nkinds, came = f(*sent)\nassert kinds == [type(value).__name__ for value in sent]\n\
             assert came == sent and repr(came) == repr(sent), came"
        );
        assert_judged(solution, &tests, PASSED, "");
    }
    let derived = "from collections import OrderedDict, namedtuple\nP = namedtuple('P', 'x y')\n\
        kinds, came = f(P(1, 2), [OrderedDict(a=P(3, 4))], True)\n\
        assert kinds == ['tuple', 'list', 'bool'] and came == [(1, 2), [{'a': (3, 4)}], True]";
    assert_judged(solution, derived, PASSED, "");
    for (tests, why) in [
        ("a = []\na.append(a)\nf(a)", "f is called with what cannot be sent: the value is nested too deep"),
        ("f([memoryview(b'a')])", "a value of type memoryview cannot be sent"),
        ("import array\nf(array.array('b', [1]))", "a value of type array cannot be sent"),
        ("f(compile('1', '', 'eval'))", "a value of type code cannot be sent"),
        ("f('a' * (17 << 20))", "is too long"),
        ("f(x=...)", "a value of type ellipsis cannot be sent"),
    ] {
        assert_judged(solution, tests, UNSERVED, why);
    }
}

#[test]
fn what_a_call_does_to_its_arguments_is_seen() {
    let solution = "def f(a, d, *, s):\n    a[0].append(9)\n    a.insert(0, d['k'])\n    d['n'] = a.pop()\n    s.clear()\n    return a\n";
    let tests = "inner, other = [1], {'x'}\na, d = [inner, 5], {'k': 'v'}\nr = f(a, d, s=other)\n\
        assert r is a and a == ['v', [1, 9]] and d == {'k': 'v', 'n': 5} and other == set()";
    assert_judged(solution, tests, PASSED, "");
    let kept = "def f(a):\n    a[0][0].append(2)\n    return None\n";
    assert_judged(kept, "deep = [1]\na = [(deep,)]\nf(a)\nassert deep == [1, 2] and a[0][0] is deep", PASSED, "");
    let named = "def f(a, *, b): b.append(a.pop())\ndef g(a, *, b): return b\n";
    assert_judged(named, "a, b = [1], [2]\nf(a, b=b)\nassert a == [] and b == [2, 1] and g(a, b=b) is b", PASSED, "");
    let bytes = "def f(a):\n    a.append(98)\n    return a\n";
    assert_judged(bytes, "a = bytearray(b'a')\nassert f(a) is a and a == b'ab'", PASSED, "");
    assert_judged("def f(a): return list(a)", "a = [1]\nassert f(a) is not a and f(a) == a", PASSED, "");
}

#[test]
fn what_does_not_cross_may_be_true_or_not() {
    let solution = "import re\ndef f(text): return re.match('a+', text)\nclass Odd:\n    def __bool__(self): raise ValueError\n\
        def g(): return Odd()\nclass Empty:\n    def __len__(self): return 0\ndef h(): return Empty()\n";
    assert_judged(solution, "assert f('aa') and not f('b') and bool(f('a')) and not h()", PASSED, "");
    assert_judged(solution, "assert f('a').group() == 'a'", UNSERVED, "f returned a value of type Match");
    assert_judged(solution, "assert g()", UNSERVED, "g returned a value of type Odd");
}

#[test]
fn exceptions_come_as_the_built_in_class_that_they_are_of() {
    let solution = "class Odd(ValueError): pass\ndef f(x):\n    if x == 0: raise Odd('zero', x)\n    return {}[x]\n";
    let tests = "try: f(0)\nexcept ValueError as e: assert type(e) is ValueError and e.args == ('zero', 0)\n\
        else: assert False\ntry: f(1)\nexcept LookupError as e: assert type(e) is KeyError\n";
    assert_judged(solution, tests, PASSED, "");
    assert_judged(solution, "f(0)", FAILED, "ValueError: ('zero', 0) (solution.py:3, tests.py:1)");
    assert_judged("def f(): b'\\xff'.decode()", "try: f()\nexcept UnicodeDecodeError: pass", PASSED, "");
    assert_judged("def f(): raise ValueError(object())", "try: f()\nexcept ValueError: pass", PASSED, "");
}

#[test]
fn a_solution_that_ends_or_lies_passes_nowhere() {
    let liar = "class Yes:\n    def __eq__(self, other): return True\n    __hash__ = None\n";
    for (solution, why) in [
        (format!("{liar}def f(): return Yes()"), "AssertionError"),
        ("def f(): raise SystemExit(0)".to_owned(), ""),
        ("class N(int):\n    def __eq__(self, other): return True\ndef f(): return N(1)".to_owned(), "AssertionError"),
    ] {
        assert_judged(&solution, "assert f() == 2", FAILED, why);
    }
    // What is equal to itself alone is equal to nothing plain that tests have.
    for value in [
        "iter([2])",
        "(x for x in [2])",
        "map(int, '2')",
        "object()",
        "(lambda: 1)",
        "__import__('re').match('2', '2')",
    ] {
        let solution = format!("def f(): return {value}");
        assert_judged(&solution, "assert f() == [2] or f() in ({}, 2, '2', None)", FAILED, "AssertionError");
        assert_judged(&solution, "assert f() == print", UNSERVED, "f returned a value of type");
    }
    // Not even where tests expect an exception of any kind, or catch what they can.
    let exits = "def f(): raise SystemExit(0)";
    for tests in ["try: f()\nexcept: pass", "try: f()\nexcept BaseException: pass\nelse: assert False"] {
        assert_judged(exits, tests, FAILED, "");
    }
}

#[test]
fn tests_that_want_what_does_not_cross_are_not_served_whatever_they_catch() {
    let solution = "import math as m\nclass C: pass\ndef f(x=0): return iter([x])\ndef r(): return range(1)\n\
         def g(x): return x\ndef h(x): x.append(f)\n";
    for (tests, why) in [
        ("C()", "the tests use the solution's class C"),
        ("m.pi", "the tests use the solution's module m"),
        ("g(lambda: 1)", "g is called with what cannot be sent: a value of type function cannot be sent"),
        ("list(f())", "f returned a value of type list_iterator"),
        ("assert r() == [0]", "r returned a value of type range"),
        ("g.__name__", "the tests use g.__name__"),
        ("h([])", "h: an argument became what cannot be sent back"),
    ] {
        assert_judged(solution, tests, UNSERVED, why);
        assert_judged(solution, &format!("try:\n    {tests}\nexcept: pass"), UNSERVED, why);
    }
}

#[test]
fn tests_may_put_themselves_on_record_and_print_what_they_like() {
    let tests =
        "import assay\nprint('noise')\nassay.test('one', f() == 1)\nassay.test('two', f() == 2, error=ValueError('v'))";
    assert_judged("def f(): return 1", tests, &[("one", true), ("two", false)], "ValueError: v");
}

#[test]
fn tests_that_do_not_parse_fail_and_a_solution_that_does_not_ends_the_candidate() {
    assert_judged("def f(): return 1", "assert f(", FAILED, "SyntaxError");
    let outcome = pool().execute(calling("def f(:", "assert f() == 1"));
    let candidate = outcome.candidate.expect("there was a candidate");
    assert!(
        matches!(&candidate.status, Status::Exception { exception } if exception.file.as_deref() == Some("solution.py"))
    );
    assert!(!outcome.record.expect("tests ran").passed());
}

#[test]
fn what_the_solution_has_of_the_standard_library_tests_may_use_by_its_own_name() {
    let solution = "import math, random as mathematics\nfrom collections import Counter\nclass Fraction: pass\ndef f(x): return x\n";
    let tests = "assert math.isclose(f(0.1) + 0.2, 0.3) and Counter('aab')['a'] == 2";
    assert_judged(solution, tests, PASSED, "");
    // It is the judge's own.
    let lying = format!("{solution}math.isclose = lambda *_: True\nCounter.__eq__ = lambda *_: True\n");
    assert_judged(&lying, "assert math.isclose(f(1), 2)", FAILED, "AssertionError");
    assert_judged(solution, "mathematics.pi", UNSERVED, "the tests use the solution's module mathematics");
    assert_judged(solution, "Fraction", UNSERVED, "the tests use the solution's class Fraction");
    // What made a class is what has it, and not what has imported it.
    let chosen = "class Counter:\n    __module__ = 'statistics'\n";
    assert_judged(chosen, "Counter('a')", UNSERVED, "the tests use the solution's class Counter");
}

#[test]
fn the_same_tests_give_the_same_whatever_ran_before() {
    let (good, bad) = ("def f(x): return [x]", "def f(x): return x");
    let tests = "import helper\nassert f(2) == [2] and helper.seen == 0\nhelper.seen += 1";
    let helped = |solution| {
        let program = calling(solution, tests);
        Program { files: [program.files.clone(), vec![file("helper.py", "seen = 0")]].concat(), ..program }
    };
    let outcomes: Vec<_> = [good, bad, good, bad, good].map(|solution| pool().execute(helped(solution))).into();
    assert!(outcomes[0].record.as_ref().is_some_and(|record| record.passed()), "{:?}", outcomes[0]);
    assert!(!outcomes[1].record.as_ref().is_some_and(|record| record.passed()));
    assert_eq!((&outcomes[0], &outcomes[1]), (&outcomes[2], &outcomes[3]));
    assert_eq!(outcomes[0], outcomes[4]);
}

const ADDING: &str =
    "def check(candidate):\n    assert candidate(1, 2) == 3\n    assert candidate(-1, 1) == 0\n\ncheck(add)\n";

fn passed(solution: &str, tests: &str) -> bool {
    let outcome = pool().execute(calling(solution, tests));
    assert!(!matches!(outcome.status, Status::Infra { .. }), "{solution}: {:?}", outcome.status);
    outcome.record.is_some_and(|record| record.passed())
}

#[test]
fn no_cheat_passes_not_even_those_that_pass_beside_the_tests() {
    assert!(passed("def add(a, b): return a + b", ADDING));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/adversarial/python/grading");
    let files =
        fs::read_dir(folder).expect("the corpus is there").map(|entry| entry.expect("a readable folder").path());
    let corpus: Vec<String> = files.map(|path| fs::read_to_string(path).expect("a readable file")).collect();
    assert!(corpus.len() >= 20, "only {} cheats", corpus.len());
    let beside = [
        "class Any:\n    def __eq__(self, other): return True\ndef add(a, b): return Any()",
        "import sys\nframe = sys._getframe()\nwhile '_execute' not in frame.f_globals: frame = frame.f_back\n\
         frame.f_globals['_execute'] = frame.f_globals['run_tests'] = lambda *a, **k: None\n",
    ];
    for cheat in corpus.iter().map(String::as_str).chain(beside) {
        assert!(!passed(cheat, ADDING), "{cheat}");
    }
}

/// What may come back from a candidate that has replaced the server.
const LIES: &[&str] = &[
    "",
    "3",
    "null",
    "[]",
    "[\"returned\"]",
    "=",
    "=3 ",
    "=[3",
    "={\"t\":3}",
    "=={\"t\":[]}",
    "(i",
    "[\"returned\",3,null]",
    "[\"returned\",3,[[1],{\"d\":[]}]]",
    "[\"returned\",3,[[1,2],{\"d\":[]}],0]",
    "{\"t\":[\"returned\",3]}",
    "[\"argument\",-1]",
    "[\"argument\",9]",
    "[\"argument\",\"x\"]",
    "[\"argument\",0,[[3,3],{\"d\":[\"x\",0]}]]",
    "[\"raised\",[[\"SystemExit\"],{\"t\":[0]},null]]",
    "[\"raised\",[[\"StopIteration\",4,null],{\"t\":[]},\"\\u001b[2J\"]]",
    "[\"raised\",[[\"StopIteration\"],{\"t\":[]}]]",
    "[\"object\",\"int\",true,true]",
    "[\"object\",\"int\",false,true]",
    "[\"object\",\"int\",true,3]",
    "[\"function\"]",
    "[\"missing\"]",
    "[\"value\",0]",
    "[\"kept\",\"class\",\"unittest.mock\"]",
    "[\"kept\",\"module\",\"os\"]",
    "[\"kept\",\"module\",\"add\"]",
    "[\"kept\",\"class\",\"no.such.module\"]",
    "[\"unserved\",\"why\"]",
];

#[test]
fn a_candidate_that_answers_by_itself_passes_only_with_right_answers() {
    let lying = |name: &str, call: &str| {
        let server =
            format!("lambda *_: lambda message: {call:?}.encode() if b'call' in message else {name:?}.encode()");
        let replace = "frame.f_globals['Callee']";
        format!(
            "import sys\nframe = sys._getframe()\nwhile 'Callee' not in frame.f_globals: frame = frame.f_back\n{replace} = {server}\n"
        )
    };
    let tests = "assert add(1, 2) == 3";
    assert!(passed(&lying("[\"function\"]", "[\"returned\",3]"), tests));
    for lie in LIES {
        assert!(!passed(&lying("[\"function\"]", lie), ADDING), "called, it says {lie}");
        assert!(!passed(&lying(lie, "[\"returned\",4]"), ADDING), "asked for a name, it says {lie}");
    }
    // Right answers to the first question are not enough.
    assert!(!passed(&lying("[\"function\"]", "[\"returned\",3]"), ADDING));
}
