use serde::{Deserialize, Serialize};

/// How a completion's text relates to code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CompletionKind {
    /// A chat answer: code somewhere in prose.
    Reply,
    /// What a model wrote after the prompt's last character, or into its gap; may repeat the signature or fence its code.
    Continuation,
    /// Goes after the prompt exactly as it is, as published sample files mean it.
    Verbatim,
    /// The whole solution as it is; the prompt is not part of it.
    Program,
}

/// What a model wrote for one sample.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Completion {
    /// The text, without reasoning that the server reported apart.
    pub text: String,
    /// How the text relates to code.
    pub kind: CompletionKind,
}

/// Code extracted from a completion.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Solution {
    /// The code, ready to stand in the suite's programs.
    pub code: String,
    /// Which extraction rule gave it, for example `fenced` or `continuation`; for reports.
    pub rule: String,
}
