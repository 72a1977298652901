use std::collections::HashMap;

use super::SamplesErrorKind;
use crate::closest::closest;

/// How alike an unknown task must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.7;

/// The tasks that samples may be of.
pub(super) struct TaskIds<'a> {
    /// In the suite's order.
    ids: Vec<&'a str>,
    positions: HashMap<&'a str, usize>,
    /// By the name of the folder that EvalPlus gives them.
    folders: HashMap<String, usize>,
}

impl<'a> TaskIds<'a> {
    pub(super) fn new(ids: impl Iterator<Item = &'a str>) -> Self {
        let ids: Vec<&str> = ids.collect();
        let positions = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let folders = ids.iter().enumerate().map(|(at, id)| (id.replace('/', "_"), at)).collect();
        TaskIds { ids, positions, folders }
    }

    pub(super) fn check(&self, id: &str) -> Result<(), SamplesErrorKind> {
        if self.positions.contains_key(id) { Ok(()) } else { Err(self.unknown(id)) }
    }

    /// The task whose folder is called `name`, and its place in the suite.
    pub(super) fn of_folder(&self, name: &str) -> Result<(usize, &'a str), SamplesErrorKind> {
        self.folders.get(name).map(|at| (*at, self.ids[*at])).ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, id: &str) -> SamplesErrorKind {
        let closest = closest(id, self.ids.iter().copied()).filter(|(_, likeness)| *likeness > ALIKE);
        let closest = closest.map(|(known, _)| known.to_owned());
        SamplesErrorKind::UnknownTask { task_id: id.chars().take(200).collect(), closest }
    }
}
