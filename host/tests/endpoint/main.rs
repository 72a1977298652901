//! The client against the mock server: every fault is a typed error, every quirk a proper completion.

mod answers;
mod cassette;
mod faults;
mod key;
mod requests;
mod support;
