use std::collections::HashMap;
use std::io::{self, Write};

use assay_api::VerdictKind;

use super::table::{Cell, Table};
use super::{Role, Style, printable};
use crate::statistics::TaskCounts;

/// Writes how many samples passed on each task, a column for each model's run.
///
/// Tasks come in the order in which the runs first name them.
///
/// # Errors
/// When `out` fails.
pub fn write_tasks(out: &mut impl Write, style: &Style, runs: &[(&str, &[TaskCounts])]) -> io::Result<()> {
    let models = runs.iter().map(|(model, _)| printable(model).into_owned());
    let mut table = Table::new(std::iter::once("task".to_owned()).chain(models));
    let mut rows: HashMap<&str, usize> = HashMap::new();
    let mut counts: Vec<(&str, Vec<Option<&TaskCounts>>)> = Vec::new();
    for (column, (_, tasks)) in runs.iter().enumerate() {
        for task in *tasks {
            let row = *rows.entry(&task.task_id).or_insert_with(|| {
                counts.push((&task.task_id, vec![None; runs.len()]));
                counts.len() - 1
            });
            counts[row].1[column] = Some(task);
        }
    }
    for (task_id, found) in counts {
        let label = (Role::Plain, printable(task_id).into_owned());
        table.row(std::iter::once(label).chain(found.into_iter().map(|task| cell(style, task))));
    }
    table.write(out, style, 0)
}

fn cell(style: &Style, task: Option<&TaskCounts>) -> Cell {
    let Some(task) = task.filter(|task| task.verdicts.total() > 0) else {
        return (Role::Dim, style.glyph("–", "-").to_owned());
    };
    let (passed, judged) = (task.verdicts.passed(), task.verdicts.judged());
    match (passed, judged) {
        (_, 0) if task.verdicts.get(VerdictKind::Infra) == 0 => (Role::Warning, "overflow".to_owned()),
        (_, 0) => (Role::Warning, "infra".to_owned()),
        (0, _) => (Role::Bad, format!("0/{judged}")),
        _ if passed == judged => (Role::Good, format!("{passed}/{judged}")),
        _ => (Role::Warning, format!("{passed}/{judged}")),
    }
}

#[cfg(test)]
mod tests {
    use assay_api::VerdictKind::{Empty, Failed, Infra, Passed};

    use super::*;

    fn shown(style: Style) -> String {
        let small = [
            TaskCounts::new("HumanEval/0", [Passed, Passed]),
            TaskCounts::new("HumanEval/1", [Passed, Empty]),
            TaskCounts::new("evil\x1b]0;title\x07", [Failed, Failed]),
        ];
        let big = [TaskCounts::new("HumanEval/1", [Infra, Infra]), TaskCounts::new("HumanEval/2", [Passed, Infra])];
        let mut out = Vec::new();
        write_tasks(&mut out, &style, &[("small:1b", &small), ("big:70b", &big)]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_task_shows_how_many_samples_passed_for_each_model() {
        insta::assert_snapshot!(shown(Style { color: false, width: 80, unicode: true }));
    }

    #[test]
    fn colours_tell_all_from_some_from_none() {
        insta::assert_snapshot!(shown(Style { color: true, width: 80, unicode: true }).replace('\x1b', "ESC"));
    }

    #[test]
    fn no_runs_give_only_the_title() {
        let mut out = Vec::new();
        write_tasks(&mut out, &Style { color: false, width: 80, unicode: true }, &[]).unwrap();
        assert_eq!(out, b"task\n");
    }
}
