//! A scripted OpenAI-compatible server on the loopback interface: for the demo, for tests, and for whoever
//! wants to try a suite without a model. It can misbehave in the ways that real servers do.

mod fault;
mod reply;
mod rules;
mod script;
mod server;
mod shape;

pub use fault::{Fault, Quirk};
pub use rules::Rules;
pub use script::{Answer, Call, Script};
pub use server::MockServer;
