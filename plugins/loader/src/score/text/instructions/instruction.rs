//! The 25 instructions of IFEval, checked as
//! [Google's code](https://github.com/google-research/google-research/blob/3f357bde6df14f1eb8b7d27518072b396b7f8a2a/instruction_following_eval/instructions.py)
//! checks them.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::json::is_json;
use super::keyword::{Keyword, Splitter};
use super::language::language;
use super::python::{SPACE, is_lower, is_space, is_upper, strip};
use super::sentences::sentences;
use super::words;

/// The code of English.
const ENGLISH: &str = "en";

/// What an answer that may be one of three contains.
const CONSTRAINED: [&str; 3] = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

/// An instruction, as IFEval's data has them.
#[derive(Debug, Clone)]
pub struct Instruction {
    id: String,
    demand: Demand,
}

/// What an instruction demands: its arguments, by the names that the data gives them.
#[derive(Debug, Clone, Deserialize)]
enum Demand {
    #[serde(rename = "keywords:existence")]
    Keywords { keywords: Vec<Keyword> },
    #[serde(rename = "keywords:frequency")]
    KeywordFrequency { keyword: Keyword, frequency: usize, relation: Relation },
    #[serde(rename = "keywords:forbidden_words")]
    ForbiddenWords { forbidden_words: Vec<Keyword> },
    #[serde(rename = "keywords:letter_frequency")]
    LetterFrequency { letter: char, let_frequency: usize, let_relation: Relation },
    #[serde(rename = "language:response_language")]
    Language { language: String },
    #[serde(rename = "length_constraints:number_sentences")]
    Sentences { num_sentences: usize, relation: Relation },
    #[serde(rename = "length_constraints:number_paragraphs")]
    Paragraphs { num_paragraphs: usize },
    #[serde(rename = "length_constraints:number_words")]
    Words { num_words: usize, relation: Relation },
    #[serde(rename = "length_constraints:nth_paragraph_first_word")]
    FirstWord { num_paragraphs: usize, nth_paragraph: usize, first_word: String },
    #[serde(rename = "detectable_content:number_placeholders")]
    Placeholders { num_placeholders: usize },
    #[serde(rename = "detectable_content:postscript")]
    Postscript { postscript_marker: String },
    #[serde(rename = "detectable_format:number_bullet_lists")]
    Bullets { num_bullets: usize },
    #[serde(rename = "detectable_format:constrained_response")]
    Constrained {},
    #[serde(rename = "detectable_format:number_highlighted_sections")]
    Highlights { num_highlights: usize },
    #[serde(rename = "detectable_format:multiple_sections")]
    Sections { section_spliter: Splitter, num_sections: usize },
    #[serde(rename = "detectable_format:json_format")]
    Json {},
    #[serde(rename = "detectable_format:title")]
    Title {},
    #[serde(rename = "combination:two_responses")]
    TwoResponses {},
    #[serde(rename = "combination:repeat_prompt")]
    RepeatPrompt { prompt_to_repeat: String },
    #[serde(rename = "startend:end_checker")]
    End { end_phrase: String },
    #[serde(rename = "startend:quotation")]
    Quotation {},
    #[serde(rename = "change_case:capital_word_frequency")]
    CapitalWords { capital_frequency: usize, capital_relation: Relation },
    #[serde(rename = "change_case:english_capital")]
    EnglishCapitals {},
    #[serde(rename = "change_case:english_lowercase")]
    EnglishLowercase {},
    #[serde(rename = "punctuation:no_comma")]
    NoComma {},
}

/// How a number is to compare with one that an instruction names.
#[derive(Debug, Clone, Copy, Deserialize)]
enum Relation {
    #[serde(rename = "less than")]
    LessThan,
    #[serde(rename = "at least")]
    AtLeast,
}

impl Relation {
    fn holds(self, number: usize, named: usize) -> bool {
        match self {
            Relation::LessThan => number < named,
            Relation::AtLeast => number >= named,
        }
    }
}

impl Instruction {
    /// The instruction called `id` with its `arguments`, of which those that are null count as absent.
    ///
    /// # Errors
    /// When there is no such instruction, or an argument is missing or malformed: what is wrong, for humans.
    pub fn new(id: &str, arguments: &Map<String, Value>) -> Result<Instruction, String> {
        let arguments = arguments.iter().filter(|(_, value)| !value.is_null());
        let arguments: Map<String, Value> = arguments.map(|(name, value)| (name.clone(), value.clone())).collect();
        let named = Map::from_iter([(id.to_owned(), Value::Object(arguments))]);
        let demand =
            Demand::deserialize(Value::Object(named)).map_err(|error| format!("instruction {id:?}: {error}"))?;
        match demand {
            Demand::FirstWord { num_paragraphs, nth_paragraph, .. }
                if !(1..=num_paragraphs).contains(&nth_paragraph) =>
            {
                Err(format!("instruction {id:?}: there is no paragraph {nth_paragraph} of {num_paragraphs}"))
            }
            demand => Ok(Instruction { id: id.to_owned(), demand }),
        }
    }

    /// Its name, such as `punctuation:no_comma`.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether `text` follows it; a blank one does not.
    pub(super) fn is_followed(&self, text: &str) -> bool {
        !strip(text).is_empty() && self.demand.is_met(text)
    }
}

impl Demand {
    fn is_met(&self, text: &str) -> bool {
        match self {
            Demand::Keywords { keywords } => keywords.iter().all(|keyword| keyword.is_in(text)),
            Demand::KeywordFrequency { keyword, frequency, relation } => {
                relation.holds(keyword.count(text), *frequency)
            }
            Demand::ForbiddenWords { forbidden_words } => !forbidden_words.iter().any(|word| word.is_word_in(text)),
            Demand::LetterFrequency { letter, let_frequency, let_relation } => {
                let letter: String = letter.to_lowercase().collect();
                let count = text.to_lowercase().chars().filter(|c| letter.chars().eq([*c])).count();
                let_relation.holds(count, *let_frequency)
            }
            Demand::Language { language: expected } => language(text).is_none_or(|found| found == expected),
            Demand::Sentences { num_sentences, relation } => relation.holds(sentences(text).len(), *num_sentences),
            Demand::Paragraphs { num_paragraphs } => paragraphs(text) == Some(*num_paragraphs),
            Demand::Words { num_words, relation } => relation.holds(words::count(text), *num_words),
            Demand::FirstWord { num_paragraphs, nth_paragraph, first_word } => {
                first_word_of(text, *num_paragraphs, *nth_paragraph)
                    .is_some_and(|word| word == first_word.to_lowercase())
            }
            Demand::Placeholders { num_placeholders } => count(&PLACEHOLDER, text) >= *num_placeholders,
            Demand::Postscript { postscript_marker } => has_postscript(text, strip(postscript_marker)),
            Demand::Bullets { num_bullets } => count(&STAR, text) + count(&DASH, text) == *num_bullets,
            Demand::Constrained {} => CONSTRAINED.iter().any(|answer| text.contains(answer)),
            Demand::Highlights { num_highlights } => highlights(text) >= *num_highlights,
            Demand::Sections { section_spliter, num_sections } => section_spliter.count(text) >= *num_sections,
            Demand::Json {} => is_json(unfenced(text)),
            Demand::Title {} => TITLE
                .find_iter(text)
                .any(|title| !strip(title.as_str().trim_start_matches('<').trim_end_matches('>')).is_empty()),
            Demand::TwoResponses {} => has_two_responses(text),
            Demand::RepeatPrompt { prompt_to_repeat } => {
                strip(text).to_lowercase().starts_with(&strip(prompt_to_repeat).to_lowercase())
            }
            Demand::End { end_phrase } => {
                strip(text).trim_matches('"').to_lowercase().ends_with(strip(&strip(end_phrase).to_lowercase()))
            }
            Demand::Quotation {} => {
                let text = strip(text);
                text.len() > 1 && text.starts_with('"') && text.ends_with('"')
            }
            Demand::CapitalWords { capital_frequency, capital_relation } => {
                let capitals = words::tokens(text).iter().filter(|word| is_upper(word)).count();
                capital_relation.holds(capitals, *capital_frequency)
            }
            Demand::EnglishCapitals {} => is_upper(text) && language(text).is_none_or(|found| found == ENGLISH),
            Demand::EnglishLowercase {} => is_lower(text) && language(text).is_none_or(|found| found == ENGLISH),
            Demand::NoComma {} => !text.contains(','),
        }
    }
}

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[.*?\]"));
static STAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^SPACE*\*[^*].*$"));
static DASH: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^SPACE*-.*$"));
static HIGHLIGHT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\*[^\n*]*\*"));
static DOUBLE_HIGHLIGHT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\*\*[^\n*]*\*\*"));
static DIVIDER: LazyLock<Regex> = LazyLock::new(|| pattern(r"SPACE?\*\*\*SPACE?"));
static TITLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"<<[^\n]+>>"));
static PS: LazyLock<Regex> = LazyLock::new(|| pattern(r"p\.SPACE?s\."));
static PPS: LazyLock<Regex> = LazyLock::new(|| pattern(r"p\.SPACE?p\.SPACE?s"));

fn pattern(text: &str) -> Regex {
    Regex::new(&text.replace("SPACE", SPACE)).expect("the patterns above are written correctly")
}

fn count(pattern: &Regex, text: &str) -> usize {
    pattern.find_iter(text).count()
}

/// How many paragraphs `***` divides the text into; `None` where one in the middle is blank.
fn paragraphs(text: &str) -> Option<usize> {
    let parts: Vec<&str> = DIVIDER.split(text).collect();
    let is_blank = |part: &&str| strip(part).is_empty();
    let inner = parts.get(1..parts.len() - 1).unwrap_or_default();
    let ends = [0, parts.len() - 1].map(|end| is_blank(&parts[end]));
    let blank = if parts.len() == 1 { usize::from(ends[0]) } else { ends.into_iter().filter(|blank| *blank).count() };
    (!inner.iter().any(is_blank)).then(|| parts.len() - blank)
}

/// The first word of the paragraph `nth`, from 1, in lower case and up to punctuation, where there are `number` paragraphs.
fn first_word_of(text: &str, number: usize, nth: usize) -> Option<String> {
    let parts: Vec<&str> = text.split("\n\n").map(strip).collect();
    let filled = parts.iter().filter(|part| !part.is_empty()).count();
    // It is looked for among all of them, blank ones too.
    let paragraph = parts.get(nth - 1).filter(|_| nth <= filled && filled == number)?;
    let word = paragraph.split(is_space).next()?.trim_start_matches('\'').trim_start_matches('"');
    let word = word.split(['.', ',', '?', '!', '\'', '"']).next()?;
    (!paragraph.is_empty()).then(|| word.chars().flat_map(char::to_lowercase).collect())
}

fn has_postscript(text: &str, marker: &str) -> bool {
    let text = text.to_lowercase();
    match marker {
        "P.P.S" => PPS.is_match(&text),
        "P.S." => PS.is_match(&text),
        marker => text.contains(&marker.to_lowercase()),
    }
}

fn highlights(text: &str) -> usize {
    let single = HIGHLIGHT.find_iter(text).filter(|found| !strip(found.as_str().trim_matches('*')).is_empty());
    let inner = |text: &str| {
        let text = text.strip_prefix("**").unwrap_or(text);
        !strip(text.strip_suffix("**").unwrap_or(text)).is_empty()
    };
    single.count() + DOUBLE_HIGHLIGHT.find_iter(text).filter(|found| inner(found.as_str())).count()
}

/// The text without a Markdown fence around it.
fn unfenced(text: &str) -> &str {
    let mut text = strip(text);
    for opening in ["```json", "```Json", "```JSON", "```"] {
        text = text.strip_prefix(opening).unwrap_or(text);
    }
    strip(text.strip_suffix("```").unwrap_or(text))
}

fn has_two_responses(text: &str) -> bool {
    let parts: Vec<&str> = text.split("******").map(strip).collect();
    let inner = parts.get(1..parts.len() - 1).unwrap_or_default();
    let filled: Vec<&&str> = parts.iter().filter(|part| !part.is_empty()).collect();
    !inner.contains(&"") && matches!(filled[..], [first, second] if first != second)
}
