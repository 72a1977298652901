use std::time::Instant;

use assay_api::{Entry, Limits, Program, SourceFile, Status};
use assay_runtimes::{Interpreter, Pool};
use serde::Serialize;

/// What the loop uses, in fuel: a fraction of a second.
const FUEL: u64 = 2_000_000_000;

/// How often it is timed; the first execution, which also makes the instance, is not.
const TIMES: usize = 3;

/// How fast a machine executes programs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Speed {
    /// How much fuel an endless loop uses in a second, on one core: the median of three.
    pub fuel_per_second: f64,
}

impl Speed {
    /// How long so much fuel takes, in seconds.
    #[must_use]
    pub fn seconds(&self, fuel: u64) -> f64 {
        fuel as f64 / self.fuel_per_second
    }
}

/// Executes an endless loop in `interpreter` a few times.
///
/// # Errors
/// How the loop ended, for humans, when it did not end as it must.
pub fn measure(pool: &Pool, interpreter: &Interpreter) -> Result<Speed, String> {
    let mut seconds = Vec::new();
    for _ in 0..=TIMES {
        let began = Instant::now();
        let outcome = pool.execute(endless(interpreter));
        match outcome.status {
            Status::OutOfFuel => {}
            Status::Infra { why } => return Err(why),
            other => return Err(format!("an endless loop ended with {}", other.name())),
        }
        seconds.push(began.elapsed().as_secs_f64());
    }
    let timed = &mut seconds[1..];
    timed.sort_by(f64::total_cmp);
    Ok(Speed { fuel_per_second: FUEL as f64 / timed[TIMES / 2].max(1e-9) })
}

fn endless(interpreter: &Interpreter) -> Program {
    let (path, text) = interpreter.endless;
    let file = SourceFile { path: path.into(), text: text.into() };
    Program {
        runtime: interpreter.name.into(),
        entry: Entry::script(file.path.clone()),
        files: vec![file],
        stdin: String::new(),
        limits: Limits { fuel: FUEL, ..Limits::default() },
        seed: 0,
    }
}
