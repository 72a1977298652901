//! What the judge of the strategy `values` accepts, tried in the machine's own Python: both sides in one process, without
//! the sandbox. What the oracles have to say is what EvalPlus 0.3.1 and EvoEval 0.1.0 say, with numpy 2.4.

use assay_api::SourceFile;
use assay_loader::score::{Oracle, Questions, ValueTests, server};

use sides::judged_natively;

#[path = "support/sides.rs"]
mod sides;

struct Trial {
    task_id: &'static str,
    function: &'static str,
    oracle: Oracle,
    gold: Option<&'static str>,
    absolute: f64,
}

const PLAIN: Trial = Trial { task_id: "T/0", function: "f", oracle: Oracle::Equal, gold: None, absolute: 0.0 };

impl Trial {
    /// What the judge records of `solution`, as JSON, for tests of (name, inputs, expected).
    fn record(&self, solution: &str, tests: &[(&str, &str, Option<&str>)]) -> String {
        let questions = Questions {
            task_id: self.task_id.into(),
            variant: "difficult".into(),
            function: self.function.into(),
            oracle: self.oracle,
            gold: self.gold.map(str::to_owned),
            absolute: self.absolute,
            relative: 0.0,
            tests: tests
                .iter()
                .map(|(name, inputs, expected)| ValueTests {
                    name: (*name).to_owned(),
                    inputs: (*inputs).to_owned(),
                    expected: expected.map(str::to_owned),
                })
                .collect(),
        };
        let solution = SourceFile { path: "solution.py".into(), text: solution.into() };
        judged_natively(&questions.files(), &[server("solution.py"), solution]).0
    }

    /// Whether `return returned` is right where `expected` is.
    fn accepts(&self, returned: &str, expected: &str) -> bool {
        let solution = format!("from math import inf, nan\ndef {}(*_):\n    return {returned}\n", self.function);
        let gold = format!("from math import inf, nan\ndef {}(*_):\n    return {expected}\n", self.function);
        let trial = Trial { gold: Some(Box::leak(gold.into_boxed_str())), ..*self };
        let inputs = if self.function == "find_zero" { "[[[-6, 1]]]" } else { "[[1]]" };
        trial.record(&solution, &[("t", inputs, None)]) == r#"[["t", true]]"#
    }
}

#[test]
fn tests_run_in_order_and_the_first_failure_ends_them() {
    let right = "def f(x): return x + 1";
    let tests = [("base", "[[1], [2]]", Some("[2, 3]")), ("plus", "[[10]]", Some("[11]"))];
    assert_eq!(PLAIN.record(right, &tests), r#"[["base", true], ["plus", true]]"#);
    assert_eq!(PLAIN.record("def f(x): return min(x + 1, 9)", &tests), r#"[["base", true], ["plus", false]]"#);
    for wrong in ["def f(x): return x", "def f(x): raise SystemExit", "def g(x): return x + 1", "f = 5"] {
        assert_eq!(PLAIN.record(wrong, &tests), r#"[["base", false]]"#, "{wrong}");
    }
}

#[test]
fn what_a_function_does_to_its_arguments_changes_nothing() {
    let gold = Trial { gold: Some("def f(x): x.append(1); return sum(x)"), ..PLAIN };
    let tests = [("t", "[[[1, 2]], [[]]]", None)];
    assert_eq!(gold.record("def f(x):\n    n = sum(x) + 1\n    x.clear()\n    return n", &tests), r#"[["t", true]]"#);
}

#[test]
fn an_object_that_says_it_is_equal_is_not() {
    let liar = "class L:\n    def __eq__(self, other): return True\n    __hash__ = None\n";
    let tests = [("t", "[[1]]", Some("[5]"))];
    assert_eq!(PLAIN.record(&format!("{liar}def f(x): return L()"), &tests), r#"[["t", false]]"#);
    let derived = "class N(int):\n    def __eq__(self, other): return True\n";
    assert_eq!(PLAIN.record(&format!("{derived}def f(x): return N(4)"), &tests), r#"[["t", false]]"#);
    assert_eq!(
        PLAIN.record("from fractions import Fraction\ndef f(x): return Fraction(5)", &tests),
        r#"[["t", true]]"#
    );
}

#[test]
fn results_longer_than_a_message_and_numbers_of_any_length_arrive() {
    for long in ["[(0, 'x')] * 700_000", "[list(range(9))] * 120_000", "[1 << 200_000] * 9", "'ä' * 2_000_000"] {
        assert!(PLAIN.accepts(long, long), "{long}");
    }
    assert!(!PLAIN.accepts("[(0, 'x')] * 700_000", "[(0, 'x')] * 699_999 + [(1, 'x')]"));
    let tests =
        [("t", "[[123456789012345678901234567890, NaN, -Infinity]]", Some("[[123456789012345678901234567891]]"))];
    assert_eq!(PLAIN.record("def f(x, nan, inf): return [x + 1]", &tests), r#"[["t", true]]"#);
}

#[test]
fn the_oracle_close_forgives_floats_at_any_depth() {
    let close = Trial { oracle: Oracle::Close, absolute: 1e-3, ..PLAIN };
    for (returned, expected) in
        [("{'a': [1.0005, 2]}", "{'a': [1, 2]}"), ("nan", "nan"), ("(inf, -inf)", "(inf, -inf)")]
    {
        assert!(close.accepts(returned, expected), "{returned}");
    }
    for (returned, expected) in [("[1.01]", "[1.0]"), ("(1.0,)", "[1.0]"), ("2", "1"), ("{'a': 1.0}", "{'b': 1.0}")] {
        assert!(!close.accepts(returned, expected), "{returned}");
    }
}

#[test]
fn humaneval_plus_is_judged_as_evalplus_does() {
    let plus = Trial { oracle: Oracle::EvalplusHumaneval, ..PLAIN };
    // Floats that are expected set a tolerance; others are equal or wrong; a shape is broadcast as numpy does.
    for (returned, expected) in [("1.0000001", "1.0"), ("[1.0000001]", "[1.0]"), ("1", "True"), ("[1]", "[1.0]")] {
        assert!(plus.accepts(returned, expected), "{returned}");
    }
    for (returned, expected) in
        [("1.1", "1.0"), ("[0.1 + 0.2, 'a']", "[0.3, 'a']"), ("(1.0,)", "[1.0]"), ("nan", "nan")]
    {
        assert!(!plus.accepts(returned, expected), "{returned}");
    }
    let tolerant = Trial { absolute: 1e-2, ..plus };
    assert!(tolerant.accepts("[[1, 2.001]]", "[[1, 2]]") && !tolerant.accepts("(1, 2)", "[1, 2]"));
    // Whatever root there is.
    let root = Trial { function: "find_zero", absolute: 1e-4, oracle: Oracle::EvalplusHumaneval, ..PLAIN };
    assert!(root.accepts("6.00001", "7") && !root.accepts("6.1", "6.1") && !root.accepts("None", "6"));
}

#[test]
fn mbpp_plus_is_judged_as_evalplus_does() {
    let of = |task_id, function| Trial { task_id, function, oracle: Oracle::EvalplusMbpp, gold: None, absolute: 0.0 };
    let accepted = [
        (of("Mbpp/769", "Diff"), "[2, 1, 1]", "[1, 2]"),
        (of("Mbpp/295", "sum_div"), "0", "7"),
        (of("Mbpp/164", "are_equivalent"), "object()", "True"),
        (of("Mbpp/434", "text_match_three"), "object()", "'yes'"),
        (of("Mbpp/434", "text_match_three"), "None", "None"),
    ];
    for (trial, returned, expected) in accepted {
        assert!(trial.accepts(returned, expected), "{}", trial.function);
    }
    let rejected = [
        (of("Mbpp/769", "Diff"), "[1]", "[1, 2]"),
        (of("Mbpp/295", "sum_div"), "1", "7"),
        (of("Mbpp/434", "text_match_three"), "None", "'yes'"),
        (of("Mbpp/1", "f"), "[2, 1]", "[1, 2]"),
    ];
    for (trial, returned, expected) in rejected {
        assert!(!trial.accepts(returned, expected), "{}", trial.function);
    }
    // Lists become what the task takes.
    let kinds = "def f(*a): return repr(a)";
    for (task, inputs, seen) in [
        ("Mbpp/2", "[[[1], [2]]]", "((1,), (2,))"),
        ("Mbpp/63", "[[[[1], [2]]]]", "([(1,), (2,)],)"),
        ("Mbpp/115", "[[[[1], []]]]", "([{1}, {}],)"),
        ("Mbpp/124", r#"[["1", "2j"]]"#, "(1.0, 2j)"),
        ("Mbpp/580", "[[[1, [2]]]]", "((1, (2,)),)"),
        ("Mbpp/3", "[[[1]]]", "([1],)"),
    ] {
        let expected = format!("[{seen:?}]");
        let tests = [("t", inputs, Some(expected.as_str()))];
        assert_eq!(of(task, "f").record(kinds, &tests), r#"[["t", true]]"#, "{task}");
    }
}

#[test]
fn evoeval_is_judged_as_its_authors_do() {
    let evo = Trial { oracle: Oracle::Evoeval, ..PLAIN };
    for (returned, expected) in [("1.000001", "1.0"), ("[1.0]", "(1.0,)"), ("{'a': nan}", "{'a': nan}"), ("[]", "()")] {
        assert!(evo.accepts(returned, expected), "{returned}");
    }
    for (returned, expected) in [("1", "1.0"), ("True", "1"), ("[1]", "(1,)"), ("1.001", "1.0"), ("None", "0")] {
        assert!(!evo.accepts(returned, expected), "{returned}");
    }
    let tests = [("t", r#"["{1, 2}, (3,)", "set(), ()"]"#, Some("[[3, 3], [0, 0]]"))];
    let sums = "def f(a, b): return [sum(a), sum(b)] if type(a) is set and type(b) is tuple else 0";
    assert_eq!(evo.record(sums, &tests), r#"[["t", true]]"#);
    let palindrome = Trial { task_id: "EvoEval/10", ..evo };
    let tests = [("t", r#"["'aBc'"]"#, Some(r#"["aBcBa"]"#))];
    assert_eq!(palindrome.record("def f(s): return 'aBcbA'", &tests), r#"[["t", true]]"#);
    let broken = Trial { task_id: "HumanEval/32", ..evo };
    assert!(!broken.accepts("1.0", "1.0"));
}

#[test]
fn what_a_gold_answer_adds_up_is_what_the_interpreter_would() {
    let gold = "def f(a, b, c, start):
    return [sum(range(a, b, c), start), sum([a, b]), sum(range(9), start=start), sum([[a], [b]], [])]";
    let trial = Trial { gold: Some(gold), ..PLAIN };
    let tests = [("t", "[[1, 100001, 1, 0], [5, -8, -2, 1.5], [3, 3, 1, 7], [3, 4, 1, 0], [0, 10, 3, true]]", None)];
    // The same text with the interpreter's own `sum`.
    assert_eq!(trial.record(gold, &tests), r#"[["t", true]]"#);
    let quick = Trial { gold: Some("def f(n): return sum(range(n + 1))"), ..PLAIN };
    let tests = [("t", "[[2000000000]]", None)];
    assert_eq!(quick.record("def f(n): return n * (n + 1) // 2", &tests), r#"[["t", true]]"#);
}

/// A message has at most a million parts and 16 MiB.
#[test]
fn what_one_message_does_not_hold_goes_in_pieces_both_ways() {
    let trial = |inputs| {
        let gold = "def f(x):\n    return x";
        let trial = Trial { gold: Some(gold), oracle: Oracle::Evoeval, ..PLAIN };
        let right = trial.record(gold, &[("t", inputs, None)]);
        let wrong = "def f(x):\n    return [*x.items(), 0] if isinstance(x, dict) else x[:-1] + x[:1] * 2";
        (right, trial.record(wrong, &[("t", inputs, None)]))
    };
    for inputs in [r#"["[1.5] * 1_000_000"]"#, r#"["'ab' * 9_000_000"]"#] {
        assert_eq!(trial(inputs), (r#"[["t", true]]"#.to_owned(), r#"[["t", false]]"#.to_owned()), "{inputs}");
    }
}

#[test]
fn a_dict_of_long_texts_is_a_result() {
    let gold = "def f(x):\n    return {str(i) * x: i for i in range(10, 40)}";
    let trial = Trial { gold: Some(gold), oracle: Oracle::Evoeval, ..PLAIN };
    let tests = [("t", r#"["500_000"]"#, None)];
    assert_eq!(trial.record(gold, &tests), r#"[["t", true]]"#);
    assert_eq!(
        trial.record("def f(x):\n    return {str(i) * x: i - 1 for i in range(10, 40)}", &tests),
        r#"[["t", false]]"#
    );
}
