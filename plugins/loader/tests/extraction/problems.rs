//! What the completions are of.

pub(crate) struct Problem {
    pub(crate) prompt: &'static str,
    pub(crate) entry_point: &'static str,
    pub(crate) tests: &'static str,
}

/// An import that only the prompt has.
pub(crate) const CLOSE: Problem = Problem {
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
pub(crate) const DECODE: Problem = Problem {
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
pub(crate) const ONE: Problem = Problem { prompt: "def one():\n", entry_point: "one", tests: "assert one() == 1\n" };

/// The answer's own text has fences, tags and quotes in it.
pub(crate) const FENCE: Problem = Problem {
    prompt: "def fence(code: str) -> str:\n    \"\"\" Fence code as Markdown does, after a <think> tag. \"\"\"\n",
    entry_point: "fence",
    tests: "assert fence('x') == '<think>\\n```\\nx\\n```\\n'\n",
};
