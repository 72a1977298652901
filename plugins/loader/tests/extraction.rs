//! Realistic completions: which rule finds the code, and whether the extracted program passes natively.

mod support;

use assay_api::{Completion, CompletionKind};
use assay_loader::extract::python_function;

struct Problem {
    prompt: &'static str,
    entry_point: &'static str,
    tests: &'static str,
}

/// An import that only the prompt has.
const CLOSE: Problem = Problem {
    prompt: r#"from typing import List


def has_close(numbers: List[float], threshold: float) -> bool:
    """ Check if any two numbers are closer than threshold.
    >>> has_close([1.0, 2.8, 3.0], 0.3)
    True
    """
"#,
    entry_point: "has_close",
    tests: "assert has_close([1.0, 2.8, 3.0], 0.3) is True\nassert has_close([1.0, 2.0, 3.0], 0.5) is False\n",
};

/// A helper and an import that the tests use too.
const DECODE: Problem = Problem {
    prompt: r#"import math
SHIFT = 3


def encode(s: str):
    """encodes by shifting every character"""
    return "".join([chr((ord(c) - 97 + SHIFT) % 26 + 97) for c in s])


def decode(s: str):
    """takes a string encoded with encode. Returns the decoded string."""
"#,
    entry_point: "decode",
    tests: "assert math.pi > 3 and all(decode(encode(s)) == s for s in ['', 'a', 'xyz'])\n",
};

/// No docstring, no indentation to go by.
const ONE: Problem = Problem { prompt: "def one():\n", entry_point: "one", tests: "assert one() == 1\n" };

/// The answer's own text has fences, tags and quotes in it.
const FENCE: Problem = Problem {
    prompt: "def fence(code: str) -> str:\n    \"\"\" Fence code as Markdown does, after a <think> tag. \"\"\"\n",
    entry_point: "fence",
    tests: "assert fence('x') == '<think>\\n```\\nx\\n```\\n'\n",
};

enum Expected {
    /// Found by this rule, and passes.
    Passes(&'static str),
    /// Found by this rule; the model's own fault that it fails.
    Fails(&'static str),
    Nothing,
}
use CompletionKind::{Continuation, Program, Reply, Verbatim};
use Expected::{Fails, Nothing, Passes};

struct Case {
    name: &'static str,
    problem: &'static Problem,
    kind: CompletionKind,
    text: &'static str,
    expected: Expected,
}

const fn case(
    name: &'static str,
    problem: &'static Problem,
    kind: CompletionKind,
    text: &'static str,
    expected: Expected,
) -> Case {
    Case { name, problem, kind, text, expected }
}

const CASES: &[Case] = &[
    // Exact kinds.
    case("a published completion", &ONE, Verbatim, "    return 1", Passes("verbatim")),
    case("a published completion with another indentation", &ONE, Verbatim, "\treturn 1", Passes("verbatim")),
    case("an empty published completion", &ONE, Verbatim, "", Fails("verbatim")),
    case("a fence in a published completion stays", &ONE, Verbatim, "```\nreturn 1\n```", Fails("verbatim")),
    case("a whole program", &ONE, Program, "one = lambda: 1", Passes("program")),
    case("a whole program is not helped", &CLOSE, Program, "def has_close(n: List[float], t): ...", Fails("program")),
    // Fences.
    case(
        "prose before and after a fence",
        &CLOSE,
        Reply,
        "Here's how:\n\n```python\ndef has_close(numbers, threshold):\n    s = sorted(numbers)\n    return any(b - a < threshold for a, b in zip(s, s[1:]))\n```\n\nIt's O(n log n) (sorting).",
        Passes("fenced"),
    ),
    case("an info string py", &ONE, Reply, "```py\ndef one():\n    return 1\n```", Passes("fenced")),
    case(
        "an info string with attributes",
        &ONE,
        Reply,
        "```{.python title=\"a.py\"}\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case("an upper-case info string", &ONE, Reply, "``` Python\ndef one():\n    return 1\n```", Passes("fenced")),
    case("no info string", &ONE, Reply, "```\ndef one():\n    return 1\n```", Passes("fenced")),
    case("a wrong info string", &ONE, Reply, "```java\ndef one():\n    return 1\n```", Passes("fenced")),
    case("tildes", &ONE, Reply, "~~~python\ndef one():\n    return 1\n~~~", Passes("fenced")),
    case("four backticks", &ONE, Reply, "````python\ndef one():\n    return 1\n````", Passes("fenced")),
    case(
        "an indented fence in a list",
        &CLOSE,
        Reply,
        "1. Sort.\n2. Compare:\n\n   ```python\n   def has_close(numbers, threshold):\n       s = sorted(numbers)\n       return any(b - a < threshold for a, b in zip(s, s[1:]))\n   ```\n3. Done.",
        Passes("fenced"),
    ),
    case(
        "a fence after a list's marker",
        &ONE,
        Reply,
        "- ```python\n  def one():\n      return 1\n  ```",
        Passes("fenced"),
    ),
    case(
        "code indented within its fence",
        &ONE,
        Reply,
        "```python\n    def one():\n        return 1\n```",
        Passes("fenced"),
    ),
    case(
        "a fence after prose on its line",
        &ONE,
        Reply,
        "Sure: ```python\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case("a closing fence glued to the code", &ONE, Reply, "```python\ndef one():\n    return 1```", Passes("fenced")),
    case("CRLF", &ONE, Reply, "Yes.\r\n```python\r\ndef one():\r\n    return 1\r\n```\r\n", Passes("fenced")),
    case("tabs", &ONE, Reply, "```python\ndef one():\n\tif True:\n\t\treturn 1\n```", Passes("fenced")),
    case("a byte order mark", &ONE, Reply, "\u{feff}```python\ndef one():\n    return 1\n```", Passes("fenced")),
    case("an unclosed fence", &ONE, Reply, "```python\ndef one():\n    return 1\n", Passes("fenced-unclosed")),
    case(
        "an unclosed fence and prose",
        &ONE,
        Reply,
        "```python\ndef one():\n    return 1\n\nThis function returns one.\n",
        Passes("fenced-unclosed"),
    ),
    case(
        "an unclosed fence before another one",
        &ONE,
        Reply,
        "```python\ndef one():\n```python\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case(
        "usage and output after the answer",
        &ONE,
        Reply,
        "```python\ndef one():\n    return 1\n```\nUsage:\n```python\nprint(one() + undefined)\n```\nOutput:\n```\n1\n```",
        Passes("fenced"),
    ),
    case(
        "a doctest after the answer",
        &ONE,
        Reply,
        "```python\ndef one():\n    return 1\n```\n\n```pycon\n>>> one()\n1\n```",
        Passes("fenced"),
    ),
    case(
        "the stub repeated before the answer",
        &CLOSE,
        Reply,
        "You asked for\n```python\ndef has_close(numbers, threshold):\n    \"\"\"Check.\"\"\"\n    pass\n```\nHere it is:\n```python\ndef has_close(n, t):\n    return any(abs(a - b) < t for i, a in enumerate(n) for b in n[:i])\n```",
        Passes("fenced"),
    ),
    case(
        "the stub repeated after the answer",
        &ONE,
        Reply,
        "```python\ndef one():\n    return 1\n```\nSo we filled in\n```python\ndef one():\n    ...\n```",
        Passes("fenced"),
    ),
    case(
        "a first attempt, then a better one",
        &ONE,
        Reply,
        "```python\ndef one():\n    return 2\n```\nWait, that's wrong.\n```python\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case(
        "imports, a constant and a helper in blocks of their own",
        &ONE,
        Reply,
        "First:\n```python\nfrom functools import reduce\nimport operator as op\nSTART = 1\n```\nThen a helper:\n```python\ndef product(xs):\n    return reduce(op.mul, xs, START)\n```\nAnd:\n```python\ndef one():\n    return product([])\n```",
        Passes("fenced"),
    ),
    case(
        "a helper used in an f-string, and a test library in a comment",
        &ONE,
        Reply,
        "```python\ndef one():\n    # unittests_for_one test this\n    return int(f\"{helper()}\")\n```\n```python\ndef helper():\n    return 1\n```\nTests:\n```python\nimport unittests_for_one\n```",
        Passes("fenced"),
    ),
    case(
        "a helper after the answer",
        &ONE,
        Reply,
        "```python\ndef one():\n    return helper()\n```\nwith\n```python\ndef helper():\n    return 1\n```",
        Passes("fenced"),
    ),
    case(
        "other blocks run nothing",
        &ONE,
        Reply,
        "```python\nvalue = one()\nlist = None\n```\n```python\ndef sum(x):\n    return 0\n```\n```python\ndef one():\n    value = sum([1])\n    return value\n```",
        Passes("fenced"),
    ),
    case(
        "an answer in a Markdown block",
        &ONE,
        Reply,
        "```markdown\n# Answer\n```python\ndef one():\n    return 1\n```\n```\nThat's all.",
        Passes("fenced"),
    ),
    case(
        "a shell block first",
        &ONE,
        Reply,
        "```bash\npip install 'it\n```\n```python\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case(
        "a docstring with fences",
        &ONE,
        Reply,
        "```python\ndef one():\n    \"\"\"Example:\n\n```python\none()\n```\n    \"\"\"\n    return 1\n```\nDone.",
        Passes("fenced"),
    ),
    case(
        "a string with fences and tags",
        &FENCE,
        Reply,
        "```python\ndef fence(code):\n    return f'''<think>\n```\n{code}\n```\n'''\n```",
        Passes("fenced"),
    ),
    case(
        "a string that the model never ended",
        &ONE,
        Reply,
        "```python\ntext = '''\n```\nSorry. Again:\n```python\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case("only an example of use", &ONE, Reply, "```python\nprint(one())\n```", Fails("fenced")),
    case("another name", &ONE, Reply, "```python\ndef eins():\n    return 1\n```", Fails("fenced")),
    case("only output", &ONE, Reply, "```text\nThe answer is one.\n```", Nothing),
    case("an empty fence", &ONE, Reply, "```python\n```", Nothing),
    // What stands around the function.
    case(
        "the prompt's import is missing",
        &CLOSE,
        Reply,
        "```python\ndef has_close(numbers: List[float], threshold: float) -> bool:\n    return len({round(n / threshold / 2) for n in numbers}) < len(numbers)\n```",
        Passes("fenced"),
    ),
    case(
        "the prompt's helper is missing",
        &DECODE,
        Reply,
        "```python\ndef decode(s):\n    for _ in range(26 // math.gcd(26, SHIFT) - 1):\n        s = encode(s)\n    return s\n```",
        Passes("fenced"),
    ),
    case(
        "the prompt's helper is redefined",
        &DECODE,
        Reply,
        "```python\nimport math\ndef encode(s):\n    return s[::-1]\ndef decode(s):\n    return s[::-1]\n```",
        Passes("fenced"),
    ),
    case(
        "a future import stays first",
        &CLOSE,
        Reply,
        "```python\nfrom __future__ import annotations\n\ndef has_close(n: List[float], t: Undefined) -> bool:\n    return any(abs(a - b) < t for i, a in enumerate(n) for b in n[:i])\n```",
        Passes("fenced"),
    ),
    case(
        "a class as LeetCode wants it",
        &CLOSE,
        Reply,
        "```python\nclass Solution:\n    def has_close(self, n: List[float], t: float) -> bool:\n        return any(abs(a - b) < t for i, a in enumerate(n) for b in n[:i])\n```",
        Passes("fenced"),
    ),
    case(
        "a decorated function",
        &ONE,
        Reply,
        "```python\nimport functools\n\n@functools.lru_cache(\n    maxsize=None\n)\n@functools.cache\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case(
        "an asynchronous helper",
        &ONE,
        Reply,
        "```python\nasync def later():\n    return 1\n\ndef one():\n    try:\n        later().send(None)\n    except StopIteration as stop:\n        return stop.value\n```",
        Passes("fenced"),
    ),
    case("a lambda", &ONE, Reply, "```python\none = lambda: 1\n```", Passes("fenced")),
    case(
        "nested functions",
        &ONE,
        Reply,
        "```python\ndef one():\n    def two():\n        return 2\n\n    return two() - 1\n\n\nif __name__ == \"__main__\":\n    print(one() / 0)\n```",
        Passes("fenced"),
    ),
    // Bodies.
    case(
        "a fenced body",
        &CLOSE,
        Reply,
        "```python\n    s = sorted(numbers)\n    return any(b - a < threshold for a, b in zip(s, s[1:]))\n```",
        Passes("body"),
    ),
    case(
        "a fenced body in the first column",
        &CLOSE,
        Reply,
        "```python\nfor i, a in enumerate(numbers):\n    for b in numbers[:i]:\n        if abs(a - b) < threshold:\n            return True\nreturn False\n```",
        Passes("body"),
    ),
    case(
        "a fenced body with tabs",
        &CLOSE,
        Reply,
        "```python\n\ts = sorted(numbers)\n\tfor a, b in zip(s, s[1:]):\n\t\tif b - a < threshold:\n\t\t\treturn True\n\treturn False\n```",
        Passes("body"),
    ),
    case(
        "a body whose first line was trimmed",
        &CLOSE,
        Reply,
        "for i, a in enumerate(numbers):\n        for b in numbers[:i]:\n            if abs(a - b) < threshold:\n                return True\n    return False",
        Passes("body"),
    ),
    case(
        "a body with an import in the first column",
        &CLOSE,
        Reply,
        "```python\nimport itertools\n\n    return any(abs(a - b) < threshold for a, b in itertools.combinations(numbers, 2))\n```",
        Passes("body"),
    ),
    case(
        "a body with an inner function",
        &ONE,
        Reply,
        "```python\ndef two():\n    return 2\nreturn two() - 1\n```",
        Passes("body"),
    ),
    case("a bare body", &ONE, Reply, "    return 1\n", Passes("body")),
    case(
        "a bare body in prose",
        &ONE,
        Reply,
        "The body of the function would be:\n\n    return 1\n\nHope this helps!",
        Passes("body"),
    ),
    case(
        "a body keeps its strings",
        &FENCE,
        Reply,
        "```python\nreturn '''<think>\n''' + f'''```\n{code}\n```\n'''\n```",
        Passes("body"),
    ),
    // No fence.
    case("a bare function", &ONE, Reply, "def one():\n    return 1", Passes("bare-code")),
    case(
        "a bare function in prose",
        &ONE,
        Reply,
        "Here is the code:\n\ndef one():\n    return 1\n\nIt isn't long (just 2 lines.\n",
        Passes("bare-code"),
    ),
    case(
        "bare code with a constant and a helper",
        &ONE,
        Reply,
        "Sure!\n\nimport sys\nsys.setrecursionlimit(5000)\nBASE = 1\n\ndef helper():\n    return BASE\n\ndef one():\n    return helper()\n\nExplanation:\n1. We call helper.\n",
        Passes("bare-code"),
    ),
    case(
        "bare code after a bracket left open",
        &ONE,
        Reply,
        "I think (as you do\ndef one():\n    return 1\n",
        Passes("bare-code"),
    ),
    case("a word before bare code", &ONE, Reply, "Python\n\ndef one():\n    return 1\n", Passes("bare-code")),
    // Reasoning.
    case(
        "reasoning with fences in it",
        &ONE,
        Reply,
        "<think>\nMaybe\n```python\ndef one():\n    return 2\n```\n</think>\n\n```python\ndef one():\n    return 1\n```",
        Passes("fenced"),
    ),
    case(
        "reasoning that the template began",
        &ONE,
        Reply,
        "Maybe\n```python\ndef one():\n    return 2\n```\nno.\n</think>\n```python\ndef one(): return 1\n```",
        Passes("fenced"),
    ),
    case("reasoning that never ended", &ONE, Reply, "<think>\n```python\ndef one():\n    return 1\n```\n", Nothing),
    case("reasoning and no answer", &ONE, Reply, "<think>\ndef one(): return 1\n</think>\n", Nothing),
    case("a base model that reasons", &ONE, Continuation, "<think>hm", Nothing),
    // Nothing.
    case("an empty reply", &ONE, Reply, "", Nothing),
    case("white space", &ONE, Reply, " \n\t\n", Nothing),
    case("prose", &ONE, Reply, "I'm sorry, but I can't help with that.\n\nIs there anything else?", Nothing),
    case("only comments", &ONE, Reply, "```python\n# TODO\n```", Nothing),
    case("an empty continuation", &ONE, Continuation, "\n\n", Nothing),
    case("a continuation of comments", &ONE, Continuation, "    # TODO\n", Nothing),
    case("a continuation of prose", &ONE, Continuation, "This function returns one.\n", Nothing),
    // Continuations.
    case(
        "a continuation",
        &CLOSE,
        Continuation,
        "    s = sorted(numbers)\n    return any(b - a < threshold for a, b in zip(s, s[1:]))\n",
        Passes("continuation"),
    ),
    case("a continuation after a blank line", &ONE, Continuation, "\n    return 1\n", Passes("continuation")),
    case(
        "a continuation that goes on with prose",
        &ONE,
        Continuation,
        "    return 1\n\nThis function returns one.\n",
        Passes("continuation"),
    ),
    case("a continuation that ends with a fence", &ONE, Continuation, "    return 1\n```\n", Passes("continuation")),
    case("a continuation that lost its indentation", &ONE, Continuation, "return 1\n", Passes("body")),
    case(
        "a continuation that repeats the signature",
        &CLOSE,
        Continuation,
        "def has_close(numbers: List[float], threshold: float) -> bool:\n    s = sorted(numbers)\n    return any(b - a < threshold for a, b in zip(s, s[1:]))\n",
        Passes("bare-code"),
    ),
    case(
        "a continuation that fences its code",
        &ONE,
        Continuation,
        "```python\ndef one():\n    return 1\n```\n",
        Passes("fenced"),
    ),
    case("a continuation that fences the body", &ONE, Continuation, "```python\n    return 1\n```\n", Passes("body")),
    case(
        "a continuation that explains first",
        &ONE,
        Continuation,
        "Here's the code:\n```python\ndef one():\n    return 1\n```\n",
        Passes("fenced"),
    ),
    case(
        "a continuation with something else in the first column",
        &ONE,
        Continuation,
        "x = 1\n",
        Fails("continuation"),
    ),
];

#[test]
fn every_completion_gives_the_program_that_its_model_meant() {
    let mut labels = Vec::new();
    let mut programs = Vec::new();
    for case in CASES {
        let completion = Completion { text: case.text.into(), kind: case.kind };
        let solution = python_function(case.problem.prompt, Some(case.problem.entry_point), &completion);
        let (rule, passes) = match (&case.expected, &solution) {
            (Nothing, None) => continue,
            (Passes(rule), Some(_)) => (rule, true),
            (Fails(rule), Some(_)) => (rule, false),
            (Nothing, Some(solution)) => panic!("{}: {}\n{}", case.name, solution.rule, solution.code),
            (_, None) => panic!("{}: nothing found", case.name),
        };
        let solution = solution.unwrap();
        assert_eq!(solution.rule, *rule, "{}:\n{}", case.name, solution.code);
        labels.push((case.name, passes));
        programs.push((solution.code, case.problem.tests.to_owned()));
    }
    let Some(results) = support::run_natively(&programs) else { return };
    let wrong =
        labels.iter().zip(&programs).zip(results).filter(|(((_, passes), _), result)| *passes != result.is_none());
    let wrong: Vec<String> =
        wrong.map(|(((name, _), (code, _)), result)| format!("{name}: {result:?}\n{code}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}
