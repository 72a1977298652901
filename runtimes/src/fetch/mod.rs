//! Gets an interpreter's package through the package client that the user already has.
//!
//! The client's configuration (mirrors, proxies, caches, certificates) is the user's own and is left alone. What the
//! client brings is trusted for its digest only, which is pinned here.

mod child;
mod client;
mod error;
mod fetched;
mod fetcher;
mod output;
mod package;
#[cfg(test)]
mod tests;
mod workshop;

pub use error::FetchError;
pub use fetched::Fetched;
pub(crate) use fetched::SUMS;
pub use fetcher::{Fetcher, RUNTIMES_DIR};
pub use package::{Package, Registry};
pub(crate) use workshop::Workshop;
