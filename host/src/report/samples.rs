use std::io::{self, Write};

use assay_api::VerdictKind;

use super::layout::{columns, write_line};
use super::number::{count, counted, fuel};
use super::{Role, Style, printable};
use crate::show::ListedSample;

/// Writes a line for each sample: task, index, verdict, why.
///
/// # Errors
/// When `out` fails.
pub fn write_samples(out: &mut impl Write, style: &Style, samples: &[ListedSample]) -> io::Result<()> {
    let label = |sample: &ListedSample| format!("{} #{}", printable(&sample.task_id), sample.sample_index);
    let width = samples.iter().map(|sample| columns(&label(sample))).max().unwrap_or(0).min(style.columns() / 2);
    for sample in samples {
        let label = label(sample);
        let pad = " ".repeat(width.saturating_sub(columns(&label)));
        let (role, verdict) = verdict(sample.verdict);
        let mut facts = Vec::new();
        facts.extend(sample.rule.as_ref().map(|rule| printable(rule).into_owned()));
        if sample.fuel > 0 {
            facts.push(format!("{} fuel", fuel(sample.fuel)));
        }
        facts.extend(sample.completion_tokens.map(|tokens| counted(tokens, "token")));
        let cause = sample.cause.as_deref().filter(|cause| !sample.detail.starts_with(cause)).map(printable);
        let reason = [cause, Some(printable(&sample.detail))].into_iter().flatten().filter(|part| !part.is_empty());
        let reason = reason.collect::<Vec<_>>().join(": ");
        let about = if reason.is_empty() { (Role::Dim, facts.join(", ")) } else { (Role::Plain, reason) };
        let room = style.columns().saturating_sub(width + 2 + 11 + 2);
        let about = (about.0, super::layout::fit(&about.1, room, style));
        write_line(out, style, 0, &[(Role::Plain, label + &pad), (role, format!("{verdict:11}")), about])?;
    }
    writeln!(out, "{}", style.paint(Role::Dim, format!("{} samples", count(samples.len() as u64))))
}

/// How a verdict, or that there is none yet, is called and painted.
pub(super) fn verdict(verdict: Option<VerdictKind>) -> (Role, &'static str) {
    match verdict {
        Some(kind @ VerdictKind::Passed) => (Role::Good, kind.name()),
        Some(kind @ VerdictKind::Failed) => (Role::Bad, kind.name()),
        Some(kind) => (Role::Warning, kind.name()),
        None => (Role::Warning, "unjudged"),
    }
}
