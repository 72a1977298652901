//! IFEval, by what its authors' code says. Needs data: `ASSAY_DATA` names a directory with `ifeval/`.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use assay_api::{Grading, Prompt, PromptStyle, Score, Scored, Solution, Suite, Task};
use assay_loader::declarative::{Choice, DataDirectory, DeclarativeSuite};
use flate2::read::GzDecoder;
use serde_json::Value;

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

/// The suite with its tasks, by their prompts.
fn load(data: &Path) -> (DeclarativeSuite, HashMap<String, Task>) {
    let folder = assay_suites::find("ifeval").expect("it is built in");
    let suite = DeclarativeSuite::load(&folder.files, &DataDirectory(data.to_owned()), &Choice::default()).unwrap();
    let tasks = support::tasks(&suite);
    let tasks = tasks.into_iter().map(|task| (task.text("prompt").unwrap().to_owned(), task));
    let tasks = tasks.collect();
    (suite, tasks)
}

fn rows(path: &Path) -> Vec<Value> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn judged(suite: &DeclarativeSuite, task: &Task, text: &str) -> Scored {
    let solution = Solution { code: text.into(), rule: "verbatim".into() };
    suite.text_verdict(task, &solution).unwrap().expect("answers are judged by their text")
}

/// GPT-4's answers to 540 of the prompts, with the published verdicts on each instruction.
#[test]
fn published_answers_get_their_published_verdicts() {
    let Some(data) = assay_testing::data() else { return };
    let (suite, tasks) = load(&data);
    assert_eq!((suite.info().grading, tasks.len()), (Grading::Text, 541));
    let [strict, loose] =
        ["strict", "loose"].map(|rule| rows(&data.join(format!("ifeval/gpt4_eval_results_{rule}.jsonl.gz"))));
    assert_eq!((strict.len(), loose.len()), (540, 540));
    let mut sums = [0; 5];
    for (strict, loose) in strict.iter().zip(&loose) {
        let task = &tasks[strict["prompt"].as_str().unwrap()];
        let scored = judged(&suite, task, strict["response"].as_str().unwrap());
        let parts = |row: &Value| {
            let followed: Vec<bool> = serde_json::from_value(row["follow_instruction_list"].clone()).unwrap();
            (followed.iter().filter(|followed| **followed).count(), followed.len())
        };
        let ((strictly, of), (mut loosely, _)) = (parts(strict), parts(loose));
        // To have four `#`: where this was judged, the code took another letter, at random, for what is none.
        if task.id == "1122" {
            loosely += 1;
        }
        assert_eq!(scored.scores["instructions"], Score::parts(strictly, of), "{}", task.id);
        assert_eq!(scored.scores["loose_instructions"], Score::parts(loosely, of), "{}", task.id);
        assert_eq!(scored.scores["loose"], Score::Passed(loosely == of), "{}", task.id);
        assert_eq!(scored.verdict.passed(), strictly == of, "{}", task.id);
        let counts = [strictly == of, loosely == of].map(usize::from);
        sums = [sums[0] + counts[0], sums[1] + counts[1], sums[2] + strictly, sums[3] + loosely, sums[4] + of];
    }
    assert_eq!(sums, [417, 431, 697, 713, 832]);
}

#[test]
fn the_prompt_is_the_task() {
    let Some(data) = assay_testing::data() else { return };
    let (suite, tasks) = load(&data);
    for (text, task) in &tasks {
        let request = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
        let Prompt::Chat { messages } = request.prompt else { panic!("a chat was asked for") };
        assert_eq!((messages.len(), &messages[0].content), (1, text));
        assert!(!judged(&suite, task, "?").scores.is_empty());
    }
}
