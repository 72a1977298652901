//! The table of prompts in `suite.toml`.

use assay_api::Role;
use serde::Deserialize;

use super::spanned::Spanned;
use super::tables::TemplateText;

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct PromptTable {
    /// The benchmark's bound on new tokens.
    pub(super) max_tokens: Option<u32>,
    /// Tasks that serve as examples.
    #[serde(default)]
    pub(super) shots: Vec<String>,
    /// For instruction-tuned models.
    pub(super) chat: Option<ChatTable>,
    /// For base models, through the completions API.
    pub(super) completion: Option<CompletionTable>,
    /// For base models that fill a gap.
    pub(super) infill: Option<InfillTable>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ChatTable {
    pub(super) messages: Vec<MessageTable>,
    /// The field with messages of the task's own, which come after these: a list of objects with `role` and `content`.
    pub(super) then: Option<String>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
    /// What follows an answer that does not pass.
    pub(super) retry: Option<Spanned<RetryTable>>,
}

impl ChatTable {
    /// How many requests there are at most.
    pub(super) fn tries(&self) -> u32 {
        self.retry.as_ref().map_or(1, |retry| retry.as_ref().tries)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RetryTable {
    /// How often the model is asked at most, the first time included.
    #[serde(default = "two")]
    pub(super) tries: u32,
    /// Whether these messages are all that the model sees: without what was said before.
    #[serde(default)]
    pub(super) fresh: bool,
    /// What stands after the model's answer; templates also see `turn`, what came of it.
    pub(super) messages: Vec<MessageTable>,
}

fn two() -> u32 {
    2
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct MessageTable {
    pub(super) role: Role,
    pub(super) template: Spanned<TemplateText>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CompletionTable {
    pub(super) template: Spanned<TemplateText>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct InfillTable {
    pub(super) prefix: Spanned<TemplateText>,
    pub(super) suffix: Spanned<TemplateText>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}
