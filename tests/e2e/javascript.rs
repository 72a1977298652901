//! JavaScript and TypeScript, from samples to verdicts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use assay::endpoint::Finish;
use assay::mock::Answer;
use assay::store::RunFile;
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::assay::User;
use crate::data::data;
use crate::demo::answers;
use crate::model::{Asked, Model, Suite};
use crate::samples::{completion, solution};
use crate::scoring::scored;

/// The rows of a file of JSON lines, or what else of JSON is in it.
fn rows(path: &Path) -> Vec<Value> {
    let mut text = String::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    serde_json::Deserializer::from_str(&text).into_iter().map(Result::unwrap).collect()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}

/// Which tasks pass when `samples`, one for each task, are scored.
#[track_caller]
fn passing(suite: &str, options: &str, samples: impl IntoIterator<Item = Value>) -> BTreeSet<String> {
    verdicts(suite, options, samples).into_iter().filter(|(_, verdict)| verdict == "passed").map(|(id, _)| id).collect()
}

#[track_caller]
fn verdicts(suite: &str, options: &str, samples: impl IntoIterator<Item = Value>) -> BTreeMap<String, String> {
    let verdicts = scored(&User::with_javascript(), suite, options, samples);
    verdicts.into_iter().map(|((id, _), verdict)| (id, verdict.kind().name().to_owned())).collect()
}

fn without(ids: impl IntoIterator<Item = String>, failing: &[&str]) -> BTreeSet<String> {
    ids.into_iter().filter(|id| !failing.contains(&id.as_str())).collect()
}

#[test]
fn humaneval_xs_gold_answers_pass_but_for_the_two_that_are_wrong() {
    let Some(data) = data() else { return };
    for (language, file, failing) in [
        ("javascript", "humaneval_js", ["JavaScript/112", "JavaScript/155"].as_slice()),
        ("python", "humaneval_python", [].as_slice()),
    ] {
        let tasks = rows(&data.join(format!("humaneval_x/{file}.jsonl.gz")));
        let gold = tasks.iter().map(|task| completion(text(task, "task_id"), text(task, "canonical_solution")));
        let ids = tasks.iter().map(|task| text(task, "task_id").to_owned());
        assert_eq!(passing("humaneval-x", &format!("--language {language}"), gold), without(ids, failing));
    }
}

#[test]
fn humanevalpacks_fixes_pass_and_its_bugs_fail() {
    let Some(data) = data() else { return };
    for (language, file) in [("javascript", "humanevalpack_js"), ("python", "humanevalpack_python")] {
        let tasks = rows(&data.join(format!("humanevalpack/{file}.jsonl.gz")));
        let all =
            |field: &'static str| tasks.iter().map(move |task| completion(text(task, "task_id"), text(task, field)));
        let options = format!("--language {language}");
        for suite in ["humanevalpack-fix", "humanevalpack-synthesize"] {
            assert_eq!(passing(suite, &options, all("canonical_solution")).len(), 164, "{suite} {language}");
        }
        assert_eq!(passing("humanevalpack-fix", &options, all("buggy_solution")), BTreeSet::new(), "{language}");
    }
}

/// The completions that the authors of Qwen2.5-Coder published, and which passed in their hands.
fn published(language: &str) -> Option<(Vec<Value>, BTreeSet<String>)> {
    let folder = data()?.join("known_answers/qwen2.5-coder-1.5b-base/multipl-e");
    let samples = rows(&folder.join(format!("pred_{language}_output.jsonl.gz")));
    let details = rows(&folder.join(format!("humaneval-{language}-details.json.gz"))).remove(0);
    let passed = details.as_object().unwrap().iter().filter(|(_, results)| results[0][1]["passed"] == true);
    let passed = passed.map(|(id, _)| id.clone()).collect();
    let samples = samples.iter().map(|row| {
        let rest = text(row, "generation").strip_prefix(text(row, "prompt")).unwrap();
        completion(text(row, "task_id"), rest)
    });
    Some((samples.collect(), passed))
}

#[test]
fn multipl_es_published_completions_get_their_published_verdicts() {
    let Some((samples, expected)) = published("js") else { return };
    let found = passing("multipl-e", "--language javascript --variant humaneval", samples);
    assert_eq!((found.len(), found), (77, expected));
}

/// `tsc` refuses one for its types alone. (It emits code even for what it refuses, and adds brackets that are missing: two
/// more of the programs would then end well, without having reached their tests.)
#[test]
fn multipl_es_published_typescript_passes_where_it_did_and_where_only_its_types_were_wrong() {
    let Some((samples, expected)) = published("ts") else { return };
    let found = passing("multipl-e", "--language typescript", samples);
    let more = found.difference(&expected).map(String::as_str).collect::<Vec<_>>();
    assert_eq!((found.len(), expected.len(), more), (77, 76, vec!["HumanEval_71_triangle_area"]));
}

#[test]
fn mbjsps_published_samples_pass_as_published() {
    let Some(data) = data() else { return };
    let samples = rows(&data.join("mxeval/mbjsp_samples.jsonl.gz"));
    assert_eq!((samples.len(), passing("mbjsp", "", samples).len()), (966, 760));
}

#[test]
fn exercises_example_solutions_pass() {
    let Some(data) = data() else { return };
    // But for lens-person, whose example imports from the folder above.
    for (suite, file, expected) in [
        ("aider-polyglot", "aider_polyglot/javascript.jsonl.gz", [].as_slice()),
        ("exercism", "exercism/javascript_practice.jsonl.gz", [("lens-person", "failed")].as_slice()),
    ] {
        let tasks = rows(&data.join(file));
        let example = |task: &Value| task["example_files"][".meta/proof.ci.js"].as_str().unwrap().to_owned();
        let samples = tasks.iter().map(|task| solution(text(task, "name"), &example(task)));
        let others = verdicts(suite, "", samples).into_iter().filter(|(_, verdict)| verdict != "passed");
        let expected = expected.iter().map(|(id, verdict): &(&str, &str)| ((*id).to_owned(), (*verdict).to_owned()));
        assert_eq!(others.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{suite}");
    }
}

#[test]
fn each_answer_of_the_demo_gets_the_verdict_that_its_authors_expect() {
    let answers = answers("javascript_answers.jsonl");
    for name in ["scripted-small", "scripted-large"] {
        let of_model = answers.iter().filter(|answer| answer["model"] == name);
        let answers: BTreeMap<(String, u32), Value> = of_model
            .map(|answer| {
                let index = answer["sample_index"].as_u64().unwrap() as u32;
                ((text(answer, "task_id").to_owned(), index), answer.clone())
            })
            .collect();
        let expected: BTreeMap<_, _> =
            answers.iter().map(|(key, answer)| (key.clone(), text(answer, "expected").to_owned())).collect();
        let model = Model::new(&Suite::demo_in("javascript"), move |asked: &Asked| {
            let answer = &answers[&(asked.task_id.clone(), asked.sample_index)];
            let finish =
                answer["finish_reason"].as_str().map_or(Finish::Stop, |reason| Finish::from(reason.to_owned()));
            Answer::text(text(answer, "completion")).with_finish(finish)
        });
        let user = User::with_javascript();
        let line = format!("run demo --language javascript --base-url {} --model m -n 5 -o run.assay", model.url());
        user.run(&line).done();
        let results = RunFile::open_read_only(&user.path("run.assay")).unwrap().load_results().unwrap();
        let found: BTreeMap<_, _> = results
            .into_iter()
            .map(|sample| ((sample.key.task_id, sample.key.sample_index), sample.verdict.kind().name().to_owned()))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_demo_has_tasks_in_javascript_for_those_who_ask() {
    let ended = User::with_javascript().run("demo --language javascript --json").done();
    let summaries = ended.json();
    for summary in summaries.as_array().unwrap() {
        let found = (&summary["suite"], &summary["language"], &summary["n_tasks"], &summary["n_samples"]);
        assert_eq!(found, (&json!("demo"), &json!("javascript"), &json!(5), &json!(25)));
    }
}

#[test]
fn a_language_that_a_suite_lacks_is_refused() {
    let user = User::new();
    user.write("samples.jsonl", "{}");
    let refused = user.run("score humaneval-x --language ruby --samples samples.jsonl");
    refused.fails(2, &["there is no language `ruby`: there are javascript, python"]);
}

#[test]
fn info_tells_of_languages_and_of_data_that_nobody_publishes() {
    let user = User::new();
    let text = user.run("suite info multipl-e --language typescript").done().text();
    for part in ["multipl-e, humaneval, typescript", "javascript, typescript", "humaneval, mbpp", "mbpp-ts"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(user.run("suite info exercism").done().text().contains("made from https://github.com/exercism/javascript"));
    user.run("suite pull exercism").exits(4).says(&["nobody publishes it", "--from FILE"]);
}
