//! Which of a suite's tasks are meant, by what its data says of them.

mod condition;
mod error;
mod filters;
mod moment;

pub use condition::{Condition, ConditionError};
pub use error::FilterError;
pub use filters::Filters;
pub use moment::{Moment, MomentError};
