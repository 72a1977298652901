//! Suites that ask a second time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use assay::mock::{Answer, Fault};
use assay::store::RunFile;
use assay_api::{Prompt, Role};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::assay::{Assay, Ended, User};
use crate::data::data;
use crate::model::{Asked, Model, Suite, fenced, refusal_saying};

const MANIFEST: &str = r##"
[suite]
id = "twice"
version = "1"
title = "Numbers, asked for twice"
licence = "CC0-1.0"
languages = ["python"]

[[data]]
path = "twice.jsonl"
embedded = true
sha256 = "DIGEST"

[task]
id = "id"
required = ["n"]

[prompt.chat]
[[prompt.chat.messages]]
role = "user"
template = "Write f, which returns {{ n }}."

[prompt.chat.retry]
[[prompt.chat.retry.messages]]
role = "user"
template = "{{ turn.verdict }} {{ turn.reason }}\n{{ turn.output }}\nWrite f, which returns {{ n }}, again."

[prompt.completion]
template = "# f returns {{ n }}\n"

[extract]
strategy = "fenced"

[program]
runtime = "python"
entry = { kind = "tests", solution = "solution.py", tests = "tests.py" }

[program.files]
"solution.py" = "{{ solution }}"
"tests.py" = "print('tested')\nassert f() == {{ n }}, f'f gave {f()}'\n"

[score]
strategy = "tests-one-instance"
"##;

/// How many tasks there are.
const TASKS: u32 = 4;

/// The requests of an untroubled run: of each task the first, of the three whose first answer is wrong the second.
const REQUESTS: usize = 7;

fn code(n: i32) -> String {
    fenced(&format!("def f():\n    return {n}\n"))
}

/// The first task's answer is right at once, the second's and the last's at the second try, the third's never. The last one's first
/// answer has no code.
fn answer(asked: &Asked) -> String {
    match (asked.task_id.as_str(), asked.turn) {
        ("t/0", _) => code(0),
        ("t/1", 1) => code(1),
        ("t/2", turn) => code(turn as i32 - 7),
        ("t/3", 0) => "I can't say.".to_owned(),
        ("t/3", _) => code(3),
        _ => code(-1),
    }
}

/// A user with the suite in their folder.
fn user() -> (User, Suite) {
    let user = User::new();
    let rows: String = (0..TASKS).map(|n| format!("{{\"id\": \"t/{n}\", \"n\": {n}}}\n")).collect();
    user.write("suites/twice/twice.jsonl", rows);
    user.write("suites/twice/suite.toml", MANIFEST.replace("DIGEST", &"0".repeat(64)));
    user.run("suite build suites/twice").done();
    let suite = Suite::folder(&user.path("suites/twice"));
    (user, suite)
}

fn model(suite: &Suite) -> Model {
    Model::new(suite, |asked| Answer::text(answer(asked)))
}

fn run(user: &User, model: &Model, options: &str) -> Assay {
    let url = model.url();
    let line = ["run", "twice", "--base-url", &url, "--model", "m", "--json", "--max-retries", "0"].into_iter();
    user.assay(line.chain(options.split_whitespace()))
}

/// What it was asked for, sorted: task and turn.
fn asked(model: &Model) -> Vec<(String, u32)> {
    let mut asked: Vec<_> = model.asked().into_iter().map(|asked| (asked.task_id, asked.turn)).collect();
    asked.sort();
    asked
}

fn all_requests() -> Vec<(String, u32)> {
    let again = |n: u32| u32::from(n > 0);
    (0..TASKS).flat_map(|n| (0..=again(n)).map(move |turn| (format!("t/{n}"), turn))).collect()
}

#[track_caller]
fn assert_has_the_numbers(json: &Value) {
    assert_eq!((&json["pass_at_k"]["1"]["value"], &json["n_samples"]), (&json!(0.75), &json!(TASKS)), "{json}");
    assert_eq!(json["metrics"]["turn1_pass@1"]["value"], 0.25, "{json}");
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["failed"]), (&json!(3), &json!(1)));
}

#[test]
fn who_fails_is_asked_again_with_the_answer_and_what_the_tests_said() {
    let (user, suite) = user();
    let model = model(&suite);
    let json = run(&user, &model, "--limit 4 -o run.assay").run().done().json();
    assert_has_the_numbers(&json);
    assert_eq!(asked(&model), all_requests());

    let second = model.asked().into_iter().find(|asked| (asked.task_id.as_str(), asked.turn) == ("t/1", 1)).unwrap();
    let Prompt::Chat { messages } = &second.call.prompt else { panic!("{:?}", second.call.prompt) };
    let said: Vec<_> = messages.iter().map(|message| (message.role, message.content.as_str())).collect();
    let [first, answered, told] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(*first, (Role::User, "Write f, which returns 1."));
    assert_eq!(*answered, (Role::Assistant, code(-1).as_str()));
    let expected = "failed AssertionError: f gave -1 (tests.py:2)\n\
                    FAILED check\nAssertionError: f gave -1 (tests.py:2)\n\n1 of 1 tests failed\n\n\
                    standard output:\ntested\nWrite f, which returns 1, again.";
    assert_eq!(*told, (Role::User, expected));
    let empty = model.asked().into_iter().find(|asked| (asked.task_id.as_str(), asked.turn) == ("t/3", 1)).unwrap();
    assert!(empty.call.prompt_text().starts_with("empty \nThere is no code in the answer.\n"));
    // Each turn draws anew.
    let first = model.asked().into_iter().find(|asked| (asked.task_id.as_str(), asked.turn) == ("t/1", 0)).unwrap();
    assert_ne!(first.call.seed, second.call.seed);

    // What is known is not asked, executed or counted again.
    let again = run(&user, &model, "--limit 4 -o run.assay").run().done().json();
    assert_has_the_numbers(&again);
    assert_eq!((&again["results_digest"], &again["tokens"]), (&json["results_digest"], &json["tokens"]));
    assert_eq!(model.requests(), REQUESTS as u64);
    user.run("verify run.assay").done();
}

#[test]
fn a_dialogue_is_shown_and_exported_turn_by_turn() {
    let (user, suite) = user();
    let model = model(&suite);
    run(&user, &model, "-o run.assay").run().done();
    let overview = user.run("show run.assay --json").done().json();
    assert_has_the_numbers(&overview["suites"][0]);
    assert!(user.run("show run.assay").done().text().contains("turn1_pass@1"));
    let text = user.run("show run.assay --task t/1 --sample 0").done().without_control_characters().text();
    for part in ["turn 0", "return -1", "turn 1", "again.", "return 1\n", "program 0 of turn 0", "program 0 of turn 1"]
    {
        assert!(text.contains(part), "lacks {part:?}:\n{text}");
    }

    let rows = |format: &str| -> Vec<Value> {
        let text = user.run(&format!("export run.assay --format {format}")).done().text();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let full = &rows("jsonl")[1];
    assert_eq!((full["turns"].as_array().unwrap().len(), full["programs"].as_array().unwrap().len()), (2, 2), "{full}");
    assert_eq!((&full["scores"]["turn1"], &full["verdict"]), (&json!(false), &json!("passed")));
    // Others' formats have one answer a sample: the last.
    assert_eq!(rows("evalplus")[1]["solution"], "def f():\n    return 1\n\n");
    assert_eq!(rows("human-eval")[1]["completion"], "\ndef f():\n    return 1\n\n");
    let csv = user.run("export run.assay --format csv").done().text();
    let turns = csv.lines().skip(1).map(|line| line.split(',').nth(8).unwrap().to_owned());
    assert_eq!(turns.collect::<Vec<_>>(), ["1", "2", "2", "2"], "{csv}");
}

#[test]
fn the_digest_of_dialogues_does_not_depend_on_jobs_concurrency_or_who_remembers_outcomes() {
    let (user, suite) = user();
    let model = model(&suite);
    let digest = |options: &str| {
        let json = run(&user, &model, &format!("-n 2 {options}")).run().done().json();
        assert_has_the_numbers_of_two(&json);
        json["results_digest"].clone()
    };
    let first = digest("--jobs 1 --concurrency 1 -o a.assay --no-cache");
    assert_eq!(digest("--jobs 2 --concurrency 3 -o b.assay --no-cache"), first);
    assert_eq!(digest("--jobs 8 --concurrency 8 -o c.assay"), first);
    assert_eq!(digest("--jobs 2 --native-n -o d.assay"), first);
    for shard in ["1/2", "2/2"] {
        run(&user, &model, &format!("-n 2 --shard {shard} -o s{}.assay", &shard[..1])).run().done();
    }
    let merged = user.run("merge s1.assay s2.assay -o merged.assay --json").done().json();
    assert_eq!(merged["results_digest"], first);
    assert_eq!(merged["suites"][0]["metrics"]["turn1_pass@1"]["value"], 0.25);
}

#[track_caller]
fn assert_has_the_numbers_of_two(json: &Value) {
    assert_eq!((&json["pass_at_k"]["1"]["value"], &json["n_samples"]), (&json!(0.75), &json!(2 * TASKS)), "{json}");
    assert_eq!(json["metrics"]["turn1_pass@1"]["value"], 0.25, "{json}");
}

/// A model that gives the second task's second answer only when it is `well`; until then it says `fault`.
fn sick(suite: &Suite, fault: Fault) -> (Model, Arc<AtomicBool>) {
    let well = Arc::new(AtomicBool::new(false));
    let is_well = Arc::clone(&well);
    let model = Model::new(suite, move |asked| match (asked.task_id.as_str(), asked.turn) {
        ("t/1", 1) if !is_well.load(Ordering::SeqCst) => Answer::text("").with_fault(fault.clone()),
        _ => Answer::text(answer(asked)),
    });
    (model, well)
}

#[test]
fn a_later_answer_that_is_lost_leaves_no_verdict_and_alone_is_asked_for_again() {
    let overflow = json!({"error": {"message": "maximum context length is 8", "code": "context_length_exceeded"}});
    let overflow = Fault::Status { code: 400, body: overflow.to_string(), retry_after: None };
    for (fault, verdict) in [(refusal_saying(422, "no"), "infra"), (overflow, "context_overflow")] {
        let (user, suite) = user();
        let (model, well) = sick(&suite, fault);
        let json = run(&user, &model, "-o run.assay").run().exits(3).json();
        assert_eq!((&json["verdicts"][verdict], &json["verdicts"]["passed"]), (&json!(1), &json!(2)), "{json}");
        assert_eq!(json["n_samples"], TASKS);
        // Neither the first answer nor the lost one counts.
        assert_eq!(json["metrics"]["turn1_pass@1"]["value"].as_f64(), Some(1.0 / 3.0));
        assert_eq!(asked(&model), all_requests());
        let lost = user.run("rescore run.assay --json").done().json();
        assert_eq!((&lost["changes"], &lost["former"]), (&json!([]), &Value::Null), "{lost}");

        well.store(true, Ordering::SeqCst);
        assert_has_the_numbers(&run(&user, &model, "-o run.assay").run().done().json());
        assert_eq!(asked(&model).len(), REQUESTS + 1);
        assert_eq!(model.asked().last().map(|asked| (asked.task_id.clone(), asked.turn)), Some(("t/1".into(), 1)));
    }
}

#[test]
fn an_interruption_between_two_turns_costs_no_answer() {
    let (user, suite) = user();
    let (model, well) = sick(&suite, Fault::Stall);
    let running = run(&user, &model, "-o run.assay").start();
    model.wait_for(REQUESTS);
    running.signal(Signal::INT);
    running.wait().fails(130, &["the same command goes on"]);
    let recorded = || {
        let run = RunFile::open_read_only(&user.path("run.assay")).unwrap();
        run.samples().unwrap().iter().map(|key| run.completions(key).unwrap().len()).sum::<usize>()
    };
    let before = recorded();
    assert!(before < REQUESTS);
    well.store(true, Ordering::SeqCst);
    let json = run(&user, &model, "-o run.assay").run().done().json();
    assert_has_the_numbers(&json);
    assert_eq!(model.asked().len(), REQUESTS + REQUESTS - before);
    assert_eq!(recorded(), REQUESTS);
}

/// Changes what the suite executes.
fn change(user: &User, tests: &str) -> Ended {
    let manifest = std::fs::read_to_string(user.path("suites/twice/suite.toml")).unwrap();
    let line = manifest.lines().find(|line| line.starts_with("\"tests.py\"")).unwrap();
    user.write("suites/twice/suite.toml", manifest.replace(line, &format!("\"tests.py\" = \"{tests}\"")));
    user.run("suite trust suites/twice").done()
}

#[test]
fn judged_again_a_first_answer_that_passes_ends_its_dialogue_and_one_that_fails_waits_for_another() {
    let (user, suite) = user();
    let model = model(&suite);
    let json = run(&user, &model, "-o run.assay").run().done().json();
    let same = user.run("rescore run.assay --json").done().json();
    assert_eq!((&same["changes"], &same["executed"], &same["former"]), (&json!([]), &json!(0), &Value::Null));

    // All that is less than the number is right, and 0 is not.
    change(&user, "assert f() < {{ n }} and {{ n }} != 0\\n");
    let ended = user.run("rescore run.assay --json").done().says(&["1 dialogue", "asks on"]);
    let rescored = ended.json();
    let changes: Vec<_> =
        rescored["changes"].as_array().unwrap().iter().map(|c| (&c["task_id"], &c["after"])).collect();
    assert_eq!(
        changes,
        [(&json!("t/0"), &Value::Null), (&json!("t/2"), &json!("passed")), (&json!("t/3"), &json!("failed"))]
    );
    let suite = &rescored["suites"][0];
    assert_eq!((&suite["unjudged"], &suite["n_samples"]), (&json!(1), &json!(3)));
    // The second task's first answer passes now, and its second is only in the former run.
    let of = |file: &str| {
        let run = RunFile::open_read_only(&user.path(file)).unwrap();
        let found = run.load_results().unwrap().into_iter().find(|sample| sample.key.task_id == "t/1").unwrap();
        (found.turns, found.scores["turn1"] == true.into(), found.verdict.passed())
    };
    assert_eq!((of("run.assay"), of("run.1.assay")), ((1, true, true), (2, false, true)));

    // The command that began the run asks on where it has to.
    let requests = model.asked().len();
    let on = run(&user, &model, "-o run.assay").run().done().json();
    assert_eq!((&on["verdicts"]["passed"], &on["n_samples"]), (&json!(2), &json!(TASKS)));
    assert_eq!(
        model.asked()[requests..].iter().map(|a| (a.task_id.as_str(), a.turn)).collect::<Vec<_>>(),
        [("t/0", 1)]
    );
    assert_ne!(on["results_digest"], json["results_digest"]);
}

/// The answer of a model that edits whole files, as aider asks for it.
fn listing(name: &str, code: &str) -> String {
    format!("I'll change it.\n\n{name}.js\n```\n{code}\n```\n")
}

#[test]
fn aiders_exercises_have_a_second_try_with_what_the_tests_said() {
    let Some(data) = data() else { return };
    let (user, suite) = (User::new(), Suite::with_data("aider-polyglot", None, data.clone()));
    let names: Vec<String> = suite.tasks().iter().take(3).map(|task| task.id.clone()).collect();
    let gold: HashMap<String, String> = names.iter().map(|name| (name.clone(), suite.gold(name))).collect();
    let wrong = "export const nothing = () => 0;";
    // Right at once, at the second try, never.
    let right_from = HashMap::from([(names[0].clone(), 0), (names[1].clone(), 1), (names[2].clone(), 2)]);
    let model = Model::new(&suite, move |asked| {
        let name = &asked.task_id;
        Answer::text(listing(name, if asked.turn >= right_from[name] { &gold[name] } else { wrong }))
    });
    let url = model.url();
    let line = format!("run aider-polyglot --base-url {url} --model m --limit 3 -o run.assay --json");
    let json = user.assay(line.split_whitespace()).env("ASSAY_DATA", &data).run().done().json();
    assert_eq!(json["pass_at_k"]["1"]["value"].as_f64(), Some(2.0 / 3.0), "{json}");
    assert_eq!(json["metrics"]["turn1_pass@1"]["value"].as_f64(), Some(1.0 / 3.0), "{json}");
    assert_eq!(model.asked().len(), 5);
    let second = model.asked().into_iter().find(|asked| (&asked.task_id, asked.turn) == (&names[1], 1)).unwrap();
    let Prompt::Chat { messages } = &second.call.prompt else { panic!("{:?}", second.call.prompt) };
    let roles: Vec<Role> = messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::Assistant, Role::User]);
    assert_eq!(messages[2].content, listing(&names[1], wrong));
    let told = &messages[3].content;
    assert!(
        told.starts_with("FAILED ") && told.contains(" tests failed\n####\n\nSee the testing errors above.\n"),
        "{told}"
    );
    assert!(told.ends_with(&format!("Fix the code in {}.js to resolve the errors.\n", names[1])), "{told}");
    assert!(told.len() < 20_000 && !told.contains(env!("CARGO_MANIFEST_DIR")));
}

#[test]
fn given_answers_and_base_models_have_one_turn() {
    let (user, suite) = user();
    user.write("samples.jsonl", "{\"task_id\": \"t/1\", \"solution\": \"def f():\\n    return 2\\n\"}\n");
    let json = user.run("score twice --samples samples.jsonl -o scored.assay --json").done().json();
    assert_eq!((&json["verdicts"]["failed"], json.get("metrics")), (&json!(1), None), "{json}");
    assert_eq!(user.run("rescore scored.assay --json").done().json()["changes"], json!([]));

    let model = Model::new(&suite, |_| Answer::text("def f():\n    return 9\n"));
    let json = run(&user, &model, "--style completion -o base.assay").run().done().json();
    assert_eq!((&json["verdicts"]["failed"], json.get("metrics")), (&json!(TASKS), None), "{json}");
    assert_eq!(model.requests(), u64::from(TASKS));
}

#[test]
fn a_recorded_dialogue_is_replayed_without_a_server() {
    let (user, suite) = user();
    let model = model(&suite);
    let json = run(&user, &model, "--record tape -o run.assay").run().done().json();
    let requests = model.requests();
    let replayed = run(&user, &model, "--replay tape -o again.assay").run().done().json();
    assert_eq!((&replayed["results_digest"], model.requests()), (&json["results_digest"], requests));
}
