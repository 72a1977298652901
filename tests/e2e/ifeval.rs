//! IFEval: what was published of GPT-4's answers, through the binary.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::assay::User;
use crate::data::{data, unpacked};
use crate::samples::jsonl;

fn rows(content: &[u8]) -> Vec<Value> {
    serde_json::Deserializer::from_slice(content).into_iter().map(Result::unwrap).collect()
}

/// Of one of the 541 tasks nothing was published; a blank answer follows neither of its two instructions.
#[test]
fn the_published_numbers_come_out_with_intervals_and_a_blank_answer_counts_against_them() {
    let Some(data) = data() else { return };
    let tasks = rows(&unpacked(data.join("ifeval/input_data.jsonl.gz")));
    let answers = rows(&unpacked(data.join("ifeval/gpt4_eval_results_strict.jsonl.gz")));
    let answers: BTreeMap<&str, &Value> =
        answers.iter().map(|row| (row["prompt"].as_str().unwrap(), &row["response"])).collect();
    let sample = |task: &Value| {
        let text = answers.get(task["prompt"].as_str().unwrap()).map_or(json!(" \n"), |answer| (*answer).clone());
        json!({"task_id": task["key"].to_string(), "completion": text})
    };
    let user = User::new();
    user.write("samples.jsonl", jsonl(tasks.iter().map(sample)));
    let line = ["score", "ifeval", "--samples", "samples.jsonl", "-o", "run.assay", "--json"];
    let report = user.assay(line).env("ASSAY_DATA", &data).run().done().json();
    assert_eq!((&report["verdicts"]["passed"], &report["verdicts"]["empty"]), (&417.into(), &1.into()));
    let estimate = |of: &Value| ["value", "low", "high"].map(|part| of[part].as_f64().unwrap());
    let metrics = &report["metrics"];
    for (of, right, all) in [
        (&report["pass_at_k"]["1"], 417.0, 541.0),
        (&metrics["loose_pass@1"], 431.0, 541.0),
        (&metrics["instructions_mean"], 697.0, 834.0),
        (&metrics["loose_instructions_mean"], 713.0, 834.0),
    ] {
        let [value, low, high] = estimate(of);
        assert!((value - right / all).abs() < 1e-12 && low < value && value < high && high - low < 0.1, "{of}");
    }
    let shown = user.assay(["show", "run.assay", "--json"]).run().done().json();
    assert_eq!(shown["suites"][0]["metrics"], *metrics);
}
