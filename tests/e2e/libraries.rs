//! BigCodeBench and DS-1000: programs that use many libraries, judged by their authors' tests.

use std::collections::BTreeMap;
use std::path::Path;

use assay_api::{Verdict, VerdictKind};
use serde_json::Value;

use crate::assay::User;
use crate::data::{data, unpacked};
use crate::model::Suite;
use crate::samples::solution;
use crate::scoring::scored;

/// How many samples one command scores, which has to end in some minutes.
const PORTION: usize = 60;

/// The verdicts on samples, by task.
fn verdicts(id: &str, options: &str, samples: &[Value]) -> BTreeMap<String, Verdict> {
    let user = User::new();
    let portions = samples.chunks(PORTION).map(|portion| scored(&user, id, options, portion.iter().cloned()));
    portions.flatten().map(|((task, _), verdict)| (task, verdict)).collect()
}

/// The verdicts on gold answers: of the tasks with these ids, or of all.
fn golds(id: &str, only: &[String]) -> Option<BTreeMap<String, Verdict>> {
    let suite = Suite::with_data(id, None, data()?);
    let chosen = suite.tasks().into_iter().filter(|task| only.is_empty() || only.contains(&task.id));
    let samples: Vec<Value> = chosen.map(|task| solution(&task.id, &suite.gold(&task.id))).collect();
    Some(verdicts(id, "", &samples))
}

/// What a verdict comes to: `passed`, `failed`, or what the runtime lacks.
fn short(verdict: &Verdict) -> &str {
    match verdict.kind() {
        VerdictKind::Unsupported => verdict.detail(),
        kind => kind.name(),
    }
}

#[track_caller]
fn assert_gold(id: &str, prefix: &str, expected: &[(u32, &str)]) {
    let ids: Vec<String> = expected.iter().map(|(number, _)| format!("{prefix}{number}")).collect();
    let Some(found) = golds(id, &ids) else { return };
    let found: Vec<_> = ids.iter().map(|id| (id.as_str(), short(&found[id]))).collect();
    let expected: Vec<_> = ids.iter().zip(expected).map(|(id, (_, what))| (id.as_str(), *what)).collect();
    assert_eq!(found, expected, "{id}");
}

/// How many gold answers pass, need something that the runtime lacks, and fail.
fn tally(found: &BTreeMap<String, Verdict>) -> [usize; 3] {
    [VerdictKind::Passed, VerdictKind::Unsupported, VerdictKind::Failed]
        .map(|kind| found.values().filter(|verdict| verdict.kind() == kind).count())
}

/// 35, 352, 943, 736 and 1026 use what their authors' versions of pandas, `unittest`, scipy and matplotlib had.
#[test]
fn gold_answers_of_bigcodebench_pass_or_lack_something() {
    let expected = [
        (1, "passed"),
        (35, "passed"),
        (58, "passed"),
        (82, "passed"),
        (352, "passed"),
        (736, "passed"),
        (943, "passed"),
        (1026, "passed"),
        (15, "subprocess"),
        (17, "psutil"),
        (50, "pandas 2"),
        (149, "64-bit integers"),
        (734, "sockets"),
    ];
    assert_gold("bigcodebench", "BigCodeBench/", &expected);
}

/// 47, 117, 257, 353 and 727 use what their authors' versions of pandas, numpy and scipy had; 519 fetches a data set.
#[test]
fn gold_answers_of_ds1000_pass_or_lack_something() {
    let expected = [
        (0, "passed"),
        (47, "passed"),
        (117, "passed"),
        (257, "passed"),
        (300, "passed"),
        (353, "passed"),
        (515, "passed"),
        (727, "passed"),
        (830, "passed"),
        (39, "pandas 1.5"),
        (475, "scipy 1.12"),
        (519, "sockets"),
        (666, "tensorflow"),
        (940, "torch"),
    ];
    assert_gold("ds1000", "", &expected);
}

/// `cargo test -p assay --test e2e -- --ignored every_gold_answer`
#[test]
#[ignore = "slow: 1,140 programs, one of which takes half a minute"]
fn every_gold_answer_of_bigcodebench_passes_or_lacks_something() {
    let Some(found) = golds("bigcodebench", &[]) else { return };
    assert_eq!(tally(&found), [1040, 100, 0]);
}

#[test]
#[ignore = "slow: 1,000 programs"]
fn every_gold_answer_of_ds1000_passes_or_lacks_something() {
    let Some(found) = golds("ds1000", &[]) else { return };
    assert_eq!(tally(&found), [837, 163, 0]);
}

/// Completions of Qwen2.5-Coder 1.5B, and whether each was published as passing, by task.
fn published(data: &Path) -> BTreeMap<String, (String, bool)> {
    let folder = data.join("known_answers/qwen2.5-coder-1.5b-base/bigcodebench/full");
    let rows = unpacked(folder.join("completion-sanitized-calibrated.jsonl.gz"));
    let results = unpacked(folder.join("completion-sanitized-calibrated_eval_results.json.gz"));
    let results: Value = serde_json::from_slice(&results).unwrap();
    let rows = serde_json::Deserializer::from_slice(&rows).into_iter::<Value>().map(Result::unwrap);
    let of_task = rows.map(|row| {
        let id = row["task_id"].as_str().unwrap().to_owned();
        let passed = results["eval"][&id][0]["status"] == "pass";
        (id, (row["solution"].as_str().unwrap().to_owned(), passed))
    });
    of_task.collect()
}

/// The tasks with other verdicts than the published ones, where nothing is lacking, and whether they pass here.
fn differing(only: impl Fn(u32) -> bool) -> Option<Vec<(u32, bool)>> {
    let number = |id: &str| id.rsplit('/').next().unwrap().parse::<u32>().unwrap();
    let known: BTreeMap<_, _> = published(&data()?).into_iter().filter(|(id, _)| only(number(id))).collect();
    let samples: Vec<Value> = known.iter().map(|(id, (text, _))| solution(id, text)).collect();
    let found = verdicts("bigcodebench", "", &samples);
    let judged = found.iter().filter(|(_, verdict)| verdict.kind() != VerdictKind::Unsupported);
    let differ = judged.filter(|(id, verdict)| verdict.passed() != known[*id].1);
    let mut differ: Vec<_> = differ.map(|(id, verdict)| (number(id), verdict.passed())).collect();
    differ.sort_unstable();
    Some(differ)
}

/// docs/suites.md has the cause of each.
const DIFFERING: [(u32, bool); 9] = [
    (133, false),
    (288, true),
    (290, true),
    (536, true),
    (756, true),
    (773, false),
    (806, true),
    (875, true),
    (1072, false),
];

#[test]
fn completions_for_bigcodebench_are_judged_as_they_were_published() {
    let Some(differing) = differing(|number| number % 40 == 3) else { return };
    let expected: Vec<_> = DIFFERING.into_iter().filter(|(number, _)| number % 40 == 3).collect();
    assert_eq!(differing, expected);
}

#[test]
#[ignore = "slow: 1,140 gold answers and as many completions"]
fn all_completions_for_bigcodebench_are_judged_as_they_were_published_but_for_nine() {
    let Some(differing) = differing(|_| true) else { return };
    assert_eq!(differing, DIFFERING);
}
