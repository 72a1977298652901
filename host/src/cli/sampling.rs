use std::collections::BTreeMap;
use std::str::FromStr;

use assay_api::{PromptStyle, Request};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use crate::endpoint::{Infill, Provider, Sampling};
use crate::failure::Failure;
use crate::store;

/// Fields of a request's body that are not the user's to set, and what to use instead.
const RESERVED: [(&str, &str); 6] = [
    ("model", "use --model"),
    ("messages", "use --system"),
    ("prompt", "the suite decides it"),
    ("suffix", "the suite decides it"),
    ("stream", "use --no-stream"),
    ("n", "use -n and --native-n"),
];

/// What a request asks for.
#[derive(Debug, Args)]
pub(super) struct SamplingOptions {
    /// How the model is asked: chat for instruction-tuned models, completion for base models, infill for gaps to fill
    #[arg(long, value_enum, default_value_t, value_name = "STYLE")]
    style: Style,
    /// Samples of each task
    #[arg(short, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) n: u32,
    /// Ask for all samples of a task in one request, where the server gives as many
    #[arg(long)]
    pub(super) native_n: bool,
    /// Softmax temperature, or `server` to leave it to the server [default: 0 for one sample, 0.8 for several]
    #[arg(long, value_name = "T")]
    temperature: Option<Temperature>,
    /// Nucleus sampling: the probability mass to sample from
    #[arg(long, value_name = "P", value_parser = probability)]
    top_p: Option<f64>,
    /// Most new tokens of a completion [default: the suite's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_tokens: Option<u32>,
    /// End completions before this text, instead of the suite's stop strings; may be given several times
    #[arg(long, value_name = "TEXT")]
    stop: Vec<String>,
    /// The system prompt, instead of the suite's
    #[arg(long, value_name = "TEXT")]
    pub(super) system: Option<String>,
    /// How much a reasoning model is to think, in the server's words, such as low, medium or high
    #[arg(long, value_name = "EFFORT")]
    reasoning_effort: Option<String>,
    /// Keep the tokens' log-probabilities, with this many alternatives to each [default with the option: 0]
    #[arg(long, value_name = "TOP", num_args = 0..=1, default_missing_value = "0", value_parser = clap::value_parser!(u32).range(..=20))]
    logprobs: Option<u32>,
    /// A further field of the request's body, as JSON; null leaves a field out; may be given several times
    #[arg(long, value_name = "KEY=JSON")]
    param: Vec<Param>,
    /// How prompts with a gap are sent: auto, suffix (the server does it), or by the template of a family of models
    #[arg(long, value_name = "HOW", default_value = "auto", value_parser = fim)]
    fim: Fim,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Style {
    #[default]
    Chat,
    Completion,
    Infill,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Temperature {
    Of(f64),
    Server,
}

impl FromStr for Temperature {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            _ if text == "server" => Ok(Temperature::Server),
            Ok(value) if f64::is_finite(value) && value >= 0.0 => Ok(Temperature::Of(value)),
            _ => Err("a number from 0, or `server`"),
        }
    }
}

fn probability(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok().filter(|value: &f64| *value > 0.0 && *value <= 1.0);
    number.ok_or("a number above 0 and up to 1")
}

#[derive(Debug, Clone, PartialEq)]
struct Param {
    key: String,
    value: Value,
}

impl FromStr for Param {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, json) = text.split_once('=').ok_or("a key, `=` and JSON")?;
        if let Some((_, instead)) = RESERVED.iter().find(|(name, _)| *name == key) {
            return Err(format!("{key} can't be set: {instead}"));
        }
        let value = serde_json::from_str(json)
            .map_err(|error| format!("not JSON: {error}; a text needs quotes of its own: {key}='\"{json}\"'"))?;
        Ok(Param { key: key.to_owned(), value })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fim {
    Auto,
    As(Infill),
}

fn fim(text: &str) -> Result<Fim, String> {
    if text == "auto" {
        return Ok(Fim::Auto);
    }
    let known = || format!("one of auto, {}", Infill::names().collect::<Vec<_>>().join(", "));
    Infill::named(text).map(Fim::As).ok_or_else(known)
}

impl SamplingOptions {
    /// How the model is prompted.
    pub(super) fn style(&self) -> PromptStyle {
        match self.style {
            Style::Chat => PromptStyle::Chat,
            Style::Completion => PromptStyle::Completion,
            Style::Infill => PromptStyle::Infill,
        }
    }

    /// Refuses options that contradict each other.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.system.is_some() && self.style != Style::Chat {
            return Err(Failure::usage("--system: there is a system prompt only with --style chat"));
        }
        Ok(())
    }

    /// What a user should know before the run.
    pub(super) fn warn(&self) {
        if self.n > 1 && self.temperature() == Some(0.0) {
            eprintln!("note: at temperature 0 the {} samples of a task may all be the same", self.n);
        }
    }

    /// For requests to `model`.
    pub(super) fn sampling(&self, provider: Provider, model: &str) -> Sampling {
        Sampling {
            temperature: self.temperature(),
            top_p: self.top_p,
            max_tokens: self.max_tokens,
            stop: (!self.stop.is_empty()).then(|| self.stop.clone()),
            reasoning_effort: self.reasoning_effort.clone(),
            logprobs: self.logprobs,
            infill: match self.fim {
                Fim::Auto => Infill::for_model(provider, model),
                Fim::As(infill) => infill,
            },
            extra: self.param.iter().map(|param| (param.key.clone(), param.value.clone())).collect::<Map<_, _>>(),
            token_limit: None,
        }
    }

    /// As the run file keeps it. How gaps are marked counts only where a prompt has one.
    pub(super) fn identity(&self, sampling: &Sampling, has_gaps: bool) -> store::Sampling {
        let params: BTreeMap<String, String> =
            self.param.iter().map(|param| (param.key.clone(), param.value.to_string())).collect();
        store::Sampling {
            temperature: self.temperature(),
            top_p: self.top_p,
            max_tokens: self.max_tokens,
            stop: sampling.stop.clone(),
            system: self.system.clone(),
            reasoning_effort: self.reasoning_effort.clone(),
            logprobs: self.logprobs,
            params,
            fim: has_gaps.then(|| sampling.infill.to_string()),
            native_n: self.native_n,
        }
    }

    /// `request` with the user's system prompt.
    pub(super) fn with_system(&self, request: Request) -> Request {
        match &self.system {
            Some(system) => request.with_system(system),
            None => request,
        }
    }

    fn temperature(&self) -> Option<f64> {
        match self.temperature {
            Some(Temperature::Of(value)) => Some(value),
            Some(Temperature::Server) => None,
            None => Some(if self.n == 1 { 0.0 } else { 0.8 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused() {
        let temperature = str::parse::<Temperature>;
        assert!(temperature("-0.1").is_err() && temperature("nan").is_err() && temperature("inf").is_err());
        assert_eq!(temperature("0"), Ok(Temperature::Of(0.0)));
        assert_eq!(temperature("server"), Ok(Temperature::Server));
        assert!(probability("0").is_err() && probability("1.5").is_err() && probability("1").is_ok());
    }

    #[test]
    fn a_parameter_is_json_and_never_what_another_option_sets() {
        assert_eq!("top_k=40".parse(), Ok(Param { key: "top_k".into(), value: 40.into() }));
        assert_eq!("a=b=c".parse::<Param>().unwrap_err().split(':').next(), Some("not JSON"));
        assert!("tier=flex".parse::<Param>().unwrap_err().contains("tier='\"flex\"'"));
        assert!("stream=false".parse::<Param>().unwrap_err().contains("--no-stream"));
        assert!("x".parse::<Param>().is_err());
    }

    #[test]
    fn a_gap_is_sent_as_the_user_says() {
        assert_eq!(fim("auto"), Ok(Fim::Auto));
        assert_eq!(fim("suffix"), Ok(Fim::As(Infill::Suffix)));
        assert!(fim("gpt").unwrap_err().contains("starcoder2"));
    }
}
