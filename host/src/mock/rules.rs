use std::path::Path;
use std::time::Duration;

use assay_api::Prompt;
use glob::Pattern;
use serde::Deserialize;

use super::fault::{Fault, Quirk};
use super::script::{Answer, Call, Script};
use crate::endpoint::Finish;
use crate::failure::Failure;

/// A script from a file of JSON lines: models that are listed, and rules of which the first that fits a call answers it.
///
/// `docs/mock-endpoint.md` has the format.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    models: Vec<String>,
    rules: Vec<Rule>,
}

enum Line {
    Models(Models),
    Rule(Box<Rule>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Models {
    models: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rule {
    when: When,
    text: String,
    /// In place of `text`: one after the other, and from the first again.
    texts: Vec<String>,
    choices: Vec<String>,
    reasoning: Option<String>,
    finish: Option<Finish>,
    prompt_tokens: Option<u64>,
    token_delay_ms: u64,
    fault: Option<Fault>,
    quirks: Vec<Quirk>,
}

/// What must be true of a call; what is absent may be anything.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct When {
    /// The model's name, with `*` and `?`.
    model: Option<String>,
    /// A text within the prompt.
    contains: Option<String>,
    api: Option<Api>,
    /// How often the model was asked the same before.
    nth: Option<u32>,
    seed: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Api {
    Chat,
    Completions,
}

impl Rules {
    /// Reads a script.
    ///
    /// # Errors
    /// When a line is not what it should be; names `path` and the line.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        let mut rules = Rules::default();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = |why: String| Failure::usage(format!("{} line {}: {why}", path.display(), number + 1));
            match parse(line).map_err(|error| wrong(error.to_string()))? {
                Line::Models(Models { models }) => rules.models.extend(models),
                Line::Rule(rule) => {
                    if let Some(name) = &rule.when.model {
                        Pattern::new(name).map_err(|error| wrong(format!("{name}: not a pattern: {error}")))?;
                    }
                    rules.rules.push(*rule);
                }
            }
        }
        Ok(rules)
    }
}

/// The kind of line is told by its key, so that a mistake in a rule is told as one.
fn parse(line: &str) -> serde_json::Result<Line> {
    let value: serde_json::Value = serde_json::from_str(line)?;
    if value.get("models").is_some() {
        return serde_json::from_value(value).map(Line::Models);
    }
    serde_json::from_value(value).map(|rule| Line::Rule(Box::new(rule)))
}

impl Script for Rules {
    fn answer(&self, call: &Call) -> Answer {
        self.rules.iter().find(|rule| rule.when.fits(call)).map_or_else(no_rule, |rule| rule.answer(call))
    }

    fn models(&self) -> Vec<String> {
        if self.models.is_empty() { vec!["mock".to_owned()] } else { self.models.clone() }
    }
}

fn no_rule() -> Answer {
    let body = r#"{"error":{"message":"no rule of the script fits this request","type":"invalid_request_error"}}"#;
    Answer::text("").with_fault(Fault::Status { code: 400, body: body.to_owned(), retry_after: None })
}

impl When {
    fn fits(&self, call: &Call) -> bool {
        let model = |name: &String| Pattern::new(name).is_ok_and(|pattern| pattern.matches(&call.model));
        let api = if matches!(call.prompt, Prompt::Chat { .. }) { Api::Chat } else { Api::Completions };
        self.model.as_ref().is_none_or(model)
            && self.contains.as_ref().is_none_or(|text| call.prompt_text().contains(text.as_str()))
            && self.api.is_none_or(|wanted| wanted == api)
            && self.nth.is_none_or(|nth| nth == call.nth)
            && self.seed.is_none_or(|seed| Some(seed) == call.seed)
    }
}

impl Rule {
    fn answer(&self, call: &Call) -> Answer {
        let text = match self.texts.len() {
            0 => &self.text,
            count => &self.texts[call.nth as usize % count],
        };
        Answer {
            choices: self.choices.clone(),
            reasoning: self.reasoning.clone(),
            finish: self.finish.clone().unwrap_or(Finish::Stop),
            prompt_tokens: self.prompt_tokens,
            token_delay: Duration::from_millis(self.token_delay_ms),
            fault: self.fault.clone(),
            quirks: self.quirks.clone(),
            ..Answer::text(text.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(text: &str) -> Result<Rules, String> {
        Rules::parse(text, Path::new("s.jsonl")).map_err(|failure| failure.message)
    }

    fn call(model: &str, text: &str, nth: u32) -> Call {
        let prompt = Prompt::Text { text: text.to_owned() };
        Call { model: model.to_owned(), prompt, nth, seed: Some(7), api_key: None, body: json!({}) }
    }

    #[test]
    fn the_first_rule_that_fits_answers() {
        let rules = parse(
            r#"{"models": ["a", "b"]}
               {"when": {"contains": "add", "nth": 0}, "fault": {"status": {"code": 503, "retry_after": "1"}}}

               {"when": {"model": "a*", "api": "completions"}, "texts": ["one", "two"], "quirks": ["cr_lf"]}
               {"when": {"api": "chat"}, "text": "never"}
               {"when": {"seed": 7}, "text": "rest", "finish": "length", "fault": {"times_then_ok": [2, "reset"]}}"#,
        )
        .unwrap();
        assert_eq!(rules.models(), ["a", "b"]);
        let status = Fault::Status { code: 503, body: String::new(), retry_after: Some("1".into()) };
        assert_eq!(rules.answer(&call("a1", "please add", 0)).fault, Some(status));
        assert_eq!(rules.answer(&call("a1", "please add", 1)).text, "two");
        assert_eq!(rules.answer(&call("a1", "x", 2)).text, "one");
        let rest = rules.answer(&call("b", "x", 0));
        assert_eq!((rest.text.as_str(), rest.finish), ("rest", Finish::Length));
        assert_eq!(rest.fault, Some(Fault::TimesThenOk(2, Box::new(Fault::Reset))));
        let refused = parse(r#"{"when": {"model": "z"}, "text": ""}"#).unwrap().answer(&call("a", "x", 0)).fault;
        assert!(matches!(refused, Some(Fault::Status { code: 400, .. })));
    }

    #[test]
    fn a_mistake_is_named_by_file_and_line() {
        for (text, says) in [
            ("{\"text\": \"a\"}\n{\"txt\": \"b\"}", "s.jsonl line 2: unknown field `txt`"),
            ("nonsense", "s.jsonl line 1: "),
            ("{\"when\": {\"model\": \"[\"}}", "not a pattern"),
            ("{\"fault\": \"flood\"}", "unknown variant `flood`"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn every_line_of_the_documentations_scripts_is_understood() {
        let page = include_str!("../../../docs/mock-endpoint.md");
        let scripts: Vec<&str> =
            page.split("```jsonl\n").skip(1).filter_map(|rest| rest.split("\n```\n").next()).collect();
        assert!(scripts.len() > 1);
        for script in scripts {
            parse(script).unwrap_or_else(|error| panic!("{error}\n{script}"));
        }
    }
}
