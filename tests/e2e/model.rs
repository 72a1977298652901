//! Scripted models behind the mock server, which know what they were asked for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use assay::catalogue::{self, LoadedSuite};
use assay::data::DataDirs;
use assay::endpoint::wire_seed;
use assay::mock::{Answer, Call, Fault, MockServer};
use assay::seed::{Use, derive};
use assay::store::SampleKey;
use assay_api::{Prompt, PromptStyle, Role, Task};
use assay_loader::declarative::{Choice, DeclarativeSuite, Directory};

/// How long a model waits to be asked before its test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// More samples of a task than any test asks for.
const MOST_SAMPLES: u32 = 16;

/// More turns of a dialogue than any test has.
const MOST_TURNS: u32 = 3;

/// A suite, in the test's own process.
pub(crate) struct Suite {
    loaded: LoadedSuite,
}

impl Suite {
    pub(crate) fn demo() -> Self {
        Suite::demo_in("python")
    }

    pub(crate) fn demo_in(language: &str) -> Self {
        let choice = Choice { language: Some(language.into()), variant: None };
        Suite { loaded: catalogue::load("demo", &choice, &DataDirs::new(None).unwrap()).unwrap() }
    }

    pub(crate) fn humaneval(data: PathBuf) -> Self {
        Suite::with_data("humaneval", None, data)
    }

    /// A suite in its first language, with the variant, where it has several.
    pub(crate) fn with_data(id: &str, variant: Option<&str>, data: PathBuf) -> Self {
        let choice = Choice { language: None, variant: variant.map(str::to_owned) };
        Suite { loaded: catalogue::load(id, &choice, &DataDirs::new(Some(data)).unwrap()).unwrap() }
    }

    /// A suite in a folder that has its data.
    pub(crate) fn folder(path: &Path) -> Self {
        let (folder, data) = (Directory(path.into()), DataDirs::new(None).unwrap());
        let suite = DeclarativeSuite::load(&folder, &data, &Choice::default()).unwrap();
        Suite { loaded: LoadedSuite::new(Box::new(suite)).unwrap() }
    }

    pub(crate) fn id(&self) -> &str {
        &self.loaded.info().id
    }

    /// The tasks of its main part, in its order.
    pub(crate) fn tasks(&self) -> Vec<&Task> {
        self.loaded.main_tasks().collect()
    }

    fn task(&self, id: &str) -> &Task {
        self.loaded.main_tasks().find(|task| task.id == id).unwrap()
    }

    /// The authors' own answer.
    pub(crate) fn gold(&self, task_id: &str) -> String {
        self.loaded.suite.reference(self.task(task_id)).unwrap().unwrap().code
    }

    /// A field of a task, such as `canonical_solution`.
    pub(crate) fn field(&self, task_id: &str, name: &str) -> &str {
        self.task(task_id).text(name).unwrap()
    }

    /// From what is asked to the task it is asked for.
    fn prompts(&self) -> HashMap<Prompt, String> {
        let mut prompts = HashMap::new();
        for task in self.loaded.main_tasks() {
            for style in [PromptStyle::Chat, PromptStyle::Completion, PromptStyle::Infill] {
                if let Ok(Some(request)) = self.loaded.suite.prompt(task, style, &[]) {
                    prompts.insert(request.prompt, task.id.clone());
                }
            }
        }
        prompts
    }

    /// From a task, a turn and the seed of a request in a run with seed 0 to the sample.
    fn seeds(&self) -> HashMap<(String, u32, u64), u32> {
        let mut seeds = HashMap::new();
        for task in self.loaded.main_tasks() {
            for (sample_index, turn) in
                (0..MOST_SAMPLES).flat_map(|index| (0..MOST_TURNS).map(move |turn| (index, turn)))
            {
                let key = SampleKey { suite: self.id().to_owned(), task_id: task.id.clone(), sample_index };
                let seed = wire_seed(derive(0, Use::Request(turn), &key));
                seeds.insert((task.id.clone(), turn, seed), sample_index);
            }
        }
        seeds
    }
}

/// The task that a prompt is of, by what is asked of it first, and the turn.
fn asked_of(prompts: &HashMap<Prompt, String>, prompt: &Prompt) -> Option<(String, u32)> {
    if let Some(task_id) = prompts.get(prompt) {
        return Some((task_id.clone(), 0));
    }
    let Prompt::Chat { messages } = prompt else { return None };
    let (first, later) = (1..messages.len())
        .map(|end| messages.split_at(end))
        .find_map(|(first, later)| Some((prompts.get(&Prompt::Chat { messages: first.to_vec() })?, later)))?;
    let answers = later.iter().filter(|message| message.role == Role::Assistant).count();
    Some((first.clone(), answers as u32))
}

/// A sample that a model was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) task_id: String,
    pub(crate) sample_index: u32,
    /// The turn of its dialogue, from 0.
    pub(crate) turn: u32,
    /// How many requests came before this one.
    pub(crate) nth: usize,
    pub(crate) call: Call,
}

/// A model at work.
pub(crate) struct Model {
    server: MockServer,
    asked: Arc<Log>,
}

#[derive(Default)]
struct Log {
    asked: Mutex<Vec<Asked>>,
    more: Condvar,
}

impl Model {
    /// A model that answers as `answer` says.
    pub(crate) fn new(suite: &Suite, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let (prompts, seeds) = (suite.prompts(), suite.seeds());
        let asked = Arc::new(Log::default());
        let log = Arc::clone(&asked);
        let server = MockServer::start(move |call: &Call| {
            let known = asked_of(&prompts, &call.prompt).and_then(|(task_id, turn)| {
                let sample_index = *seeds.get(&(task_id.clone(), turn, call.seed?))?;
                Some(Asked { task_id, sample_index, turn, nth: 0, call: call.clone() })
            });
            // The client gives up on this at once.
            let Some(asked) = known else { return Answer::text("").with_fault(refusal(400)) };
            let asked = log.note(asked);
            answer(&asked)
        });
        Model { server: server.unwrap(), asked }
    }

    /// A model that always gives the authors' own answer.
    pub(crate) fn golden(suite: &Suite) -> Self {
        let gold = golds(suite);
        Model::new(suite, move |asked| Answer::text(&gold[&asked.task_id]))
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// What it was asked for so far, in order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.asked.lock().unwrap().clone()
    }

    /// The samples it was asked for so far, sorted.
    pub(crate) fn samples(&self) -> Vec<(String, u32)> {
        let mut samples: Vec<_> = self.asked().into_iter().map(|asked| (asked.task_id, asked.sample_index)).collect();
        samples.sort();
        samples
    }

    /// Every request for a completion, those that it did not understand included.
    pub(crate) fn requests(&self) -> u64 {
        self.server.requests()
    }

    /// Waits until it was asked `count` times.
    pub(crate) fn wait_for(&self, count: usize) {
        let asked = self.asked.asked.lock().unwrap();
        let (asked, _) = self.asked.more.wait_timeout_while(asked, PATIENCE, |asked| asked.len() < count).unwrap();
        assert!(asked.len() >= count, "asked {} times, not {count}", asked.len());
    }
}

impl Log {
    fn note(&self, asked: Asked) -> Asked {
        let mut all = self.asked.lock().unwrap();
        let asked = Asked { nth: all.len(), ..asked };
        all.push(asked.clone());
        self.more.notify_all();
        asked
    }
}

/// The authors' own answers as chat models give them, by task.
pub(crate) fn golds(suite: &Suite) -> HashMap<String, String> {
    let answer = |task: &&Task| (task.id.clone(), fenced(&suite.gold(&task.id)));
    suite.tasks().iter().map(answer).collect()
}

/// Code in a block.
pub(crate) fn fenced(code: &str) -> String {
    format!("Here it is.\n\n```python\n{code}\n```\n")
}

/// An error that tells nothing.
pub(crate) fn refusal(code: u16) -> Fault {
    refusal_saying(code, "no")
}

pub(crate) fn refusal_saying(code: u16, message: &str) -> Fault {
    let body = serde_json::json!({"error": {"message": message}}).to_string();
    Fault::Status { code, body, retry_after: None }
}
