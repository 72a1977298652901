use std::io::{self, Write};

use super::layout::write_labelled;
use super::number::{count, counted, fuel};
use super::summary::{write_estimates, write_head, write_verdicts};
use super::{Role, Style, printable};
use crate::show::{Overview, SuiteOverview};
use crate::statistics::FuelRange;
use crate::store::Source;

const INDENT: usize = 2;

/// Writes what a run is and what it found.
///
/// # Errors
/// When `out` fails.
pub fn write_overview(out: &mut impl Write, style: &Style, overview: &Overview) -> io::Result<()> {
    for suite in &overview.suites {
        write_suite(out, style, suite)?;
    }
    writeln!(out)?;
    for (name, text) in facts(overview) {
        write_labelled(out, style, INDENT, (Role::Dim, &format!("{name:8}")), (Role::Plain, &printable(&text)))?;
    }
    let altered = overview.is_altered().then(|| {
        "the verdicts or outcomes in this file are not those that were reported; assay verify says which".to_owned()
    });
    let warnings = overview.suites.iter().flat_map(|suite| suite.warnings.iter().cloned()).chain(altered);
    for (i, warning) in warnings.enumerate() {
        if i == 0 {
            writeln!(out)?;
        }
        write_labelled(out, style, 0, (Role::Warning, "warning:"), (Role::Plain, &printable(&warning)))?;
    }
    Ok(())
}

fn write_suite(out: &mut impl Write, style: &Style, suite: &SuiteOverview) -> io::Result<()> {
    write_head(out, style, &suite.summary)?;
    write_estimates(out, style, &suite.summary)?;
    write_verdicts(out, style, &suite.summary)?;
    let mut facts = Vec::new();
    if !suite.causes.is_empty() {
        let mut causes: Vec<_> = suite.causes.iter().collect();
        causes.sort_by_key(|(_, seen)| std::cmp::Reverse(**seen));
        let causes: Vec<String> = causes.into_iter().map(|(cause, seen)| format!("{cause} {}", count(*seen))).collect();
        facts.push(("failures", causes.join(", ")));
    }
    if suite.unjudged > 0 {
        facts.push(("unjudged", format!("{} with a completion and no verdict yet", counted(suite.unjudged, "sample"))));
    }
    let tokens = suite.tokens;
    if tokens.prompt + tokens.completion > 0 {
        facts.push(("tokens", format!("{} prompt, {} completion", count(tokens.prompt), count(tokens.completion))));
    }
    if let Some(FuelRange { low, high }) = suite.fuel_limit {
        let range = if low == high { fuel(low) } else { format!("{} to {}", fuel(low), fuel(high)) };
        facts.push(("fuel", format!("at most {range} a program, by the gold answers")));
    }
    if !facts.is_empty() {
        writeln!(out)?;
    }
    for (name, text) in facts {
        write_labelled(out, style, INDENT, (Role::Dim, &format!("{name:8}")), (Role::Plain, &printable(&text)))?;
    }
    Ok(())
}

/// What the run is, by name.
fn facts(overview: &Overview) -> Vec<(&'static str, String)> {
    let (identity, settings) = (&overview.identity, &overview.settings);
    let mut facts = Vec::new();
    for suite in &identity.suites {
        let chosen: Vec<&str> = [&suite.variant, &suite.language].into_iter().flatten().map(String::as_str).collect();
        let chosen = if chosen.is_empty() { String::new() } else { format!(" ({})", chosen.join(", ")) };
        facts.push(("suite", format!("{}{chosen} version {}, {}", suite.id, suite.version, short(&suite.digest))));
    }
    for (name, digest) in &identity.runtimes {
        facts.push(("runtime", format!("{name}, {}", short(digest))));
    }
    facts.push(match &identity.source {
        Source::Endpoint { base_url, provider } => {
            let provider = provider.as_ref().map(|provider| format!(" ({provider})")).unwrap_or_default();
            ("server", format!("{}{provider}", base_url.as_str()))
        }
        Source::Samples { sha256 } => ("samples", format!("a file, {}", short(sha256))),
    });
    let sampling = &identity.sampling;
    let parameters = [
        identity.style.map(|style| format!("{style:?}").to_lowercase()),
        sampling.temperature.map(|value| format!("temperature {value}")),
        sampling.top_p.map(|value| format!("top-p {value}")),
        sampling.max_tokens.map(|value| format!("at most {value} tokens")),
        Some(format!("seed {}", identity.seed)),
    ];
    facts.push(("sampling", parameters.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    let part = [
        settings.limit.map(|limit| format!("the first {}", counted(limit.into(), "task"))),
        settings.shard.map(|shard| format!("shard {shard}")),
        (!identity.filters.is_empty()).then(|| identity.filters.to_string()),
        (!settings.tasks.is_empty()).then(|| format!("tasks {}", settings.tasks.join(" "))),
    ];
    let part: Vec<String> = part.into_iter().flatten().collect();
    if !part.is_empty() {
        facts.push(("part", part.join(", ")));
    }
    let commands = counted(overview.invocations.len() as u64, "command");
    facts.push(("started", format!("{}, written by {commands}", overview.created)));
    facts.push(("digest", overview.results_digest.clone()));
    facts.push(("run", overview.run.clone()));
    facts
}

/// As much of a digest as tells two apart.
fn short(digest: &str) -> String {
    digest.chars().take(16).collect()
}
