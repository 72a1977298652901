use serde::Deserialize;

/// How a judge compares what a function returned with what is expected. docs/suite-manifest.md has their rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Oracle {
    /// Equal in Python's sense.
    Equal,
    /// Equal, but for floats within tolerances.
    Close,
    /// As EvalPlus judges HumanEval+.
    EvalplusHumaneval,
    /// As EvalPlus judges MBPP+.
    EvalplusMbpp,
    /// As EvoEval's authors judge.
    Evoeval,
    /// As LiveCodeBench judges calls: a case's input is a text with an argument on each line, its output another; both are
    /// JSON. Right is what is equal, where a tuple is taken for a list.
    Livecodebench,
}

const EQUAL: &str = include_str!("python/equal.py");
const CLOSE: &str = include_str!("python/close.py");
const CLOSENESS: &str = include_str!("python/closeness.py");
const EVALPLUS: &str = include_str!("python/evalplus.py");
const EVALPLUS_HUMANEVAL: &str = include_str!("python/evalplus_humaneval.py");
const EVALPLUS_MBPP: &str = include_str!("python/evalplus_mbpp.py");
const EVOEVAL: &str = include_str!("python/evoeval.py");
const LIVECODEBENCH: &str = include_str!("python/livecodebench.py");

impl Oracle {
    /// The modules that it consists of, as (path, text); `oracle.py` is the one that judges import.
    pub(super) fn modules(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Oracle::Equal => &[("oracle.py", EQUAL)],
            Oracle::Close => &[("oracle.py", CLOSE), ("closeness.py", CLOSENESS), ("equal.py", EQUAL)],
            Oracle::EvalplusHumaneval => {
                &[("oracle.py", EVALPLUS_HUMANEVAL), ("evalplus.py", EVALPLUS), ("closeness.py", CLOSENESS)]
            }
            Oracle::EvalplusMbpp => {
                &[("oracle.py", EVALPLUS_MBPP), ("evalplus.py", EVALPLUS), ("closeness.py", CLOSENESS)]
            }
            Oracle::Evoeval => &[("oracle.py", EVOEVAL), ("closeness.py", CLOSENESS)],
            Oracle::Livecodebench => &[("oracle.py", LIVECODEBENCH)],
        }
    }
}
