use std::collections::BTreeMap;

use assay_api::SuiteInfo;
use serde::Deserialize;

use super::findings::{Accepted, NONSENSE, STUB};
use crate::exit::Exit;
use crate::failure::Failure;

/// What a suite's authors say beforehand of its check, in the file `check.toml` of its folder.
///
/// It is no part of the suite's digest: it changes neither a prompt nor a verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Of which language this holds; absent where the suite has one, or it holds for all.
    language: Option<String>,
    /// Of which variant this holds; absent where the suite has none, or it holds for all.
    variant: Option<String>,
    /// SHA-256 in hexadecimal over all prompts, by style: `chat`, `completion`.
    #[serde(default)]
    pub prompts: BTreeMap<String, String>,
    /// Whether prompts show tests because the benchmark wants it so.
    #[serde(default)]
    pub shows_tests: bool,
    /// Whether prompts may have all lines of a gold answer, because the task is to edit it or to fill a gap in it.
    #[serde(default)]
    pub shows_gold: bool,
    /// The tasks whose gold answer is known to fail, each with the reason.
    #[serde(default)]
    pub gold_fails: BTreeMap<String, String>,
    /// The tasks whose tests are known to take a stub for right, each with the reason.
    #[serde(default)]
    pub stub_passes: BTreeMap<String, String>,
    /// Why an answer that says nothing is right for some tasks, where the benchmark has such: a text without a comma, where
    /// that is all that is asked for.
    pub nonsense_passes: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    of: Vec<Expected>,
}

impl Expected {
    /// The name of the file.
    pub const FILE: &'static str = "check.toml";

    /// Whether it is known that this wrong answer passes.
    pub(super) fn passes(&self, wrong: &Accepted) -> bool {
        match wrong.answer {
            STUB => self.stub_passes.contains_key(&wrong.task_id),
            NONSENSE => self.nonsense_passes.is_some(),
            _ => false,
        }
    }

    /// What `text`, the content of the file, says of what is chosen in `info`.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn parse(text: &str, info: &SuiteInfo) -> Result<Self, Failure> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = 1 + error.span().map_or(0, |span| text[..span.start].matches('\n').count());
            Failure::new(Exit::Suite, format!("suite {}: {}:{line}: {}", info.id, Self::FILE, error.message()))
        })?;
        let fits = |of: &Option<String>, chosen: &Option<String>| of.is_none() || of == chosen;
        let mut found = file
            .of
            .into_iter()
            .filter(|expected| fits(&expected.language, &info.language) && fits(&expected.variant, &info.variant));
        Ok(found.next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    fn info() -> SuiteInfo {
        let mut info = catalogue::info("demo", &Default::default()).unwrap();
        (info.language, info.variant) = (Some("python".into()), Some("b".into()));
        info
    }

    #[test]
    fn the_first_entry_that_fits_the_choice_counts() {
        let text = "[[of]]\nlanguage = 'python'\nvariant = 'a'\n[[of]]\nvariant = 'b'\nshows_tests = true\n";
        assert!(Expected::parse(text, &info()).unwrap().shows_tests);
        assert_eq!(Expected::parse("of = []", &info()).unwrap(), Expected::default());
    }

    #[test]
    fn a_malformed_file_is_named_with_its_line() {
        let failure = Expected::parse("[[of]]\nshow_tests = true\n", &info()).unwrap_err();
        assert!(failure.message.contains("check.toml:2: unknown field `show_tests`"), "{}", failure.message);
    }

    #[test]
    fn a_stub_that_is_known_to_pass_is_and_no_other_wrong_answer() {
        let expected = Expected::parse("[[of]]\nstub_passes = { T = 'all its tests expect None' }\n", &info()).unwrap();
        let wrong = |task_id: &str, answer| expected.passes(&Accepted { task_id: task_id.into(), answer });
        assert_eq!([wrong("T", STUB), wrong("T", NONSENSE), wrong("U", STUB)], [true, false, false]);
        let expected = Expected::parse("[[of]]\nnonsense_passes = 'any text is right for some'\n", &info()).unwrap();
        let wrong = |answer| expected.passes(&Accepted { task_id: "T".into(), answer });
        assert_eq!([wrong(NONSENSE), wrong(STUB), wrong("empty")], [true, false, false]);
    }
}
