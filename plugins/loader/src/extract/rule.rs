use std::fmt;

/// How a solution was found in a completion. Its name is a [`Solution`](assay_api::Solution)'s `rule`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The prompt and the text exactly as it is.
    Verbatim,
    /// The text exactly as it is.
    Program,
    /// The prompt and what a base model wrote after it, up to where it can't be Python, or to the end of the JavaScript
    /// function.
    Continuation,
    /// A fenced block.
    Fenced,
    /// A fenced block that the model never closed; of Python, up to the first line that can't be.
    FencedUnclosed,
    /// Code in prose, without a fence.
    BareCode,
    /// The body of the function without its signature, put under the prompt's.
    Body,
    /// What a model wrote into a gap, up to a mark of its end.
    Middle,
    /// A fenced block under the name of the file that is asked for.
    File,
    /// What stands between tags that the prompt asks for.
    Tagged,
    /// A side of an assertion, without tags.
    Assertion,
    /// What EvalPlus's sanitizer left.
    Sanitized,
    /// A file, changed as the answer says.
    Edited,
    /// Changes that can't be made: the code says why.
    Unapplied,
}

impl Rule {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rule::Verbatim => "verbatim",
            Rule::Program => "program",
            Rule::Continuation => "continuation",
            Rule::Fenced => "fenced",
            Rule::FencedUnclosed => "fenced-unclosed",
            Rule::BareCode => "bare-code",
            Rule::Body => "body",
            Rule::Middle => "middle",
            Rule::File => "file",
            Rule::Tagged => "tagged",
            Rule::Assertion => "assertion",
            Rule::Sanitized => "sanitized",
            Rule::Edited => "edited",
            Rule::Unapplied => "unapplied",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
