//! The sources that the engine and the prelude are built from, which this program brings.

/// (path, contents) of each file under `runtimes/javascript`, the paths sorted.
pub(super) static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/javascript_sources.rs"));
