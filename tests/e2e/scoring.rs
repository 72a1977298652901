//! From samples to the verdicts in the run file.

use std::collections::BTreeMap;

use assay::store::RunFile;
use assay_api::Verdict;
use serde_json::Value;

use crate::assay::User;
use crate::data::data;
use crate::samples::jsonl;

/// The verdict on each of the samples, by task and sample index.
#[track_caller]
pub(crate) fn scored(
    user: &User,
    suite: &str,
    options: &str,
    samples: impl IntoIterator<Item = Value>,
) -> BTreeMap<(String, u32), Verdict> {
    user.write("samples.jsonl", jsonl(samples));
    let words = ["score", suite, "--samples", "samples.jsonl", "-o", "run.assay", "--fresh", "--json"].into_iter();
    user.assay(words.chain(options.split_whitespace())).env("ASSAY_DATA", data().unwrap()).run().done();
    let results = RunFile::open_read_only(&user.path("run.assay")).unwrap().load_results().unwrap();
    results.into_iter().map(|sample| ((sample.key.task_id, sample.key.sample_index), sample.verdict)).collect()
}
