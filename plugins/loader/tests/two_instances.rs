//! What tests in the judge's instance can do with a solution in the candidate's, tried in the machine's own Python: both
//! sides in one process, without the sandbox.

use assay_api::SourceFile;
use assay_loader::score::TwoSides;

use sides::judged_natively;

#[path = "support/sides.rs"]
mod sides;

const PASSED: &str = "[]"; // a judge that puts nothing on record and gets to its end has passed
const FAILED: &str = r#"[["check", false]]"#;
const UNSERVED: &str = r#"[["served by two instances", false]]"#;

/// The record, and why it is so.
fn judged(solution: &str, tests: &str) -> (String, String) {
    let sides = TwoSides { solution: "solution.py", tests: "tests.py" };
    let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
    let mut judge = sides.judges().to_vec();
    judge.push(file("tests.py", tests));
    let mut candidate = vec![sides.candidate()];
    candidate.push(file("solution.py", solution));
    judged_natively(&judge, &candidate)
}

#[track_caller]
fn assert_judged(solution: &str, tests: &str, record: &str, why: &str) {
    let (found, told) = judged(solution, tests);
    assert_eq!(found, record, "{told}\n{solution}\n{tests}");
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
fn what_a_call_does_to_its_arguments_is_seen() {
    let solution = "def f(a, d, *, s):\n    a[0].append(9)\n    a.insert(0, d['k'])\n    d['n'] = a.pop()\n    s.clear()\n    return a\n";
    let tests = "inner, other = [1], {'x'}\na, d = [inner, 5], {'k': 'v'}\nr = f(a, d, s=other)\n\
        assert r is a and a == ['v', [1, 9]] and d == {'k': 'v', 'n': 5} and other == set()";
    assert_judged(solution, tests, PASSED, "");
    let kept = "def f(a):\n    a[0][0].append(2)\n    return None\n";
    assert_judged(kept, "deep = [1]\na = [(deep,)]\nf(a)\nassert deep == [1, 2] and a[0][0] is deep", PASSED, "");
    assert_judged("def f(a): return list(a)", "a = [1]\nassert f(a) is not a and f(a) == a", PASSED, "");
}

#[test]
fn exceptions_come_as_the_built_in_class_that_they_are_of() {
    let solution = "class Odd(ValueError): pass\ndef f(x):\n    if x == 0: raise Odd('zero', x)\n    return {}[x]\n";
    let tests = "try: f(0)\nexcept ValueError as e: assert type(e) is ValueError and e.args == ('zero', 0)\n\
        else: assert False\ntry: f(1)\nexcept LookupError as e: assert type(e) is KeyError\n";
    assert_judged(solution, tests, PASSED, "");
    assert_judged(solution, "f(0)", FAILED, "ValueError: ('zero', 0) (tests.py:1)");
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
    // Not even where tests expect an exception of any kind, or catch what they can.
    let exits = "def f(): raise SystemExit(0)";
    for tests in ["try: f()\nexcept: pass", "try: f()\nexcept BaseException: pass\nelse: assert False"] {
        assert_judged(exits, tests, FAILED, "");
    }
}

#[test]
fn tests_that_want_what_does_not_cross_are_not_served_whatever_they_catch() {
    let solution =
        "import math as m\nclass C: pass\ndef f(x=0): return iter([x])\ndef g(x): return x\ndef h(x): x.append(f)\n";
    for (tests, why) in [
        ("C()", "the tests use the solution's class C"),
        ("m.pi", "the tests use the solution's module m"),
        ("g(lambda: 1)", "g is called with what cannot be sent: a value of type function cannot be sent"),
        ("list(f())", "f returned a value of type list_iterator"),
        ("assert f() == [0]", "f returned a value of type list_iterator"),
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
    let (record, told) = judged("def f(): return 1", tests);
    assert_eq!((record.as_str(), told.as_str()), (r#"[["one", true], ["two", false]]"#, "ValueError: v"));
}
