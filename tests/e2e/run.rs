use std::collections::{BTreeMap, HashMap};

use assay::endpoint::Finish;
use assay::mock::{Answer, Quirk};
use assay::store::RunFile;
use assay_api::{Prompt, VerdictKind};
use serde_json::{Value, json};

use crate::assay::{Assay, User};
use crate::data::data;
use crate::model::{Asked, Model, Suite, fenced, golds};

/// `assay run demo` against `model`, to be judged by machines.
fn run(user: &User, model: &Model, options: &str) -> Assay {
    let url = model.url();
    let arguments = ["run", "demo", "--base-url", &url, "--model", "m", "--json"].into_iter();
    user.assay(arguments.chain(options.split_whitespace()))
}

/// A function of the right name that gives nothing.
fn useless(suite: &Suite) -> HashMap<String, String> {
    let code = |id: &str| format!("def {}(*args):\n    return None\n", suite.field(id, "entry_point"));
    suite.tasks().iter().map(|task| (task.id.clone(), fenced(&code(&task.id)))).collect()
}

/// The verdict on each sample, from a run file.
fn verdicts(user: &User, file: &str) -> BTreeMap<(String, u32), VerdictKind> {
    let results = RunFile::open_read_only(&user.path(file)).unwrap().load_results().unwrap();
    results.into_iter().map(|s| ((s.key.task_id, s.key.sample_index), s.verdict.kind())).collect()
}

/// pass@k of a task by its definition: the chance that k of its n samples, drawn at random, hold one that passes.
fn pass_at_k(n: u32, passed: u32, k: u32) -> f64 {
    let all_fail: f64 = (0..k).map(|i| f64::from((n - passed).saturating_sub(i)) / f64::from(n - i)).product();
    1.0 - all_fail
}

#[test]
fn answers_are_executed_and_pass_at_k_is_what_they_imply() {
    const N: u32 = 4;
    const TASKS: u32 = 7;
    let suite = Suite::demo();
    let (gold, useless) = (golds(&suite), useless(&suite));
    // The first `ordinal % 5` samples of a task are right.
    let right: HashMap<String, u32> =
        suite.tasks().iter().zip(0..).map(|(task, ordinal)| (task.id.clone(), ordinal % 5)).collect();
    let model = Model::new(&suite, move |asked: &Asked| {
        let answers = if asked.sample_index < right[&asked.task_id] { &gold } else { &useless };
        Answer::text(&answers[&asked.task_id])
    });
    let user = User::new();
    let json = run(&user, &model, "-n 4 -k 1,2,4 --limit 7 -o run.assay").run().done().json();

    for k in [1, 2, 4] {
        let sum: f64 = (0..TASKS).map(|ordinal| pass_at_k(N, ordinal % 5, k)).sum();
        let estimate = &json["pass_at_k"][k.to_string()];
        let (value, low, high) = (
            estimate["value"].as_f64().unwrap(),
            estimate["low"].as_f64().unwrap(),
            estimate["high"].as_f64().unwrap(),
        );
        assert!((value - sum / f64::from(TASKS)).abs() < 1e-12, "pass@{k} {value}");
        assert!((0.0..=value).contains(&low) && (value..=1.0).contains(&high), "pass@{k} {estimate}");
    }
    // 0 + 1 + 2 + 3 + 4 + 0 + 1 of 7 times 4.
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["failed"]), (&11.into(), &17.into()));
    assert_eq!((&json["suite"], &json["model"], &json["run"]), (&json!("demo"), &json!("m"), &json!("run.assay")));
    assert!(json["tokens"]["prompt"].as_u64() > Some(0) && json["tokens"]["completion"].as_u64() > Some(0));

    let mut each_once: Vec<(String, u32)> =
        suite.tasks()[..7].iter().flat_map(|task| (0..N).map(|sample_index| (task.id.clone(), sample_index))).collect();
    each_once.sort();
    assert_eq!(model.samples(), each_once);
    assert_eq!(model.requests(), 28);
    assert_eq!(verdicts(&user, "run.assay").len(), 28);
}

#[test]
fn every_kind_of_answer_gets_its_verdict() {
    use VerdictKind::{Empty, Failed, Passed, Truncated, Unsupported};
    let suite = Suite::demo();
    let id = suite.tasks()[0].id.clone();
    let gold = suite.gold(&id);
    let wrong = fenced(&format!("def {}(*args):\n    return None\n", suite.field(&id, "entry_point")));
    let right = fenced(&gold);
    let with_reasoning = Answer { reasoning: Some(wrong.clone()), ..Answer::text(&right) };
    let answers = [
        (Answer::text(&right), Passed),
        (Answer::text(&wrong), Failed),
        (Answer::text(fenced("def f(:\n")), Failed),
        (Answer::text(fenced("import sys\nsys.exit(0)\n")), Failed),
        (Answer::text(fenced("import subprocess\nsubprocess.run(['ls'])\n")), Unsupported),
        (Answer::text(&right).with_finish(Finish::Length), Truncated),
        (Answer::text(""), Empty),
        (Answer::text("<think>Is it an opening tag without an end?"), Empty),
        (Answer::text(format!("<think>Maybe {wrong} or not.</think>\n{right}")), Passed),
        (with_reasoning, Passed),
        (Answer::text(&gold), Passed),
        (Answer::text(right.trim_end().trim_end_matches("```")), Passed),
        (Answer::text(&right).with_quirks([Quirk::ByteByByte, Quirk::CrLf, Quirk::KeepAlives]), Passed),
        (Answer::text(&right).with_quirks([Quirk::PlainJson, Quirk::NoUsage]), Passed),
    ];
    let expected: Vec<VerdictKind> = answers.iter().map(|(_, verdict)| *verdict).collect();
    let model = Model::new(&suite, move |asked: &Asked| answers[asked.sample_index as usize].0.clone());
    let user = User::new();
    let n = expected.len();
    let json = run(&user, &model, &format!("-n {n} --limit 1 -o run.assay")).run().done().json();
    let found: Vec<VerdictKind> = verdicts(&user, "run.assay").into_values().collect();
    assert_eq!(found, expected);
    for kind in VerdictKind::ALL {
        let count = expected.iter().filter(|expected| **expected == kind).count();
        assert_eq!(json["verdicts"][kind.name()], count, "{kind}");
    }
}

#[test]
fn a_chat_model_is_asked_as_the_options_say() {
    let suite = Suite::demo();
    let model = Model::golden(&suite);
    let user = User::new();
    run(&user, &model, "--limit 1 -o a.assay").run().done();
    run(&user, &model, "-n 2 --limit 1 -o b.assay").run().done();
    run(&user, &model, "--temperature 0.25 --top-p 0.9 --max-tokens 77 --limit 1 -o c.assay --no-stream").run().done();
    let bodies: Vec<Value> = model.asked().into_iter().map(|asked| asked.call.body).collect();
    let [greedy, sampled, _, chosen] = &bodies[..] else { panic!("{} requests", bodies.len()) };
    assert_eq!(
        (&greedy["model"], greedy["temperature"].as_f64(), &greedy["stream"]),
        (&json!("m"), Some(0.0), &json!(true))
    );
    assert_eq!(greedy["max_tokens"], 1024);
    assert_eq!(sampled["temperature"].as_f64(), Some(0.8));
    assert_eq!((chosen["temperature"].as_f64(), chosen["top_p"].as_f64()), (Some(0.25), Some(0.9)));
    assert_eq!(chosen["max_tokens"], 77);
    assert_ne!(chosen["stream"], true);
    assert!(bodies.iter().all(|body| body["messages"].is_array() && body["seed"].is_u64()));
}

#[test]
fn a_base_model_continues_the_prompt_up_to_a_stop_string() {
    let suite = Suite::demo();
    let continuations: HashMap<String, String> = suite
        .tasks()
        .iter()
        .map(|task| {
            (
                task.id.clone(),
                format!("{}\nprint('the next thing')\n1 / 0\n", suite.field(&task.id, "canonical_solution")),
            )
        })
        .collect();
    let model = Model::new(&suite, move |asked: &Asked| Answer::text(&continuations[&asked.task_id]));
    let user = User::new();
    let json = run(&user, &model, "--style completion").run().done().json();
    assert_eq!((&json["verdicts"]["passed"], &json["n_tasks"]), (&28.into(), &28.into()));
    let asked = model.asked();
    for Asked { task_id, call, .. } in &asked {
        assert_eq!(call.prompt, Prompt::Text { text: suite.field(task_id, "prompt").to_owned() });
        // What hosted services take at most.
        assert_eq!(call.body["stop"].as_array().unwrap().len(), 4);
    }
    run(&user, &model, "--style completion --provider vllm --limit 1 -o vllm.assay").run().done();
    let last = model.asked().pop().unwrap();
    let stop = last.call.body["stop"].as_array().unwrap().clone();
    assert!(stop.len() > 4 && stop.contains(&json!("\nprint")), "{stop:?}");
}

#[test]
fn only_the_tasks_that_the_user_names_are_asked_for() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let json = run(&user, &model, "--tasks Demo/2? --tasks Demo/3 --limit 4").run().done().json();
    assert_eq!(json["n_tasks"], 4);
    let asked: Vec<String> = model.samples().into_iter().map(|(task_id, _)| task_id).collect();
    assert_eq!(asked, ["Demo/20", "Demo/21", "Demo/22", "Demo/3"]);
    run(&user, &model, "--tasks Demo/99 -o x.assay").run().fails(2, &["no task matches --tasks Demo/99"]);
    run(&user, &model, "-n 2 -k 3 -o x.assay").run().fails(2, &["-k 3: pass@3 needs at least 3 samples"]);
    assert_eq!(model.requests(), 4);
}

#[test]
fn a_hostile_models_name_and_words_reach_neither_the_terminal_nor_other_folders() {
    let suite = Suite::demo();
    let evil = "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\u{8}";
    let code = format!("raise ValueError({evil:?})\nx = '{}'\n", evil.replace('\r', ""));
    let answer = format!("{evil}\n{}", fenced(&code));
    let model = Model::new(&suite, move |_: &Asked| Answer::text(&answer));
    let user = User::new();
    let (url, name) = (model.url(), "../../evil/\u{1b}[31mname");
    let ended = user.assay(["run", "demo", "--limit", "2", "--base-url", &url, "--model", name]).run();
    let report = ended.done().without_control_characters().text();
    assert!(report.contains("evil"), "{report}");
    let files = user.files();
    assert!(
        files.len() == 1 && files[0].starts_with("demo-python-.._.._evil_") && files[0].ends_with(".assay"),
        "{files:?}"
    );
    let mut around: Vec<_> =
        std::fs::read_dir(user.work().parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    around.sort();
    assert_eq!(around, ["cache", "home", "work"]);
}

#[test]
fn the_report_for_people_has_the_numbers_the_tokens_and_the_run_file() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let url = model.url();
    let ended = user.assay(["run", "demo", "--limit", "3", "--base-url", &url, "--model", "some-model"]).run().done();
    for part in ["demo", "some-model", "pass@1", "100", "passed", "tokens", "demo-python-some-model.assay"] {
        assert!(ended.text().contains(part), "{part}\n{}", ended.text());
    }
    assert_eq!(user.files(), ["demo-python-some-model.assay"]);
}

#[test]
fn humaneval_is_asked_in_both_styles_and_its_gold_answers_pass() {
    let Some(data) = data() else { return };
    let suite = Suite::humaneval(data.clone());
    let user = User::new();
    let bodies: HashMap<String, String> = suite
        .tasks()
        .iter()
        .map(|task| {
            (task.id.clone(), format!("{}\n\ndef unrelated():\n    ", suite.field(&task.id, "canonical_solution")))
        })
        .collect();
    let chat = Model::golden(&suite);
    let base = Model::new(&suite, move |asked: &Asked| Answer::text(&bodies[&asked.task_id]));
    for (model, style) in [(&chat, "chat"), (&base, "completion")] {
        let url = model.url();
        let options = ["--base-url", &url, "--model", style, "--style", style, "--json"];
        let assay = user.assay(["run", "humaneval"].into_iter().chain(options)).env("ASSAY_DATA", &data);
        let json = assay.run().done().json();
        assert_eq!(json["verdicts"]["passed"], 164, "{style}");
        assert_eq!(model.requests(), 164);
    }
    assert_eq!(user.files(), ["humaneval-chat.assay", "humaneval-completion.assay"]);
}

#[test]
fn several_suites_are_all_loaded_before_the_model_is_asked() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let line = format!("run demo humaneval --base-url {} --model m", model.url());
    user.run(&line).fails(4, &["the data is missing", "assay suite pull humaneval"]);
    user.run(&format!("{line} -o run.assay")).fails(2, &["-o names one run file, and each suite has its own"]);
    user.run(&line.replace("humaneval", "humanevil")).fails(2, &["did you mean `humaneval`?"]);
    assert_eq!((model.requests(), user.files()), (0, Vec::new()));
}
