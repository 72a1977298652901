use std::collections::HashSet;

use assay_api::{Program, Prompt, Request};

use super::findings::Leak;

/// Shorter lines are in prompts by chance, such as `import math`.
const SHORTEST: usize = 24;

/// What the prompt of one task shows and should not.
pub(super) struct Looked<'a> {
    pub(super) task_id: &'a str,
    pub(super) style: &'static str,
    pub(super) request: &'a Request,
    /// The gold answer, where there is one.
    pub(super) gold: Option<&'a str>,
    /// The programs that judge the gold answer.
    pub(super) programs: &'a [Program],
    pub(super) shows_tests: bool,
    pub(super) shows_gold: bool,
}

impl Looked<'_> {
    /// The leaks, at most one of tests and one of the gold answer.
    pub(super) fn leaks(&self) -> Vec<Leak> {
        let prompt = text(&self.request.prompt);
        let shown: HashSet<&str> = prompt.lines().map(str::trim).collect();
        let tests = if self.shows_tests { None } else { self.tests(&shown) };
        let gold = if self.shows_gold { None } else { self.gold(&shown) };
        let leak = |what, line: &str| Leak {
            task_id: self.task_id.to_owned(),
            style: self.style,
            what,
            line: line.to_owned(),
        };
        tests.map(|line| leak("tests", line)).into_iter().chain(gold.map(|line| leak("gold answer", line))).collect()
    }

    /// The first line of a test that the prompt has and the gold answer has not: an example in a docstring is in both.
    fn tests(&self, shown: &HashSet<&str>) -> Option<&str> {
        let gold = self.gold.unwrap_or_default();
        let own: HashSet<&str> = gold.lines().map(str::trim).collect();
        let files = self.programs.iter().flat_map(|program| &program.files);
        // A file that holds the answer is not all tests.
        let files = files.filter(|file| gold.trim().is_empty() || !file.text.contains(gold.trim()));
        files
            .flat_map(|file| file.text.lines())
            .map(str::trim)
            .find(|line| line.len() >= SHORTEST && shown.contains(line) && !own.contains(line))
    }

    /// The first line of the gold answer, where the prompt has all of its lines.
    fn gold(&self, shown: &HashSet<&str>) -> Option<&str> {
        let lines = || self.gold.unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty());
        let is_long = lines().map(str::len).sum::<usize>() >= SHORTEST;
        (is_long && lines().all(|line| shown.contains(line))).then(|| lines().next()).flatten()
    }
}

fn text(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Chat { messages } => messages.iter().map(|message| format!("{}\n", message.content)).collect(),
        Prompt::Text { text } => text.clone(),
        Prompt::Infill { prefix, suffix } => format!("{prefix}\n{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use assay_api::{Entry, Limits, SourceFile};

    use super::*;

    const GOLD: &str =
        "def add(a, b):\n    \"\"\"\n    >>> add(1, 2) == 3 and add(2, 2) == 4\n    \"\"\"\n    return a + b\n";
    const TESTS: &str = "import math\nassert candidate(1000, 2000) == 3000\n>>> add(1, 2) == 3 and add(2, 2) == 4\n";

    fn leaks(prompt: &str, shows_tests: bool) -> Vec<(&'static str, String)> {
        let request = Request { prompt: Prompt::Text { text: prompt.into() }, stop: Vec::new(), max_tokens: None };
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let program = Program {
            runtime: "python".into(),
            files: vec![file("solution.py", GOLD), file("tests.py", TESTS)],
            entry: Entry::tests("solution.py", "tests.py"),
            stdin: String::new(),
            limits: Limits::default(),
            seed: 0,
        };
        let looked = Looked {
            task_id: "T/0",
            style: "chat",
            request: &request,
            gold: Some(GOLD),
            programs: &[program],
            shows_tests,
            shows_gold: false,
        };
        looked.leaks().into_iter().map(|leak| (leak.what, leak.line)).collect()
    }

    #[test]
    fn a_line_of_the_tests_in_the_prompt_is_a_leak_and_an_example_is_not() {
        assert_eq!(leaks("import math\n>>> add(1, 2) == 3 and add(2, 2) == 4\nAdd numbers.", false), []);
        let shown = "It must hold that\n  assert candidate(1000, 2000) == 3000";
        assert_eq!(leaks(shown, false), [("tests", "assert candidate(1000, 2000) == 3000".to_owned())]);
        assert_eq!(leaks(shown, true), []);
    }

    #[test]
    fn the_whole_gold_answer_in_the_prompt_is_a_leak_and_its_beginning_is_not() {
        assert_eq!(leaks(&format!("Solve:\n{GOLD}"), false), [("gold answer", "def add(a, b):".to_owned())]);
        assert_eq!(leaks(GOLD.strip_suffix("    return a + b\n").unwrap(), false), []);
    }
}
