use assay_api::Verdict;

use super::outcome::failed;

/// The verdict on an answer whose changes can't be made, for this reason. Its cause is `edit`.
#[must_use]
pub fn unapplied(reason: &str) -> Verdict {
    failed("edit", reason)
}
