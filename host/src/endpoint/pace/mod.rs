//! How many requests are under way at once, and how fast they follow each other.

mod bucket;
mod throttle;
mod window;

pub use throttle::Pace;
pub(super) use throttle::{Answered, Throttle};
