use std::io::{self, Write};

use assay_api::VerdictKind;

use super::layout::{bar, columns, gauge, graph_columns, write_labelled, write_line};
use super::number::{count, counted, duration, fuel, interval, percent, rate};
use super::{Role, Style, printable};
use crate::models::ModelFacts;
use crate::statistics::{Cost, FuelRange, Latency, Summary};

const INDENT: usize = 2;

/// Writes a run's summary: what was asked, pass@k with intervals, verdicts, cost, warnings, where it is kept.
///
/// # Errors
/// When `out` fails.
pub fn write_summary(out: &mut impl Write, style: &Style, summary: &Summary) -> io::Result<()> {
    write_head(out, style, summary)?;
    write_estimates(out, style, summary)?;
    write_verdicts(out, style, summary)?;
    write_facts(out, style, summary)?;
    for (i, warning) in summary.warnings.iter().enumerate() {
        if i == 0 {
            writeln!(out)?;
        }
        write_labelled(out, style, 0, (Role::Warning, "warning:"), (Role::Plain, &printable(warning)))?;
    }
    Ok(())
}

pub(super) fn write_head(out: &mut impl Write, style: &Style, summary: &Summary) -> io::Result<()> {
    let tasks = counted(summary.n_tasks, "task");
    let size = match summary.samples_per_task {
        Some(each) => format!("{tasks} {} {}", style.glyph("×", "x"), counted(each, "sample")),
        None => format!("{tasks}, {}", counted(summary.n_samples, "sample")),
    };
    let name = |text: &str| (Role::Strong, printable(text).into_owned());
    let mut head = vec![name(&summary.suite)];
    head.extend(summary.variant.iter().chain(&summary.language).map(|chosen| name(chosen)));
    head.extend([name(&summary.model), (Role::Dim, size)]);
    write_line(out, style, 0, &head)
}

pub(super) fn write_estimates(out: &mut impl Write, style: &Style, summary: &Summary) -> io::Result<()> {
    if summary.pass_at_k.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let passed = summary.pass_at_k.iter().map(|(k, estimate)| (format!("pass@{k}"), estimate));
    let scored = summary.metrics.iter().map(|(name, estimate)| (printable(name).into_owned(), estimate));
    let rows: Vec<_> = passed.chain(scored).collect();
    let label = rows.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let graph = graph_columns(INDENT + label + 2 + 6 + 2 + 14, style);
    for (name, estimate) in rows {
        let bounds = interval(estimate.low, estimate.high);
        write_line(
            out,
            style,
            INDENT,
            &[
                (Role::Plain, format!("{name:label$}")),
                (Role::Strong, format!("{:>6}", percent(estimate.value))),
                (Role::Dim, format!("{bounds:14}")),
                (Role::Plain, gauge(estimate.value, estimate.low, estimate.high, graph, style)),
            ],
        )?;
    }
    Ok(())
}

pub(super) fn write_verdicts(out: &mut impl Write, style: &Style, summary: &Summary) -> io::Result<()> {
    writeln!(out)?;
    // The only kind that most runs never see.
    let is_shown = |(kind, seen): &(VerdictKind, u64)| *kind != VerdictKind::ContextOverflow || *seen > 0;
    let shown: Vec<(VerdictKind, u64)> = summary.verdicts.iter().filter(is_shown).collect();
    let label = shown.iter().map(|(kind, _)| kind.name().len()).max().unwrap_or(0);
    let digits = shown.iter().map(|(_, seen)| columns(&count(*seen))).max().unwrap_or(0);
    let graph = graph_columns(INDENT + label + 2 + digits + 2 + 6, style);
    for (kind, seen) in shown {
        let share = seen as f64 / summary.n_samples.max(1) as f64;
        let role = if seen == 0 { Role::Dim } else { role(kind) };
        let text = if seen == 0 { Role::Dim } else { Role::Plain };
        let name = format!("{:label$}", kind.name());
        let mut pieces =
            vec![(role, name), (text, format!("{:>digits$}", count(seen))), (text, format!("{:>6}", percent(share)))];
        if seen > 0 {
            pieces.push((role, bar(share, graph, style)));
        }
        write_line(out, style, INDENT, &pieces)?;
    }
    Ok(())
}

fn role(kind: VerdictKind) -> Role {
    match kind {
        VerdictKind::Passed => Role::Good,
        VerdictKind::Failed => Role::Bad,
        _ => Role::Warning,
    }
}

fn write_facts(out: &mut impl Write, style: &Style, summary: &Summary) -> io::Result<()> {
    writeln!(out)?;
    let (tokens, seconds) = (summary.tokens, summary.seconds);
    let per_second = |amount: u64| rate(amount as f64 / seconds);
    let mut facts = Vec::new();
    if tokens.prompt + tokens.completion > 0 {
        facts.push(("tokens", format!("{} prompt, {} completion", count(tokens.prompt), count(tokens.completion))));
    }
    let mut time = duration(seconds);
    if seconds > 0.0 {
        time.push_str(&format!(", {} samples/s", per_second(summary.n_samples)));
        if tokens.completion > 0 {
            time.push_str(&format!(", {} tokens/s", per_second(tokens.completion)));
        }
    }
    facts.push(("time", time));
    if let Some(latency) = &summary.latency {
        facts.push(("answer", latency_text(latency)));
    }
    if let Some(Cost { amount, currency }) = &summary.cost {
        let as_of = summary.model_facts.as_ref().and_then(|facts| facts.price.as_ref()?.as_of.as_deref());
        let as_of = as_of.map_or_else(String::new, |date| format!(", at prices of {}", printable(date)));
        facts.push(("cost", format!("{amount:.4} {}{as_of}", printable(currency))));
    }
    if let Some(known) = &summary.model_facts {
        facts.push(("model", model_text(known)));
    }
    if let Some(FuelRange { low, high }) = summary.fuel_limit {
        let range = if low == high { fuel(low) } else { format!("{} to {}", fuel(low), fuel(high)) };
        facts.push(("fuel", format!("at most {range} a program, by the gold answers")));
    }
    if summary.cached > 0 {
        let outcomes = counted(summary.cached, "outcome");
        facts.push(("cache", format!("{outcomes} known from before; --no-cache executes all again")));
    }
    facts.push(("digest", printable(&summary.results_digest).into_owned()));
    if let Some(run) = &summary.run {
        facts.push(("run", printable(run).into_owned()));
    }
    for (name, text) in facts.into_iter().filter(|(_, text)| !text.is_empty()) {
        write_labelled(out, style, INDENT, (Role::Dim, &format!("{name:6} ")), (Role::Plain, &text))?;
    }
    Ok(())
}

fn latency_text(latency: &Latency) -> String {
    let first = latency.first_token_ms.map(|ms| format!("{} to the first token, ", answer_time(ms)));
    let rate = latency.tokens_per_second.map(|tokens| format!(", {} tokens/s", rate(tokens)));
    let total = answer_time(latency.total_ms);
    format!("{}{total} in all{} (medians)", first.unwrap_or_default(), rate.unwrap_or_default())
}

/// A time that is often below a second.
fn answer_time(ms: f64) -> String {
    if ms < 1e3 { format!("{ms:.0} ms") } else { duration(ms / 1e3) }
}

fn model_text(known: &ModelFacts) -> String {
    let mut parts = Vec::new();
    let billions = |count: u64| format!("{} B", count as f64 / 1e9);
    match (known.parameters, known.active_parameters) {
        (Some(all), Some(active)) => parts.push(format!("{} parameters, {} active", billions(all), billions(active))),
        (Some(all), None) => parts.push(format!("{} parameters", billions(all))),
        (None, Some(active)) => parts.push(format!("{} active parameters", billions(active))),
        (None, None) => {}
    }
    parts.extend(known.quantisation.as_deref().map(|text| printable(text).into_owned()));
    parts.extend(known.context.map(|tokens| format!("context {}", count(tokens))));
    parts.extend(known.memory_bytes.map(|bytes| format!("{:.1} GB", bytes as f64 / 1e9)));
    parts.extend(known.licence.as_deref().map(|text| printable(text).into_owned()));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use assay_api::{Grading, VerdictKind};
    use proptest::prelude::*;

    use super::*;
    use crate::models::Price;
    use crate::statistics::{ModelRecord, RunFacts, TaskCounts, TaskResults, Tokens};

    fn asked() -> ModelRecord {
        let price = Price { prompt: 0.5, completion: 2.0, currency: "USD".into(), as_of: Some("2026-01".into()) };
        let facts = ModelFacts {
            parameters: Some(1_540_000_000),
            quantisation: Some("Q4_K_M".into()),
            licence: Some("Apache-2.0".into()),
            price: Some(price),
            ..ModelFacts::default()
        };
        let latency = Latency { first_token_ms: Some(210.0), total_ms: 3400.0, tokens_per_second: Some(61.3) };
        ModelRecord { latency: Some(latency), facts: Some(facts) }
    }

    fn summary(model: &str, grading: Grading) -> Summary {
        let facts = RunFacts {
            suite: "humaneval".into(),
            language: None,
            variant: None,
            model: model.into(),
            grading,
            one_instance: Vec::new(),
            tokens: Tokens { prompt: 120_412, completion: 98_233 },
            asked: asked(),
            cached: 410,
            fuel_limit: Some(FuelRange { low: 1_000_000_000, high: 4_567_800_000 }),
            seconds: 192.0,
            results_digest: "5f2a9b61c0d84e7799a1f03c2b6d1e55ab32f0c77d9f4c8be1a0d6e2f3b4c5d6".into(),
            run: Some("humaneval-qwen.assay".into()),
        };
        let verdict = |task: usize, sample: usize| match (task * 61 + sample * 7) % 100 {
            0..=46 => VerdictKind::Passed,
            47..=88 => VerdictKind::Failed,
            89..=95 => VerdictKind::Truncated,
            96..=97 => VerdictKind::Empty,
            _ => VerdictKind::Infra,
        };
        let tasks: Vec<TaskCounts> = (0..164)
            .map(|task| TaskCounts::new(format!("HumanEval/{task}"), (0..5).map(|sample| verdict(task, sample))))
            .collect();
        Summary::new(facts, &TaskResults { verdicts: tasks, ..TaskResults::default() }, &[1, 5])
    }

    fn shown(style: Style, summary: &Summary) -> String {
        let mut out = Vec::new();
        write_summary(&mut out, &style, summary).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_summary_is_compact_and_complete() {
        let summary = summary("qwen2.5-coder:1.5b", Grading::OneInstance);
        insta::assert_snapshot!(shown(Style { color: false, width: 80, unicode: true }, &summary));
    }

    #[test]
    fn ascii_terminals_get_ascii() {
        let text = shown(Style { color: false, width: 80, unicode: false }, &summary("m", Grading::Values));
        assert!(text.is_ascii(), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_narrow_terminal_loses_graphs_first() {
        insta::assert_snapshot!(shown(
            Style { color: false, width: 20, unicode: true },
            &summary("m", Grading::Values)
        ));
    }

    #[test]
    fn colours_are_there_only_when_asked_for() {
        let summary = summary("m", Grading::Values);
        let coloured = shown(Style { color: true, width: 60, unicode: true }, &summary);
        insta::assert_snapshot!(coloured.replace('\x1b', "ESC"));
        assert!(!shown(Style { color: false, width: 60, unicode: true }, &summary).contains('\x1b'));
    }

    #[test]
    fn a_run_without_samples_is_shown_without_numbers_it_lacks() {
        let facts = RunFacts {
            suite: "s".into(),
            language: None,
            variant: None,
            model: "m".into(),
            grading: Grading::Values,
            one_instance: Vec::new(),
            tokens: Tokens::default(),
            asked: ModelRecord::default(),
            cached: 0,
            fuel_limit: None,
            seconds: 0.0,
            results_digest: String::new(),
            run: Some("r.assay".into()),
        };
        insta::assert_snapshot!(shown(
            Style { color: false, width: 80, unicode: true },
            &Summary::new(facts, &TaskResults::default(), &[1])
        ));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn no_name_and_no_width_breaks_a_line(model in ".{0,40}", width in 0usize..120, unicode: bool) {
            let text = shown(Style { color: false, width, unicode }, &summary(&model, Grading::Values));
            prop_assert!(text.lines().all(|line| columns(line) <= width.max(20)), "{}", text);
            prop_assert!(!text.replace('\n', "").contains(char::is_control));
        }
    }
}
