//! What the parent does with workers that misbehave. The workers are this test binary, started again.

mod fake;
mod supervision;
