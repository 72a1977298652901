//! Points at which a process dies, or its disk fails.

/// Called before and after everything that the store does to files.
pub(in crate::store) fn reach() {}
