//! Progress on the terminal; on stderr, so that stdout stays the command's answer.

use std::io::{IsTerminal, stderr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use assay_api::VerdictKind;
use assay_runtimes::{Progress, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::dispatch::{Observer, Tally};
use crate::interrupt;
use crate::report::printable;

const TICK: Duration = Duration::from_millis(100);

/// Shows how a runtime is prepared: a line for each stage that is over, with its time, and what goes on now.
pub struct PrepareProgress {
    current: Mutex<Option<Current>>,
}

struct Current {
    bar: ProgressBar,
    what: String,
    began: Instant,
}

impl PrepareProgress {
    /// Nothing is shown before the first stage.
    #[must_use]
    pub fn new() -> Self {
        PrepareProgress { current: Mutex::new(None) }
    }

    fn end_stage(current: &mut Option<Current>) {
        if let Some(Current { bar, what, began }) = current.take() {
            bar.finish_and_clear();
            eprintln!("  {what}: {:.1} s", began.elapsed().as_secs_f64());
        }
    }

    fn with_current<R>(&self, work: impl FnOnce(&mut Option<Current>) -> R) -> R {
        work(&mut self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for PrepareProgress {
    fn default() -> Self {
        Self::new()
    }
}

/// A bar on stderr that stays invisible where stderr is no terminal.
fn bar(total: Option<u64>, template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    // A malformed template is a bug that the tests would see; the default style still shows progress.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.enable_steady_tick(TICK);
    bar
}

impl Progress for PrepareProgress {
    fn stage(&self, stage: Stage) {
        let what = printable(&stage.what).into_owned();
        self.with_current(|current| {
            Self::end_stage(current);
            let template = match stage.total {
                Some(_) => "  {spinner} {msg} [{bar:24}] {bytes}/{total_bytes} {elapsed}",
                None => "  {spinner} {msg} {elapsed}",
            };
            let bar = bar(stage.total, template);
            bar.set_message(what.clone());
            *current = Some(Current { bar, what, began: Instant::now() });
        });
    }

    fn advance(&self, done: u64) {
        self.with_current(|current| current.iter().for_each(|current| current.bar.set_position(done)));
    }

    fn note(&self, message: &str) {
        let message = printable(message).into_owned();
        self.with_current(|current| match current {
            Some(current) => current.bar.suspend(|| eprintln!("  note: {message}")),
            None => eprintln!("  note: {message}"),
        });
    }

    fn done(&self) {
        self.with_current(Self::end_stage);
    }

    fn interrupted(&self) -> bool {
        interrupt::requested()
    }
}

/// Shows how many of a number of things are done.
pub struct CountProgress {
    bar: ProgressBar,
}

impl CountProgress {
    /// An empty bar.
    #[must_use]
    pub fn new(label: &str) -> Self {
        let template = "  {prefix} [{bar:24}] {pos}/{len}  {per_sec}  {elapsed}<{eta}";
        let bar = if stderr().is_terminal() { bar(Some(0), template) } else { ProgressBar::hidden() };
        bar.set_prefix(printable(label).into_owned());
        CountProgress { bar }
    }

    /// So many of so many are done.
    pub fn set(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// So many of so many are done of what `label` names.
    pub fn of(&self, label: &str, done: u64, total: u64) {
        self.bar.set_prefix(printable(label).into_owned());
        self.set(done, total);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// Shows a sweep: how many samples are judged, how fast, and pass@1 so far.
pub struct SweepProgress {
    bar: ProgressBar,
    began: Instant,
    /// Samples that earlier invocations judged.
    before: u64,
}

impl SweepProgress {
    /// A bar for `total` samples, of which `tally` are judged already.
    #[must_use]
    pub fn new(label: &str, total: u64, tally: &Tally) -> Self {
        let template = "  {prefix} [{bar:24}] {pos}/{len}  {msg}  {elapsed}<{eta}";
        let bar = if stderr().is_terminal() { bar(Some(total), template) } else { ProgressBar::hidden() };
        bar.set_prefix(printable(label).into_owned());
        let mut progress = SweepProgress { bar, began: Instant::now(), before: tally.verdicts.total() };
        progress.judged(tally);
        progress
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for SweepProgress {
    fn judged(&mut self, tally: &Tally) {
        let (total, judged) = (tally.verdicts.total(), tally.verdicts.judged());
        self.bar.set_position(total);
        let rate = (total - self.before) as f64 / self.began.elapsed().as_secs_f64().max(1e-3);
        let mut message = format!("{rate:.1}/s");
        if judged > 0 {
            let share = tally.verdicts.get(VerdictKind::Passed) as f64 / judged as f64;
            message.push_str(&format!("  pass@1 {share:.3}"));
        }
        self.bar.set_message(message);
    }
}
