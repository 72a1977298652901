use std::collections::HashMap;

use assay_api::{Calibration, Completion, CompletionKind, PromptStyle, Request, SuiteError, Task, Verdict};
use sha2::{Digest, Sha256};

use super::expected::Expected;
use super::findings::{
    Accepted, Checked, Golds, Leak, Mutants, NONSENSE, Named, PromptDigest, STUB, Survivor, TightLimit,
};
use super::impostors::{Impostors, Source, impostors};
use super::leaks::Looked;
use super::trial::{self, Judged, Trial, judge};
use crate::batch::Batch;
use crate::catalogue::LoadedSuite;
use crate::failure::Failure;
use crate::hex::hex;

/// What is called [`NONSENSE`].
const NONSENSE_CODE: &str = "x = 1\n";

/// What an impostor may use: so many times what the gold answer does, and this much more. One that computes longer hangs.
const IMPOSTOR_FUEL: (u64, u64) = (2, 200_000_000);

/// What a gold answer that is known to fail may use at most: most that would pass by now need less, and the others would
/// take minutes to fail as before.
const FAILING_FUEL: u64 = 10_000_000_000;

/// A suite that is to be checked.
pub struct Checking<'a> {
    /// The suite.
    pub suite: &'a LoadedSuite,
    /// The tasks that are looked at.
    pub tasks: Vec<&'a Task>,
    /// Of how many of them answers are executed, spread over all; of all if there are no more.
    pub sample: usize,
    /// Executes programs. Outcomes that it knows are not found out again: it should know none but for `golds_only`.
    pub batch: Batch<'a>,
    /// Whether to judge gold answers, once, and to look at nothing else.
    pub golds_only: bool,
    /// How many mutants are made of a gold answer at most.
    pub mutants: usize,
    /// What the suite's authors say beforehand.
    pub expected: Expected,
}

/// A task with its gold answer.
struct Gold<'a> {
    task: &'a Task,
    code: String,
}

/// Which wrong answer a trial is of.
enum Wrong {
    Answer(&'static str),
    Mutant(String),
}

impl Checking<'_> {
    /// Checks the suite; `progress` is told what is being done, how much of it is done and how much there is.
    ///
    /// # Errors
    /// When the suite fails, the sandbox fails on a program twice, or the user interrupts.
    pub fn run(&self, mut progress: impl FnMut(&str, u64, u64)) -> Result<Checked, Failure> {
        let info = self.suite.info();
        let golds = self.golds(&self.tasks)?;
        let missing = (self.tasks.len() - golds.len()) as u64;
        let (prompts, leaks) = if self.golds_only { Default::default() } else { self.prompts(&golds)? };
        let executed = spread(&self.tasks, self.sample);
        let golds = self.golds(&executed)?;
        let trials: Vec<Trial<'_>> = golds
            .iter()
            .map(|gold| Trial { task: gold.task, code: gold.code.clone(), fuel: self.fuel(gold.task) })
            .collect();
        let mut judged =
            |label| judge(self.suite, &self.batch, &trials, |done| progress(label, done, trials.len() as u64));
        let first = judged("gold answers")?;
        let again = if self.golds_only { first.clone() } else { judged("gold answers again")? };
        let (accepted, mutants, shown) = if self.golds_only {
            Default::default()
        } else {
            self.wrong_answers(&executed, &golds, &first, &mut progress)?
        };
        let (known, accepted) = accepted.into_iter().partition(|wrong| self.expected.passes(wrong));
        Ok(Checked {
            suite: info.label(),
            digest: info.digest.clone(),
            tasks: self.tasks.len() as u64,
            executed: executed.len() as u64,
            golds_only: self.golds_only,
            golds: Golds { missing, ..self.count(&golds, &first, &again) },
            tight_limits: self.tight_limits(&golds, &first)?,
            accepted,
            known_to_pass: known,
            mutants,
            leaks: leaks.into_iter().chain(shown).collect(),
            prompts,
        })
    }

    /// The most fuel that the task's gold answer may use, if it may not use all that a program of the suite may: one that
    /// is known to fail may not use more than other answers to the task may, either.
    fn fuel(&self, task: &Task) -> Option<u64> {
        let info = self.suite.info();
        let others = info.calibration.map_or(u64::MAX, |calibration| calibration.limit(None));
        info.unsupported.contains(&task.id).then_some(others.min(FAILING_FUEL))
    }

    fn failed(&self, error: &SuiteError) -> Failure {
        Failure::suite(&self.suite.info().id, error)
    }

    fn golds<'a>(&self, tasks: &[&'a Task]) -> Result<Vec<Gold<'a>>, Failure> {
        let mut golds = Vec::new();
        for task in tasks {
            if let Some(solution) = self.suite.suite.reference(task).map_err(|error| self.failed(&error))? {
                golds.push(Gold { task, code: solution.code });
            }
        }
        Ok(golds)
    }

    /// The digests of all prompts by style, and what they show and should not.
    fn prompts(&self, golds: &[Gold<'_>]) -> Result<(Vec<PromptDigest>, Vec<Leak>), Failure> {
        let golds: HashMap<&str, &str> = golds.iter().map(|gold| (gold.task.id.as_str(), gold.code.as_str())).collect();
        let (mut digests, mut leaks) = (Vec::new(), Vec::new());
        for (style, name) in
            [(PromptStyle::Chat, "chat"), (PromptStyle::Completion, "completion"), (PromptStyle::Infill, "infill")]
        {
            let mut hash = Sha256::new();
            let mut offered = false;
            for task in &self.tasks {
                let request = self.suite.first_request(task, style).map_err(|error| self.failed(&error))?;
                let Some(request) = request else { continue };
                offered = true;
                let json = serde_json::to_vec(&request).unwrap_or_default();
                hash.update((json.len() as u64).to_le_bytes());
                hash.update(json);
                let gold = golds.get(task.id.as_str()).copied();
                let programs = trial::programs(self.suite, task, gold.unwrap_or_default())?;
                let &Expected { shows_tests, shows_gold, .. } = &self.expected;
                let looked = Looked {
                    task_id: &task.id,
                    style: name,
                    request: &request,
                    gold,
                    programs: &programs,
                    shows_tests,
                    shows_gold,
                };
                leaks.extend(looked.leaks());
            }
            if offered {
                let digest = hex(&hash.finalize());
                // What is recorded is of all tasks.
                let of_all = self.tasks.len() == self.suite.main_tasks().count();
                let expected = self.expected.prompts.get(name).filter(|_| of_all).cloned();
                digests.push(PromptDigest { style: name, digest, expected });
            }
        }
        Ok((digests, leaks))
    }

    fn count(&self, golds: &[Gold<'_>], first: &[Judged], again: &[Judged]) -> Golds {
        let mut found = Golds::default();
        for ((gold, judged), again) in golds.iter().zip(first).zip(again) {
            let task_id = gold.task.id.clone();
            let said = self.expected.gold_fails.get(&task_id);
            if judged.digests != again.digests {
                found.unstable.push(task_id.clone());
            }
            let named = |detail: &str| Named { task_id: task_id.clone(), detail: detail.to_owned() };
            match (&judged.verdict, said) {
                (Verdict::Passed, None) => found.passed += 1,
                (Verdict::Passed, Some(_)) => found.unexpected.push(task_id),
                (Verdict::Unsupported { what }, _) => found.unsupported.push(named(what)),
                (_, Some(why)) => found.known_to_fail.push(named(why)),
                (verdict, None) => found.failed.push(named(verdict.detail())),
            }
        }
        found
    }

    fn tight_limits(&self, golds: &[Gold<'_>], judged: &[Judged]) -> Result<Vec<TightLimit>, Failure> {
        let mut tight = Vec::new();
        for (gold, judged) in golds.iter().zip(judged).filter(|(_, judged)| judged.verdict.passed()) {
            let limit = match self.suite.info().calibration {
                Some(calibration) => calibration.limit(Some(judged.fuel)),
                None => {
                    let mut programs = trial::programs(self.suite, gold.task, &gold.code)?;
                    programs.iter_mut().map(|program| program.candidate_limits_mut().fuel).min().unwrap_or(u64::MAX)
                }
            };
            if limit < judged.fuel.saturating_mul(Calibration::LEAST_FACTOR.into()) {
                tight.push(TightLimit { task_id: gold.task.id.clone(), gold: judged.fuel, limit });
            }
        }
        Ok(tight)
    }

    /// What a prompt that follows a wrong answer shows of the gold one. What it says of the tests is its purpose.
    fn shown(&self, task: &Task, golds: &[Gold<'_>], next: Option<&Request>) -> Vec<Leak> {
        let Some(request) = next else { return Vec::new() };
        let gold = golds.iter().find(|gold| gold.task.id == task.id).map(|gold| gold.code.as_str());
        let shows_gold = self.expected.shows_gold;
        let style = "chat, after a wrong answer";
        let looked = Looked { task_id: &task.id, style, request, gold, programs: &[], shows_tests: true, shows_gold };
        looked.leaks()
    }

    /// Judges answers that must not pass, and what models that gave them would be asked next.
    fn wrong_answers(
        &self,
        tasks: &[&Task],
        golds: &[Gold<'_>],
        judged: &[Judged],
        progress: &mut impl FnMut(&str, u64, u64),
    ) -> Result<(Vec<Accepted>, Mutants, Vec<Leak>), Failure> {
        let sound: Vec<(&Gold<'_>, u64)> = golds
            .iter()
            .zip(judged)
            .filter(|(_, judged)| judged.verdict.passed())
            .map(|(gold, judged)| (gold, judged.fuel))
            .collect();
        let fuel: HashMap<&str, u64> = sound.iter().map(|(gold, fuel)| (gold.task.id.as_str(), *fuel)).collect();
        let mut wrong: Vec<(Wrong, &Task, String)> = Vec::new();
        for &task in tasks {
            wrong.extend(self.empty(task)?.map(|code| (Wrong::Answer("empty"), task, code)));
            wrong.push((Wrong::Answer(NONSENSE), task, NONSENSE_CODE.to_owned()));
        }
        for ((gold, _), found) in sound.iter().zip(self.impostors(&sound)?) {
            wrong.extend(found.stub.map(|code| (Wrong::Answer(STUB), gold.task, code)));
            let mutants = found.mutants.into_iter();
            wrong.extend(mutants.map(|mutant| (Wrong::Mutant(mutant.change), gold.task, mutant.code)));
        }
        let (times, more) = IMPOSTOR_FUEL;
        let limit = |task: &Task| fuel.get(task.id.as_str()).map_or(more, |gold| gold.saturating_mul(times) + more);
        let (kinds, trials): (Vec<Wrong>, Vec<Trial<'_>>) =
            wrong.into_iter().map(|(kind, task, code)| (kind, Trial { task, code, fuel: Some(limit(task)) })).unzip();
        let total = trials.len() as u64;
        let judged = judge(self.suite, &self.batch, &trials, |done| progress("wrong answers", done, total))?;
        let (mut accepted, mut mutants, mut shown) = (Vec::new(), Mutants::default(), Vec::new());
        for ((kind, trial), judged) in kinds.into_iter().zip(&trials).zip(judged) {
            let task_id = trial.task.id.clone();
            if let Wrong::Answer(_) = kind {
                shown.extend(self.shown(trial.task, golds, judged.next.as_ref()));
            }
            match (kind, judged.verdict.passed()) {
                (Wrong::Answer(answer), true) => accepted.push(Accepted { task_id, answer }),
                (Wrong::Mutant(change), true) => mutants.survived.push(Survivor { task_id, change }),
                (Wrong::Mutant(_), false) => mutants.killed += 1,
                (Wrong::Answer(_), false) => {}
            }
        }
        Ok((accepted, mutants, shown))
    }

    /// What the suite takes for the code of an empty answer, if it does not say that there is none.
    fn empty(&self, task: &Task) -> Result<Option<String>, Failure> {
        let completion = Completion { text: String::new(), kind: CompletionKind::Program };
        let solution = self.suite.suite.extract(task, &completion).map_err(|error| self.failed(&error))?;
        Ok(solution.map(|solution| solution.code))
    }

    fn impostors(&self, golds: &[(&Gold<'_>, u64)]) -> Result<Vec<Impostors>, Failure> {
        let mut found: Vec<Impostors> = Vec::new();
        let (mut makers, mut places) = (Vec::new(), Vec::new());
        for (gold, _) in golds {
            let Some(runtime) = self.suite.info().runtimes.first() else {
                found.push(Impostors::default()); // of a text there are none
                continue;
            };
            match impostors(&gold.code, runtime, self.mutants) {
                Source::Made(made) => found.push(made),
                Source::Program(program) => {
                    places.push(found.len());
                    makers.push(*program);
                    found.push(Impostors::default());
                }
            }
        }
        self.batch.run(makers.into_iter().map(Ok), |index, outcome| {
            found[places[index]] = Impostors::printed(&outcome);
            Ok(())
        })?;
        Ok(found)
    }
}

/// At most `count` of `all`: the middle ones of as many parts.
fn spread<T: Copy>(all: &[T], count: usize) -> Vec<T> {
    let count = count.min(all.len());
    (0..count).map(|part| all[(2 * part + 1) * all.len() / (2 * count)]).collect()
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn a_sample_is_spread_over_all_and_always_the_same() {
        let all: Vec<u32> = (0..10).collect();
        assert_eq!(spread(&all, 3), [1, 5, 8]);
        assert_eq!(spread(&all, 10), all);
        assert_eq!(spread(&all, usize::MAX), all);
        assert!(spread::<u32>(&[], 3).is_empty());
    }
}
