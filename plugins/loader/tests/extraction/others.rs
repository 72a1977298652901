//! Replies whose code is only a body, or stands without a fence, or that have none; and what is not a reply.

use super::CompletionKind::{Continuation, Program, Reply, Verbatim};
use super::Expected::{Fails, Nothing, Passes};
use super::problems::{CLOSE, FENCE, ONE};
use super::{Case, case};

pub(crate) const CASES: &[Case] = &[
    // Exact kinds.
    case("a published completion", &ONE, Verbatim, "    return 1", Passes("verbatim")),
    case("a published completion with another indentation", &ONE, Verbatim, "\treturn 1", Passes("verbatim")),
    case("an empty published completion", &ONE, Verbatim, "", Fails("verbatim")),
    case("a fence in a published completion stays", &ONE, Verbatim, "```\nreturn 1\n```", Fails("verbatim")),
    case("a whole program", &ONE, Program, "one = lambda: 1", Passes("program")),
    case("a whole program is not helped", &CLOSE, Program, "def has_close(n: List[float], t): ...", Fails("program")),
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
