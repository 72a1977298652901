use std::fmt;
use std::str::FromStr;

use clap::ValueEnum;

use super::wire::TokenLimitField;

/// The kind of server behind a URL: where it listens by default and what its API does differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ValueEnum)]
pub enum Provider {
    /// Ollama.
    #[value(name = "ollama")]
    Ollama,
    /// The server of llama.cpp.
    #[value(name = "llamacpp", alias = "llama.cpp")]
    LlamaCpp,
    /// LM Studio.
    #[value(name = "lmstudio", alias = "lm-studio")]
    LmStudio,
    /// vLLM.
    #[value(name = "vllm")]
    Vllm,
    /// OpenAI itself.
    #[value(name = "openai")]
    OpenAi,
    /// Any other server that speaks the same API; it has no default URL.
    #[default]
    #[value(name = "other")]
    Other,
}

/// What a provider's API does differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quirks {
    /// How many stop strings a request may carry; `None` means any number.
    pub(super) max_stop: Option<usize>,
    /// What the chat API calls the bound on new tokens.
    pub(super) token_limit: TokenLimitField,
}

impl Provider {
    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Provider::Ollama => "ollama",
            Provider::LlamaCpp => "llamacpp",
            Provider::LmStudio => "lmstudio",
            Provider::Vllm => "vllm",
            Provider::OpenAi => "openai",
            Provider::Other => "other",
        }
    }

    /// The URL that the server's API has unless it was configured otherwise.
    #[must_use]
    pub fn default_base_url(self) -> Option<&'static str> {
        match self {
            Provider::Ollama => Some("http://127.0.0.1:11434/v1"),
            Provider::LlamaCpp => Some("http://127.0.0.1:8080/v1"),
            Provider::LmStudio => Some("http://127.0.0.1:1234/v1"),
            Provider::Vllm => Some("http://127.0.0.1:8000/v1"),
            Provider::OpenAi => Some("https://api.openai.com/v1"),
            Provider::Other => None,
        }
    }

    pub(super) fn quirks(self) -> Quirks {
        match self {
            Provider::Ollama | Provider::LlamaCpp | Provider::LmStudio | Provider::Vllm => {
                Quirks { max_stop: None, token_limit: TokenLimitField::MaxTokens }
            }
            // `max_tokens` is deprecated there, and an error with its reasoning models.
            Provider::OpenAi => Quirks { max_stop: Some(4), token_limit: TokenLimitField::MaxCompletionTokens },
            // Hosted services copy OpenAI's bound of 4.
            Provider::Other => Quirks { max_stop: Some(4), token_limit: TokenLimitField::MaxTokens },
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Provider {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        <Self as ValueEnum>::from_str(name, true)
            .map_err(|_| format!("no provider is called `{}`", name.escape_debug()))
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::Provider;

    #[test]
    fn a_provider_is_found_by_the_name_it_prints() {
        for provider in Provider::value_variants() {
            assert_eq!(provider.to_string().parse(), Ok(*provider));
        }
        assert_eq!("LM-Studio".parse(), Ok(Provider::LmStudio));
        assert!("gpt".parse::<Provider>().is_err());
    }
}
