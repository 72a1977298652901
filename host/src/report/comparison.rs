use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::layout::{wrap, write_line};
use super::number::{counted, interval, p_value, percent, points, signed_points};
use super::table::{Cell, Table};
use super::{Role, Style, printable};
use crate::statistics::{Comparison, Estimate};

/// One model's line in a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The model as the endpoint calls it.
    pub name: String,
    /// pass@k by k.
    pub pass_at_k: BTreeMap<u64, Estimate>,
    /// The comparison with the reference model, the reference first; `None` for the reference itself.
    pub against_reference: Option<Comparison>,
}

/// A part of the tasks, such as those of one difficulty.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What its tasks have in common.
    pub name: String,
    /// How many tasks it has.
    pub n_tasks: u64,
    /// pass@1 on these tasks, in the order of the models; `None` where there is none.
    pub estimates: Vec<Option<Estimate>>,
}

/// Writes models side by side: pass@k with intervals, differences from the reference, and groups of tasks.
///
/// # Errors
/// When `out` fails.
pub fn write_comparison(
    out: &mut impl Write,
    style: &Style,
    title: &str,
    models: &[Model],
    groups: &[Group],
) -> io::Result<()> {
    write_line(out, style, 0, &[(Role::Strong, printable(title).into_owned())])?;
    writeln!(out)?;
    model_table(style, models).write(out, style, 2)?;
    if !groups.is_empty() {
        writeln!(out)?;
        group_table(style, models, groups).write(out, style, 2)?;
    }
    if let Some(note) = note(models) {
        writeln!(out)?;
        for line in wrap(&note, style.columns() - 2) {
            write_line(out, style, 2, &[(Role::Dim, line)])?;
        }
    }
    Ok(())
}

fn model_table(style: &Style, models: &[Model]) -> Table {
    let ks: BTreeSet<u64> = models.iter().flat_map(|model| model.pass_at_k.keys().copied()).collect();
    let compared = models.iter().find_map(|model| model.against_reference);
    let mut titles = vec!["model".to_owned()];
    titles.extend(ks.iter().map(|k| format!("pass@{k}")));
    if let Some(comparison) = compared {
        titles.extend([format!("pass@{} difference", comparison.k), "p".to_owned(), "detectable".to_owned()]);
    }

    let mut table = Table::new(titles);
    for model in models {
        let mut cells = vec![(Role::Strong, printable(&model.name).into_owned())];
        cells.extend(ks.iter().map(|k| estimate(style, model.pass_at_k.get(k))));
        match model.against_reference {
            Some(comparison) => cells.extend(difference(&comparison)),
            None if compared.is_some() => cells.push((Role::Dim, "reference".to_owned())),
            None => {}
        }
        table.row(cells);
    }
    table
}

fn group_table(style: &Style, models: &[Model], groups: &[Group]) -> Table {
    let names = models.iter().map(|model| printable(&model.name).into_owned());
    let mut table = Table::new(std::iter::once("pass@1".to_owned()).chain(names));
    for group in groups {
        let label = format!("{} ({})", printable(&group.name), counted(group.n_tasks, "task"));
        let cells = group.estimates.iter().map(|found| estimate(style, found.as_ref()));
        table.row(std::iter::once((Role::Plain, label)).chain(cells));
    }
    table
}

fn estimate(style: &Style, estimate: Option<&Estimate>) -> Cell {
    match estimate {
        Some(found) => (Role::Plain, format!("{} {}", percent(found.value), interval(found.low, found.high))),
        None => (Role::Dim, style.glyph("–", "-").to_owned()),
    }
}

/// The difference in points with its interval, the p-value, and the detectable difference. The first two stand
/// out where both exclude zero.
fn difference(found: &Comparison) -> [Cell; 3] {
    let role = match found.p_value < 0.05 {
        true if found.low > 0.0 => Role::Good,
        true if found.high < 0.0 => Role::Bad,
        _ => Role::Plain,
    };
    let text = format!("{} {}", signed_points(found.difference), interval(found.low, found.high));
    let detectable = points(found.minimum_detectable);
    [(role, text), (role, p_value(found.p_value)), (Role::Dim, detectable)]
}

/// How to read the differences; `None` where there are none.
fn note(models: &[Model]) -> Option<String> {
    let tasks = models.iter().filter_map(|model| model.against_reference).map(|found| found.n_tasks).min()?;
    let reference = models.iter().find(|model| model.against_reference.is_none());
    Some(format!(
        "Brackets are 95% intervals. Differences are points against {}, paired by task ({}); p is exact, by sign \
         flips. Detectable is the true difference that so many tasks show as significant four times out of five.",
        reference.map_or("the reference".into(), |model| printable(&model.name)),
        counted(tasks, "task"),
    ))
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Failed, Passed};

    use super::*;
    use crate::report::layout::columns;
    use crate::statistics::TaskCounts;

    /// 24 tasks, some harder than others, with five samples each.
    fn run(skill: u64) -> Vec<TaskCounts> {
        let verdict = |task: u64, sample: u64| match (task * 61 + sample * 7 + skill) % 100 < skill {
            true => Passed,
            false => Failed,
        };
        (0..24).map(|task| TaskCounts::new(task.to_string(), (0..5).map(|sample| verdict(task, sample)))).collect()
    }

    fn models() -> Vec<Model> {
        let reference = run(30);
        [("small-model:1.5b", 30), ("a\x1b[31mhostile\u{202e}", 38), ("big-model:70b", 85)]
            .map(|(name, skill)| Model {
                name: name.to_owned(),
                pass_at_k: [1, 5].map(|k| (k, Estimate::pass_at_k(&run(skill), k).unwrap())).into(),
                against_reference: (skill != 30).then(|| Comparison::pass_at_k(&reference, &run(skill), 1).unwrap()),
            })
            .into()
    }

    fn groups() -> Vec<Group> {
        let half = |skill, part: usize| Estimate::pass_at_k(run(skill).chunks(12).nth(part).unwrap(), 1).ok();
        vec![
            Group { name: "easy".into(), n_tasks: 12, estimates: vec![half(30, 0), half(38, 0), half(85, 0)] },
            Group { name: "hard".into(), n_tasks: 12, estimates: vec![half(30, 1), None, half(85, 1)] },
        ]
    }

    fn shown(style: Style, models: &[Model], groups: &[Group]) -> String {
        let mut out = Vec::new();
        write_comparison(&mut out, &style, "demo: 24 tasks × 5 samples", models, groups).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn models_stand_side_by_side_with_differences_and_groups() {
        insta::assert_snapshot!(shown(Style { color: false, width: 120, unicode: true }, &models(), &groups()));
    }

    #[test]
    fn colours_mark_significant_differences() {
        let text = shown(Style { color: true, width: 120, unicode: false }, &models(), &[]);
        insta::assert_snapshot!(text.replace('\x1b', "ESC"));
    }

    #[test]
    fn one_model_alone_has_no_differences() {
        let text = shown(Style { color: false, width: 80, unicode: true }, &models()[..1], &[]);
        assert!(!text.contains("difference") && text.contains("pass@5"), "{text}");
    }

    #[test]
    fn no_width_makes_a_line_too_long() {
        for width in 0..150 {
            let text = shown(Style { color: false, width, unicode: true }, &models(), &groups());
            assert!(text.lines().all(|line| columns(line) <= width.max(20)), "{width}:\n{text}");
        }
        insta::assert_snapshot!(shown(Style { color: false, width: 60, unicode: true }, &models(), &groups()));
    }
}
