use std::collections::BTreeMap;

use assay::catalogue;
use assay::endpoint::Finish;
use assay::mock::Answer;
use assay::store::RunFile;
use serde_json::Value;

use crate::assay::User;
use crate::model::{Asked, Model, Suite};

const MODELS: [&str; 2] = ["scripted-small", "scripted-large"];

/// What the scripted models answer, and what its authors expect of each answer.
pub(crate) fn answers(file: &str) -> Vec<Value> {
    let lines = catalogue::file("demo", file).unwrap();
    String::from_utf8(lines).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn both_models_get_the_verdicts_that_their_authors_expect() {
    let mut expected: BTreeMap<(String, String), u64> = BTreeMap::new();
    for answer in answers("answers.jsonl") {
        let [model, verdict] = ["model", "expected"].map(|key| answer[key].as_str().unwrap().to_owned());
        *expected.entry((model, verdict)).or_default() += 1;
    }
    let user = User::new();
    let ended = user.run("demo --json").done().says(&["scripted", "No language model"]);
    let summaries = ended.json();
    let summaries = summaries.as_array().unwrap();
    assert_eq!(summaries.iter().map(|summary| &summary["model"]).collect::<Vec<_>>(), MODELS);
    for summary in summaries {
        let model = summary["model"].as_str().unwrap();
        for (verdict, count) in summary["verdicts"].as_object().unwrap() {
            let expected = expected.get(&(model.to_owned(), verdict.clone())).copied().unwrap_or(0);
            assert_eq!(count.as_u64(), Some(expected), "{model} {verdict}");
        }
        assert_eq!(
            (&summary["suite"], &summary["n_tasks"], &summary["n_samples"]),
            (&"demo".into(), &28.into(), &140.into())
        );
        assert!(summary["pass_at_k"]["1"]["value"].is_f64() && summary["pass_at_k"]["5"]["value"].is_f64());
        assert!(summary["tokens"]["completion"].as_u64() > Some(0));
    }
    assert_eq!(user.files(), [""; 0]);
}

#[test]
fn each_answer_gets_the_verdict_that_its_authors_expect() {
    let answers: BTreeMap<(String, u32), Value> = answers("answers.jsonl")
        .into_iter()
        .filter(|answer| answer["model"] == MODELS[0])
        .map(|answer| {
            let sample_index = answer["sample_index"].as_u64().unwrap() as u32;
            ((answer["task_id"].as_str().unwrap().to_owned(), sample_index), answer)
        })
        .collect();
    let expected: BTreeMap<_, _> =
        answers.iter().map(|(key, answer)| (key.clone(), answer["expected"].as_str().unwrap().to_owned())).collect();
    let model = Model::new(&Suite::demo(), move |asked: &Asked| {
        let answer = &answers[&(asked.task_id.clone(), asked.sample_index)];
        let finish = answer["finish_reason"].as_str().map_or(Finish::Stop, |reason| Finish::from(reason.to_owned()));
        Answer::text(answer["completion"].as_str().unwrap()).with_finish(finish)
    });
    let user = User::new();
    user.run(&format!("run demo --base-url {} --model m -n 5 -o run.assay", model.url())).done();
    let results = RunFile::open_read_only(&user.path("run.assay")).unwrap().load_results().unwrap();
    let found: BTreeMap<_, _> = results
        .into_iter()
        .map(|sample| ((sample.key.task_id, sample.key.sample_index), sample.verdict.kind().name().to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn it_ends_with_a_comparison_and_says_that_the_models_are_scripted() {
    let ended =
        User::new().run("demo --jobs 2").done().says(&["the two models are scripted"]).without_control_characters();
    let text = ended.text();
    for part in [MODELS[0], MODELS[1], "pass@1", "pass@5", "easy", "medium", "hard", "pass@1 difference", "reference"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
