//! Linear memories that start as a copy-on-write image and go back to it.
//!
//! This is the crate's unsafe core: nearly everything else in it is safe Rust.

mod creator;
mod dirty;
mod image;
mod mapped;
mod overlay;
mod region;
#[cfg(test)]
mod tests;

pub(crate) use creator::{ImageMemory, ResettableMemory, with_image};
#[cfg(target_os = "linux")]
pub(crate) use dirty::PAGEMAP_SCAN;
pub use dirty::finds_written_pages;
pub(crate) use dirty::open_pagemap;
pub(crate) use image::Image;
pub(crate) use mapped::MappedFile;
pub(crate) use overlay::Overlay;
