use assay_api::{PromptStyle, Request, Solution, SuiteError, Task};
use clap::Args;

use super::choice::ChoiceOptions;
use super::globals::Globals;
use super::output::{print, print_json};
use crate::catalogue::LoadedSuite;
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
        let Some(wanted) = &self.task else {
            return suite.tasks.first().ok_or_else(|| Failure::new(Exit::Suite, format!("suite {id} has no tasks")));
        };
        if let Some(task) = suite.tasks.iter().find(|task| task.id == *wanted) {
            return Ok(task);
        }
        let ids = suite.tasks.iter().map(|task| task.id.as_str());
        let closest = ids.max_by(|a, b| strsim::jaro_winkler(a, wanted).total_cmp(&strsim::jaro_winkler(b, wanted)));
        let failure = Failure::usage(format!("suite {id} has no task {wanted}"));
        Err(match closest {
            Some(closest) => failure.help(format!("did you mean {closest}?")),
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
        chat: first_request(suite, task, PromptStyle::Chat)?,
        completion: first_request(suite, task, PromptStyle::Completion)?,
        infill: first_request(suite, task, PromptStyle::Infill)?,
        reference: reference.map(|solution| solution.code),
        programs: suite.suite.programs(task, &answer)?,
    })
}

/// What is asked first in the style; `None` where the suite does not offer it.
fn first_request(suite: &LoadedSuite, task: &Task, style: PromptStyle) -> Result<Option<Request>, SuiteError> {
    match suite.suite.prompt(task, style, &[]) {
        Err(SuiteError::Unsupported(_)) => Ok(None),
        request => request,
    }
}
