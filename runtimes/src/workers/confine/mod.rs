//! Giving up what a worker does not need.

#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(target_os = "linux")]
mod system_calls;
#[cfg(all(test, target_os = "linux"))]
mod tests;

#[cfg(target_os = "linux")]
pub(super) use linux::{close_strays, filter_calls, follow_parent, give_up};
#[cfg(not(target_os = "linux"))]
pub(super) use other::{close_strays, filter_calls, follow_parent, give_up};
