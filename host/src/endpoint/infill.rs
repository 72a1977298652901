use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::provider::Provider;

/// The templates, as their file has them.
static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("fim.toml")).expect("a test reads the same file");
    file.family
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    family: Vec<Family>,
}

/// How a family of models wants a gap to be marked.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    name: String,
    models: Vec<String>,
    template: String,
    stop: Vec<String>,
    /// Where the template is from, for whoever reads the file.
    #[serde(rename = "source")]
    _source: String,
}

/// How a prompt with a gap (`Prompt::Infill`) is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Infill {
    /// As `prompt` and `suffix`: the server knows how its model wants it.
    #[default]
    Suffix,
    /// As one text, by the template of a family of models.
    Template(TemplateId),
}

/// A family's template; from [`Infill::for_model`] or [`Infill::named`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateId(usize);

impl Infill {
    /// What suits the server and the model: `suffix` where the server applies the model's own template (OpenAI, Ollama),
    /// else the template of the model's family, else `suffix`.
    #[must_use]
    pub fn for_model(provider: Provider, model: &str) -> Self {
        if matches!(provider, Provider::OpenAi | Provider::Ollama) {
            return Infill::Suffix;
        }
        let plain: String = model.to_lowercase().chars().filter(|c| !"-_. ".contains(*c)).collect();
        let family = FAMILIES.iter().position(|family| family.models.iter().any(|word| plain.contains(word.as_str())));
        family.map_or(Infill::Suffix, |family| Infill::Template(TemplateId(family)))
    }

    /// `suffix`, or a family by its name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == "suffix" {
            return Some(Infill::Suffix);
        }
        FAMILIES.iter().position(|family| family.name == name).map(|family| Infill::Template(TemplateId(family)))
    }

    /// What [`named`](Infill::named) takes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once("suffix").chain(FAMILIES.iter().map(|family| family.name.as_str()))
    }

    /// The text that marks the gap between `prefix` and `suffix`, unless the server is to do it.
    pub(super) fn text(self, prefix: &str, suffix: &str) -> Option<String> {
        let Infill::Template(TemplateId(family)) = self else { return None };
        let (before, after) = FAMILIES[family].template.split_once("{prefix}").unwrap_or_default();
        // The two are put in one after the other, so that a mark within the code means nothing.
        Some(match before.split_once("{suffix}") {
            Some((first, second)) => format!("{first}{suffix}{second}{prefix}{after}"),
            None => {
                let (second, third) = after.split_once("{suffix}").unwrap_or((after, ""));
                format!("{before}{prefix}{second}{suffix}{third}")
            }
        })
    }

    /// Strings that end the middle.
    pub(super) fn stop(self) -> &'static [String] {
        match self {
            Infill::Suffix => &[],
            Infill::Template(TemplateId(family)) => &FAMILIES[family].stop,
        }
    }
}

impl fmt::Display for Infill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Infill::Suffix => "suffix",
            Infill::Template(TemplateId(family)) => &FAMILIES[*family].name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_both_places_and_a_source() {
        for family in FAMILIES.iter() {
            assert_eq!(family.template.matches("{prefix}").count(), 1, "{}", family.name);
            assert_eq!(family.template.matches("{suffix}").count(), 1, "{}", family.name);
            assert!(family._source.starts_with("https://") && !family.stop.is_empty(), "{}", family.name);
            assert_eq!(Infill::named(&family.name).unwrap().to_string(), family.name);
        }
        assert_eq!(Infill::named("gpt"), None);
    }

    /// The authors' own examples.
    #[test]
    fn a_gap_is_marked_as_each_family_was_trained() {
        for (model, text) in [
            ("bigcode/starcoder2-3b", "<fim_prefix>A{suffix}<fim_suffix>B{prefix}<fim_middle>"),
            ("Qwen/Qwen2.5-Coder-7B", "<|fim_prefix|>A{suffix}<|fim_suffix|>B{prefix}<|fim_middle|>"),
            ("deepseek-ai/deepseek-coder-6.7b-base", "<｜fim▁begin｜>A{suffix}<｜fim▁hole｜>B{prefix}<｜fim▁end｜>"),
            ("codellama/CodeLlama-7b-hf", "<PRE> A{suffix} <SUF>B{prefix} <MID>"),
            ("mistralai/Codestral-22B-v0.1", "[SUFFIX]B{prefix}[PREFIX]A{suffix}"),
        ] {
            let infill = Infill::for_model(Provider::Vllm, model);
            assert_eq!(infill.text("A{suffix}", "B{prefix}").as_deref(), Some(text), "{model}");
        }
        assert_eq!(Infill::for_model(Provider::Vllm, "gpt-3.5-turbo-instruct"), Infill::Suffix);
        assert_eq!(Infill::for_model(Provider::Ollama, "qwen2.5-coder:7b"), Infill::Suffix);
        assert_eq!(Infill::Suffix.text("a", "b"), None);
    }
}
