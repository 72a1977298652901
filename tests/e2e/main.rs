//! End to end: the real `assay` binary, driven as a user would.
//!
//! Tests of HumanEval need its authors' data: `ASSAY_DATA` names a directory that has it. Without that they say that
//! they were skipped; with `ASSAY_REQUIRE_DATA` set they fail instead.

mod altered;
mod assay;
mod data;
mod model;
mod samples;
mod scoring;
mod web;

mod author_tests;
mod authoring;
mod check;

mod command_line;
mod cruxeval;
mod demo;
mod dialogue;
mod disk;
mod doctor;
mod endpoint;
mod endpoint_errors;
mod exec;
mod export;
mod filters;
mod ifeval;
mod javascript;
mod kills;
mod libraries;
mod livecodebench;
mod merge;
mod outcomes;
mod plugins;
mod pytest;
mod rescore;
mod resume;
mod run;
mod run_file;
mod runtime;
mod score;
mod score_errors;
mod servers;
mod show;
mod suite;
mod text;
mod two_instances;
mod values;
mod verify;
