//! Assay's host: everything that is not a suite and not the sandbox.
//!
//! The path of a sample: [`endpoint`] gives a completion (or [`samples`] reads it), [`dispatch`] has it judged by
//! its suite and the sandbox, [`store`] keeps it, [`statistics`] counts it, [`report`] shows it. [`cli`] is the
//! command line around them.

pub mod authoring;
pub mod batch;
pub mod calibration;
pub mod catalogue;
pub mod check;
pub mod cli;
mod closest;
#[cfg(all(test, target_os = "linux"))]
mod crash_tests;
pub mod data;
pub mod dispatch;
pub mod doctor;
pub mod download;
pub mod endpoint;
pub mod exit;
pub mod export;
pub mod failure;
pub mod filter;
mod hex;
pub mod interrupt;
pub mod mock;
pub mod models;
pub mod outcomes;
pub mod plugins;
pub mod progress;
pub mod report;
pub mod rescore;
pub mod samples;
pub mod seed;
pub mod settings;
pub mod show;
pub mod statistics;
pub mod store;
mod tls;
pub mod verify;
