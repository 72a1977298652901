//! BFCL's single-turn categories, as its authors define them. Needs their data: `ASSAY_DATA` names a directory with `bfcl/`.

use assay_api::{Grading, Prompt, PromptStyle, Role, Solution, Suite, Task};
use assay_loader::declarative::DeclarativeSuite;

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

/// The categories, with how many tasks they have.
const CATEGORIES: [(&str, usize); 11] = [
    ("simple_python", 400),
    ("multiple", 200),
    ("parallel", 200),
    ("parallel_multiple", 200),
    ("irrelevance", 240),
    ("live_simple", 258),
    ("live_multiple", 1053),
    ("live_parallel", 16),
    ("live_parallel_multiple", 24),
    ("live_irrelevance", 884),
    ("live_relevance", 16),
];

/// The tasks that no answer can pass.
const HOPELESS: [&str; 4] =
    ["live_simple_106-63-0", "live_simple_112-68-0", "live_multiple_862-181-3", "live_multiple_964-207-0"];

/// The suite in a category, with its tasks, if their data is here.
fn load(category: &str) -> Option<(DeclarativeSuite, Vec<Task>)> {
    let suite = support::suite("bfcl", "python", Some(category))?;
    let tasks = support::tasks(&suite);
    Some((suite, tasks))
}

fn passes(suite: &DeclarativeSuite, task: &Task, text: &str) -> bool {
    let solution = Solution { code: text.into(), rule: "verbatim".into() };
    suite.text_verdict(task, &solution).unwrap().expect("answers are judged by their text").verdict.passed()
}

fn gold(suite: &DeclarativeSuite, task: &Task) -> Option<String> {
    suite.reference(task).unwrap().map(|solution| solution.code)
}

#[test]
fn gold_answers_are_right_and_the_opposite_of_what_is_asked_for_is_not() {
    for (category, count) in CATEGORIES {
        let Some((suite, tasks)) = load(category) else { return };
        assert_eq!((tasks.len(), suite.info().grading), (count, Grading::Text), "{category}");
        for task in &tasks {
            let gold = gold(&suite, task);
            assert_eq!(gold.is_none(), category == "live_relevance", "{}", task.id);
            let is_hopeless = HOPELESS.contains(&task.id.as_str());
            assert_eq!(gold.is_none_or(|gold| passes(&suite, task, &gold)), !is_hopeless, "{}", task.id);
            let call = "no_such_function(x=1)";
            assert_eq!(passes(&suite, task, call), category == "live_relevance", "{}", task.id);
            assert_eq!(passes(&suite, task, "I can't."), category.ends_with("irrelevance"), "{}", task.id);
        }
    }
}

/// Each is judged so by the authors' code.
#[test]
fn one_change_makes_a_right_answer_wrong_but_for_order_and_spelling() {
    let Some((suite, tasks)) = load("parallel_multiple") else { return };
    for task in &tasks {
        let gold = gold(&suite, task).unwrap();
        let inner = gold.strip_prefix('[').unwrap().strip_suffix(']').unwrap();
        let first = inner.split('(').next().unwrap();
        for wrong in [
            gold.replacen(first, &format!("{first}_"), 1),
            format!("[{inner}, {first}()]"),
            gold.replacen('(', "(unknown=1, ", 1),
            gold.replacen(&format!("{first}("), &format!("{first}(*"), 1).replacen("(*", "(**", 1),
            format!("Here you are: {gold}"),
        ] {
            assert!(!passes(&suite, task, &wrong), "{} {wrong}", task.id);
        }
        for right in [format!("```\n{gold}\n```"), inner.to_owned(), gold.replacen('(', "(\n    ", 1)] {
            assert!(passes(&suite, task, &right), "{} {right}", task.id);
        }
    }
}

#[test]
fn calls_may_come_in_any_order() {
    let Some((suite, tasks)) = load("parallel") else { return };
    let task = tasks.iter().find(|task| task.id == "parallel_0").unwrap();
    let calls = |first: &str, second: &str| {
        format!(
            "[spotify.play(artist=\"{first}\", duration={}), spotify.play(artist=\"{second}\", duration={})]",
            if first == "Taylor Swift" { 20 } else { 15 },
            if second == "Taylor Swift" { 20 } else { 15 }
        )
    };
    assert!(passes(&suite, task, &calls("Taylor Swift", "Maroon 5")));
    assert!(passes(&suite, task, &calls("maroon-5", "Taylor Swift")));
    assert!(!passes(&suite, task, &calls("Taylor Swift", "Taylor Swift")));
    assert!(!passes(&suite, task, &calls("Taylor Swift", "Maroon 5").replace("20", "\"20\"")));
}

#[test]
fn chats_have_one_system_message_and_end_with_the_user() {
    for (category, _) in CATEGORIES {
        let Some((suite, tasks)) = load(category) else { return };
        for task in &tasks {
            let request = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
            let Prompt::Chat { messages } = request.prompt else { panic!("a chat was asked for") };
            let systems = messages.iter().filter(|message| message.role == Role::System).count();
            assert_eq!((systems, messages[0].role, messages.last().unwrap().role), (1, Role::System, Role::User));
            let hint = "Note that the provided function is in Python 3 syntax.\"";
            let functions = task.fields["function"].as_array().unwrap().len();
            assert_eq!(messages[0].content.matches(hint).count(), functions, "{}", task.id);
        }
    }
}
