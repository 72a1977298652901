use serde::{Deserialize, Serialize};

use crate::{Completion, Outcome, Scored};

/// How the model is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PromptStyle {
    /// Instruction-tuned models, through the chat API.
    Chat,
    /// Base models continue a text, through the completions API.
    Completion,
    /// Base models fill a gap in a text, through the completions API.
    Infill,
}

/// Who speaks in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Instructions that stand above the dialogue.
    System,
    /// The one who asks.
    User,
    /// The model.
    Assistant,
}

/// One message of a chat.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What they say.
    pub content: String,
}

/// What the model sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "style", rename_all = "snake_case")]
pub enum Prompt {
    /// A dialogue.
    Chat {
        /// From the first message to the last.
        messages: Vec<Message>,
    },
    /// A text to continue.
    Text {
        /// The text.
        text: String,
    },
    /// Fill-in-the-middle: the model writes what stands between the two.
    Infill {
        /// What stands before the gap.
        prefix: String,
        /// What stands after the gap.
        suffix: String,
    },
}

/// What a suite wants to ask of a model. Sampling parameters are the host's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Request {
    /// What the model sees.
    pub prompt: Prompt,
    /// The completion ends before the first of these strings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// The benchmark's own bound on new tokens; the user's choice overrides it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
}

impl Request {
    /// The same with `system` as its only system message, where it is a chat.
    #[must_use]
    pub fn with_system(mut self, system: &str) -> Self {
        if let Prompt::Chat { messages } = &mut self.prompt {
            messages.retain(|message| message.role != Role::System);
            messages.insert(0, Message { role: Role::System, content: system.to_owned() });
        }
        self
    }
}

/// One finished exchange of a dialogue, what executing its answer gave, and what the suite said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Turn {
    /// What was asked, with the user's system prompt where there is one.
    pub request: Request,
    /// What the model answered.
    pub completion: Completion,
    /// The outcomes of the answer's programs, in the programs' order; none where nothing was executed.
    pub outcomes: Vec<Outcome>,
    /// The verdict on the answer. It is never `context_overflow` or `infra`: those end a dialogue.
    pub scored: Scored,
}
