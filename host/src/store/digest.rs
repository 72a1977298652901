use assay_api::{Outcome, Program, Request, VerdictKind};
use sha2::{Digest, Sha256};

use super::SampleKey;
use crate::hex::hex;

/// Names the encoding below; a change of it is a change of every results digest.
const RESULTS_HEADER: &str = "assay results 1\n";

/// One digest for all results: SHA-256 in hexadecimal, equal for two runs exactly when every sample has the same
/// verdict and the same outcomes. No time, order of arrival, job count or machine enters it.
///
/// What is digested is the line `assay results 1`, then for each sample one line of compact JSON without escapes
/// beyond JSON's own: `["suite","task_id",sample_index,"verdict",["outcome digest",...]]`, the outcomes in the order
/// of the sample's programs. Every line ends in `\n`; they are sorted by suite, task id (both by their UTF-8 bytes)
/// and sample index.
pub fn results_digest<'a>(samples: impl IntoIterator<Item = (&'a SampleKey, VerdictKind, Vec<&'a str>)>) -> String {
    let mut samples: Vec<_> = samples.into_iter().collect();
    samples.sort();
    let mut digest = Sha256::new_with_prefix(RESULTS_HEADER);
    for (key, verdict, outcomes) in samples {
        digest.update(json(&(&key.suite, &key.task_id, key.sample_index, verdict.name(), outcomes)));
        digest.update("\n");
    }
    hex(&digest.finalize())
}

/// The digest that names a program: SHA-256 in hexadecimal over its compact JSON, whose field order is the type's.
#[must_use]
pub fn program_digest(program: &Program) -> String {
    hex(&Sha256::digest(json(program)))
}

/// The digest that names an outcome: [`Outcome::digest`] in hexadecimal.
#[must_use]
pub fn outcome_digest(outcome: &Outcome) -> String {
    hex(&outcome.digest())
}

/// The digest that names a request: SHA-256 in hexadecimal over its compact JSON, whose field order is the type's.
#[must_use]
pub fn request_digest(request: &Request) -> String {
    hex(&Sha256::digest(json(request)))
}

pub(super) fn text_digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("strings, integers and structs of them are always JSON")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use proptest::prelude::*;

    use super::*;

    type Row = (SampleKey, VerdictKind, Vec<String>);

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let key = (".{0,4}", ".{0,4}", 0..3_u32).prop_map(|(suite, task_id, sample_index)| SampleKey {
            suite,
            task_id,
            sample_index,
        });
        let verdict = prop::sample::select(&VerdictKind::ALL[..]);
        prop::collection::vec((key, verdict, prop::collection::vec("[0-9a-f]{4}", 0..3)), 0..8)
    }

    fn digest(rows: &[Row]) -> String {
        results_digest(rows.iter().map(|(key, verdict, o)| (key, *verdict, o.iter().map(String::as_str).collect())))
    }

    fn sample(task_id: &str, verdict: VerdictKind, outcomes: &[&str]) -> Row {
        let key = SampleKey { suite: "s".into(), task_id: task_id.into(), sample_index: 0 };
        (key, verdict, outcomes.iter().map(|o| (*o).to_owned()).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn the_order_of_arrival_does_not_matter((rows, shuffled) in rows().prop_flat_map(|rows| {
            (Just(rows.clone()), Just(rows).prop_shuffle())
        })) {
            prop_assert_eq!(digest(&rows), digest(&shuffled));
        }

        #[test]
        fn results_that_differ_have_other_digests(mut a in rows(), mut b in rows()) {
            a.sort();
            b.sort();
            prop_assert_eq!(a == b, digest(&a) == digest(&b));
        }
    }

    #[test]
    fn a_verdict_an_outcome_and_the_order_of_outcomes_matter() {
        let passed = digest(&[sample("a", VerdictKind::Passed, &["1", "2"])]);
        for other in [
            sample("a", VerdictKind::Failed, &["1", "2"]),
            sample("a", VerdictKind::Passed, &["1"]),
            sample("a", VerdictKind::Passed, &["2", "1"]),
            sample("b", VerdictKind::Passed, &["1", "2"]),
        ] {
            assert_ne!(digest(&[other]), passed);
        }
    }

    #[test]
    fn python_computes_the_same_digest_from_the_documented_encoding() {
        const SCRIPT: &str = r#"
import hashlib, json, sys
rows = json.load(sys.stdin)
rows.sort(key=lambda r: (r[0].encode(), r[1].encode(), r[2]))
text = "assay results 1\n"
for row in rows:
    text += json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
print(hashlib.sha256(text.encode()).hexdigest())
"#;
        let mut rows = vec![sample("b\"\\\n\u{7f}\u{1}é\u{1f600}", VerdictKind::Failed, &["00ff"])];
        rows.push(sample("\u{ffff}", VerdictKind::Passed, &[]));
        rows.push(sample("\u{10000}", VerdictKind::Infra, &[]));
        rows.push(sample("a", VerdictKind::Passed, &["1", "2"]));
        let Ok(mut python) =
            Command::new("python3").args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
        else {
            return assay_testing::lacks("there is no python3");
        };
        let input: Vec<_> = rows.iter().map(|(k, v, o)| (&k.suite, &k.task_id, k.sample_index, v.name(), o)).collect();
        python.stdin.take().unwrap().write_all(&serde_json::to_vec(&input).unwrap()).unwrap();
        let output = python.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), digest(&rows));
    }
}
