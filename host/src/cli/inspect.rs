use assay_api::{PromptStyle, Solution, SuiteError, Task};
use clap::Args;

use super::choice::ChoiceOptions;
use super::globals::Globals;
use super::output::{print, print_json};
use super::selection::FilterOptions;
use crate::catalogue::LoadedSuite;
use crate::closest::closest;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::{InspectedTask, write_task};

#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// Which suite
    suite: String,
    /// Which task [default: the first]
    #[arg(long, value_name = "ID")]
    task: Option<String>,
    #[command(flatten)]
    choice: ChoiceOptions,
    #[command(flatten)]
    filters: FilterOptions,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let suite = globals.catalogue()?.load(&self.suite, &(&self.choice).into())?;
        let task = self.find(&suite)?;
        let inspected = inspect(&suite, task).map_err(|error| Failure::suite(&suite.info().id, &error))?;
        if self.json {
            print_json(&inspected)?;
        } else {
            print(|out| write_task(out, &globals.style(), &inspected))?;
        }
        Ok(Exit::Done)
    }

    fn find<'a>(&self, suite: &'a LoadedSuite) -> Result<&'a Task, Failure> {
        let id = &suite.info().id;
        let tasks = self.filters.select(suite, suite.tasks.iter())?;
        let Some(wanted) = &self.task else {
            let first = tasks.first().copied();
            return first.ok_or_else(|| Failure::new(Exit::Suite, format!("suite {id} has no tasks")));
        };
        if let Some(task) = tasks.iter().find(|task| task.id == *wanted) {
            return Ok(task);
        }
        if suite.tasks.iter().any(|task| task.id == *wanted) {
            return Err(Failure::usage(format!(
                "task {wanted} is not among those that {} leaves",
                self.filters.filters()
            )));
        }
        let ids = suite.tasks.iter().map(|task| task.id.as_str());
        let failure = Failure::usage(format!("suite {id} has no task {wanted}"));
        Err(match closest(wanted, ids) {
            Some((closest, _)) => failure.help(format!("did you mean {closest}?")),
            None => failure,
        })
    }
}

fn inspect(suite: &LoadedSuite, task: &Task) -> Result<InspectedTask, SuiteError> {
    let reference = suite.suite.reference(task)?;
    let answer = reference.clone().unwrap_or(Solution { code: String::new(), rule: String::new() });
    Ok(InspectedTask {
        suite: suite.info().label(),
        task_id: task.id.clone(),
        chat: suite.first_request(task, PromptStyle::Chat)?,
        completion: suite.first_request(task, PromptStyle::Completion)?,
        infill: suite.first_request(task, PromptStyle::Infill)?,
        reference: reference.map(|solution| solution.code),
        programs: suite.suite.programs(task, &answer)?,
    })
}
