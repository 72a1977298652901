use assay_api::Task;
use clap::Args;
use glob::Pattern;

use crate::catalogue::LoadedSuite;
use crate::failure::Failure;
use crate::filter::{Condition, Filters, Moment};

/// Which tasks are meant, by what the suite's data says of them.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct FilterOptions {
    /// Only tasks published on this date or later, of a suite whose tasks have dates
    #[arg(long, value_name = "DATE")]
    since: Option<Moment>,
    /// Only tasks published on this date or earlier; a date is its first moment, as LiveCodeBench compares them
    #[arg(long, value_name = "DATE")]
    until: Option<Moment>,
    /// Only tasks with this value in a field that the suite names for it; may be given several times: of one field
    /// any of the values, of several fields one each
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    conditions: Vec<Condition>,
}

impl FilterOptions {
    /// What is asked for.
    pub(super) fn filters(&self) -> Filters {
        Filters::new(self.since, self.until, &self.conditions)
    }

    /// Those of `tasks` that are meant.
    pub(super) fn select<'a>(
        &self,
        suite: &LoadedSuite,
        tasks: impl Iterator<Item = &'a Task>,
    ) -> Result<Vec<&'a Task>, Failure> {
        let filters = self.filters();
        let selected =
            filters.select(suite.info(), tasks.collect()).map_err(|error| Failure::usage(error.to_string()))?;
        if selected.is_empty() && !filters.is_empty() {
            return Err(Failure::usage(format!("no task of {} is left by {filters}", suite.info().label())));
        }
        Ok(selected)
    }
}

/// Which tasks are meant.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Selection {
    /// Only the first N tasks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) limit: Option<u32>,
    /// Only tasks whose id matches a pattern with * and ?; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub(super) tasks: Vec<String>,
    #[command(flatten)]
    pub(super) filters: FilterOptions,
}

impl Selection {
    /// Those of `tasks` that pass the filters and whose ids match one of the patterns, if there are any, and of those the first.
    pub(super) fn select<'a>(
        &self,
        suite: &LoadedSuite,
        tasks: impl Iterator<Item = &'a Task>,
    ) -> Result<Vec<&'a Task>, Failure> {
        let parse = |text: &String| {
            Pattern::new(text).map_err(|error| Failure::usage(format!("--tasks {text}: not a pattern: {error}")))
        };
        let parsed = self.tasks.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let mut selected = self.filters.select(suite, tasks)?;
        selected.retain(|task| parsed.is_empty() || parsed.iter().any(|pattern| pattern.matches(&task.id)));
        selected.truncate(self.limit.map_or(usize::MAX, |limit| limit as usize));
        if selected.is_empty() {
            return Err(Failure::usage(format!("no task matches --tasks {}", self.tasks.join(" --tasks "))));
        }
        Ok(selected)
    }
}
