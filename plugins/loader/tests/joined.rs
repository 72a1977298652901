//! Tasks whose fields stand in two files.

use assay_api::{Prompt, PromptStyle, Role, Suite as _, Task};
use assay_loader::declarative::{Choice, DataDirectory, DeclarativeSuite};

use given::digest;

#[path = "support/given.rs"]
#[allow(dead_code, reason = "this needs a part of it")]
mod given;

const QUESTIONS: &str = "{\"id\": \"q/0\", \"question\": [[{\"role\": \"user\", \"content\": \"a?\"}]]}\n\
    {\"id\": \"q/1\", \"question\": [[{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", \"content\": \"b?\"}]]}\n";

fn load(answers: &str, with: &str) -> Result<Vec<Task>, String> {
    suite(answers, with, "question").map(|suite| suite.tasks(None).unwrap().items)
}

fn suite(answers: &str, with: &str, then: &str) -> Result<DeclarativeSuite, String> {
    let manifest = format!(
        r#"
[suite]
id = "words"
version = "1"
title = "Words"
licence = "CC0-1.0"
languages = []

[[data]]
path = "answers.jsonl"
embedded = true
sha256 = "{}"
{with}

[[data]]
path = "questions.jsonl"
embedded = true
sha256 = "{}"

[task]
id = "id"
required = ["question", "right"]
rename = {{ answer = "right" }}

[prompt.chat]
then = "{then}"
[[prompt.chat.messages]]
role = "system"
template = "Answer."

[extract]
strategy = "raw"

[score]
strategy = "exact"
expected = "right"
"#,
        digest(answers),
        digest(QUESTIONS)
    );
    let files: &[(&str, &[u8])] = &[
        ("suite.toml", manifest.as_bytes()),
        ("answers.jsonl", answers.as_bytes()),
        ("questions.jsonl", QUESTIONS.as_bytes()),
    ];
    DeclarativeSuite::load(&files, &DataDirectory("nowhere".into()), &Choice::default())
        .map_err(|error| error.to_string())
}

#[test]
fn fields_of_a_second_file_are_those_of_the_task_with_the_same_id() {
    for answers in [
        "{\"id\": \"q/1\", \"answer\": \"B\"}\n{\"answer\": \"A\", \"id\": \"q/0\"}\n",
        "[{\"id\": \"q/0\", \"answer\": \"A\"}, {\"id\": \"q/1\", \"answer\": \"B\"}]",
    ] {
        let tasks = load(answers, "joins = true").unwrap();
        let found: Vec<_> = tasks.iter().map(|task| (task.id.as_str(), task.text("right").unwrap())).collect();
        assert_eq!(found, [("q/0", "A"), ("q/1", "B")]);
    }
}

#[test]
fn rows_without_a_partner_and_fields_that_differ_are_named() {
    let both = "{\"id\": \"q/0\", \"answer\": \"A\"}\n{\"id\": \"q/1\", \"answer\": \"B\"}\n";
    for (answers, expected) in [
        (
            "{\"id\": \"q/0\", \"answer\": \"A\"}\n".to_owned(),
            "questions.jsonl:2: task \"q/1\" is not in answers.jsonl",
        ),
        (format!("{both}{{\"id\": \"q/2\"}}\n"), "answers.jsonl:3: task \"q/2\" is in no other file"),
        (format!("{both}{{\"id\": \"q/0\"}}\n"), "answers.jsonl:3: task \"q/0\" is already at answers.jsonl:1"),
        (both.replace("\"B\"", "\"B\", \"question\": 1"), "task \"q/1\": field `question` is another in answers.jsonl"),
        (both.replace("answer", "wrong"), "questions.jsonl:1: task \"q/0\": field `right` is missing"),
        (
            both.replace("\"id\": \"q/1\"", "\"id\": []"),
            "answers.jsonl:2: field `id`, the task's id, is neither text nor a number",
        ),
    ] {
        let error = load(&answers, "joins = true").unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let error = load(both, "").unwrap_err();
    assert!(error.contains("answers.jsonl:1: task \"q/0\": field `question` is missing"), "{error}");
}

#[test]
fn a_chat_goes_on_with_the_tasks_own_messages() {
    let answers = "{\"id\": \"q/0\", \"answer\": \"A\"}\n{\"id\": \"q/1\", \"answer\": \"B\"}\n";
    let suite = suite(answers, "joins = true", "question").unwrap();
    let said = |index: usize| {
        let task = &suite.tasks(None).unwrap().items[index];
        let Prompt::Chat { messages } = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap().prompt else {
            panic!("a chat was asked for")
        };
        messages.into_iter().map(|message| (message.role, message.content)).collect::<Vec<_>>()
    };
    let [system, user] = [Role::System, Role::User];
    assert_eq!(said(0), [(system, "Answer.".to_owned()), (user, "a?".to_owned())]);
    assert_eq!(said(1), [(system, "Answer.\n\ns".to_owned()), (user, "b?".to_owned())]);
    let error = self::suite(answers, "joins = true", "dialogue").err().unwrap();
    assert!(error.contains("`then` in [prompt.chat] names `dialogue`, which is not a field"), "{error}");
}
