//! What the user knows of models: size, context, licence, price.

use std::fs;
use std::io;
use std::path::Path;

use glob::Pattern;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::settings;

/// What a `models.toml` says of a model. Everything may be absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFacts {
    /// How many parameters it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<u64>,
    /// How many of them each token uses, where that is not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_parameters: Option<u64>,
    /// Its context, in tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
    /// How its weights are stored, for example `Q4_K_M` or `bf16`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantisation: Option<String>,
    /// The memory that it takes, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Its licence, as an SPDX expression where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What its tokens cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
}

/// Prices of a million tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of a million tokens of prompts.
    pub prompt: f64,
    /// Of a million tokens of completions.
    pub completion: f64,
    /// For example `USD`.
    pub currency: String,
    /// When the price held, as the user writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

impl Price {
    /// What so many tokens cost.
    #[must_use]
    pub fn of(&self, prompt_tokens: u64, completion_tokens: u64) -> f64 {
        (prompt_tokens as f64 * self.prompt + completion_tokens as f64 * self.completion) / 1e6
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    model: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    /// The model's name, with `*` and `?`.
    name: String,
    #[serde(flatten)]
    facts: toml::Table,
}

impl ModelFacts {
    /// What `named`, or else the usual `models.toml` if there is one, says of `model`: the first entry whose name fits.
    ///
    /// # Errors
    /// When the file can't be read, or is not what it should be.
    pub fn find(model: &str, named: Option<&Path>) -> Result<Option<Self>, Failure> {
        let usual = settings::folder().map(|folder| folder.join("models.toml"));
        let Some(path) = named.map(Path::to_owned).or(usual) else { return Ok(None) };
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => return Ok(None),
            text => text.map_err(|error| Failure::file("reading", &path, &error))?,
        };
        find(&text, model).map_err(|why| Failure::usage(format!("{}: {why}", path.display())))
    }
}

fn find(text: &str, model: &str) -> Result<Option<ModelFacts>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut found = None;
    for entry in file.model {
        let pattern = Pattern::new(&entry.name).map_err(|error| format!("{}: not a pattern: {error}", entry.name))?;
        let facts: ModelFacts = entry
            .facts
            .try_into()
            .map_err(|error: toml::de::Error| format!("model {}: {}", entry.name, error.message()))?;
        if let Some(Price { prompt, completion, .. }) = facts.price
            && !(prompt >= 0.0 && completion >= 0.0 && prompt.is_finite() && completion.is_finite())
        {
            return Err(format!("model {}: a price is a number from 0", entry.name));
        }
        if found.is_none() && pattern.matches(model) {
            found = Some(facts);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in the documentation.
    fn example() -> &'static str {
        let page = include_str!("../../docs/endpoint.md");
        page.split("```toml\n").find(|block| block.starts_with("[[model]]")).unwrap().split("```").next().unwrap()
    }

    #[test]
    fn the_documented_example_is_read_and_the_first_name_that_fits_counts() {
        let facts = find(example(), "my-coder-7b-q4").unwrap().unwrap();
        assert_eq!((facts.parameters, facts.quantisation.as_deref()), (Some(7_000_000_000), Some("Q4_K_M")));
        let price = find(example(), "my-coder-large").unwrap().unwrap().price.unwrap();
        assert!((price.of(1_000_000, 500_000) - (price.prompt + price.completion / 2.0)).abs() < 1e-12);
        assert_eq!(find(example(), "unknown"), Ok(None));
    }

    #[test]
    fn what_is_misspelt_is_refused() {
        for (text, says) in [
            ("[[model]]\nname = 'a'\nparamters = 7\n", "paramters"),
            ("[[model]]\nname = '['\n", "pattern"),
            ("[[models]]\nname = 'a'\n", "models"),
            (
                "[[model]]\nname = 'a'\nprice = { prompt = -1, completion = 0, currency = 'EUR' }\n",
                "a price is a number",
            ),
        ] {
            let error = find(text, "a").unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
