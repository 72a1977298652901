//! Suites that others wrote, as code: where they are found, what has to be permitted, what is pinned.

mod code;
mod lock;
mod opener;
mod place;
mod trust;

pub use lock::{LOCK, SuitesLock};
pub use opener::Opener;
pub use place::{Kind, Place};
pub use trust::{Trust, Trusted};
