//! Whether this machine can evaluate models, and how fast: what `assay doctor` finds out.

mod diagnosis;
mod machine;
mod servers;
mod speed;
mod storage;

pub use diagnosis::{Diagnosis, Problem, RuntimeState, SuiteState};
pub use machine::{Kernel, Machine, Memory};
pub use servers::{Server, default_servers, probe};
pub use speed::{Speed, measure};
pub use storage::{CacheState, OutcomesState};
