//! What a plugin says of itself, and what of that can be relied on.

use assay_api::{Calibration, Choice, DataFile, SuiteInfo};
use sha2::{Digest, Sha256};

use crate::declarative::{LoadError, data_file_problem, filters_problem, id_problem, words_problem};
use crate::hex::hex;

/// What is wrong with `info`, if anything.
pub(super) fn problem(info: &SuiteInfo) -> Option<String> {
    id_problem(&info.id)
        .or_else(|| words_problem(info))
        .or_else(|| info.languages.is_empty().then(|| "`languages` is empty".to_owned()))
        .or_else(|| info.runtimes.is_empty().then(|| "`runtimes` is empty".to_owned()))
        .or_else(|| info.metrics.iter().find_map(|name| metric_problem(name)))
        .or_else(|| info.data.iter().find_map(|file| file_problem(info, file)))
        .or_else(|| info.calibration.as_ref().and_then(calibration_problem))
        .or_else(|| filters_problem(&info.filters))
        .or_else(|| turns_problem(info))
}

fn turns_problem(info: &SuiteInfo) -> Option<String> {
    let most = SuiteInfo::MOST_TURNS;
    if !(1..=most).contains(&info.turns) {
        return Some(format!("`turns` is {}: write a number from 1 to {most}", info.turns));
    }
    let taken = (1..info.turns).map(SuiteInfo::turn_score).find(|name| info.metrics.contains(name))?;
    Some(format!("metric {taken:?} is that of the verdicts after a turn: give yours another name"))
}

fn file_problem(info: &SuiteInfo, file: &DataFile) -> Option<String> {
    // One file may be for several languages and variants.
    let same = |other: &&DataFile| {
        other.path == file.path
            && (other.sha256 != file.sha256 || (&other.language, &other.variant) == (&file.language, &file.variant))
    };
    let twice = info.data.iter().filter(same).count() > 1;
    // The loader does not read a plugin's data before the plugin, and so can't make what it finds part of the suite's digest.
    let unpinned = || file.sha256.is_empty().then(|| "`sha256` is missing".to_owned());
    data_file_problem(file)
        .or_else(unpinned)
        .or_else(|| twice.then(|| "it is there twice".to_owned()))
        .map(|problem| format!("data {:?}: {problem}", file.path))
}

/// Metrics are keys of what scripts read.
fn metric_problem(name: &str) -> Option<String> {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    (!plain).then(|| format!("metric {name:?}: write lower-case letters, digits and `_`"))
}

fn calibration_problem(calibration: &Calibration) -> Option<String> {
    let Calibration { factor, floor, ceiling } = *calibration;
    (factor < Calibration::LEAST_FACTOR || floor == 0 || floor > ceiling).then(|| {
        let least = Calibration::LEAST_FACTOR;
        format!("`calibration`: a factor of at least {least}, and 0 < floor <= ceiling")
    })
}

/// Whether the suite has what was chosen of it, and says so of itself.
pub(super) fn check_choice(info: &SuiteInfo, choice: &Choice) -> Result<Option<String>, LoadError> {
    let axes = [
        ("language", &choice.language, &info.languages, &info.language),
        ("variant", &choice.variant, &info.variants, &info.variant),
    ];
    for (noun, wanted, known, is) in axes {
        if let Some(wanted) = wanted.as_ref().filter(|wanted| !known.contains(wanted)) {
            return Err(LoadError::Choice { noun, wanted: wanted.clone(), known: known.join(", ") });
        }
        let expected = wanted.as_ref().or(known.first()).filter(|_| known.len() > 1);
        if is.as_ref() != expected {
            let [is, expected] = [is.as_ref(), expected].map(|name| name.map_or("none", String::as_str).to_owned());
            return Ok(Some(format!("`{noun}` is {is}, it should be {expected}")));
        }
    }
    Ok(None)
}

/// The digest of a suite that is one file, with what is chosen of it.
pub(super) fn digest(file_sha256: &str, info: &SuiteInfo) -> String {
    let mut hash = Sha256::new();
    for part in [Some(file_sha256), info.language.as_deref(), info.variant.as_deref()].into_iter().flatten() {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialogues_have_a_bounded_number_of_turns_and_metrics_of_their_own() {
        let info = |turns: u32, metric: &str| {
            let json = serde_json::json!({
                "id": "t", "version": "1", "title": "T", "licence": "MIT", "languages": ["python"],
                "runtimes": ["python"], "grading": "exit_code", "turns": turns, "metrics": [metric],
            });
            problem(&serde_json::from_value(json).unwrap())
        };
        assert_eq!([info(1, "turn1"), info(100, "base"), info(2, "turn2")], [None, None, None]);
        for (problem, expected) in [(info(0, "a"), "from 1 to 100"), (info(101, "a"), "from 1 to 100")] {
            assert!(problem.as_ref().is_some_and(|problem| problem.contains(expected)), "{problem:?}");
        }
        assert!(info(2, "turn1").is_some_and(|problem| problem.contains("give yours another name")));
    }
}
