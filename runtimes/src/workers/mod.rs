//! Worker processes: this program started again, each executing one program at a time.
//!
//! The parent ([`Workers`]) has one thread for each worker, which starts it, feeds it over a socket, and replaces it
//! when it dies. A worker ([`serve`]) loads the prepared runtimes, gives up everything that it does not need any more
//! (files, new privileges, nearly all system calls), and executes programs until its parent is gone.
//!
//! docs/workers.md has the trade-offs.

mod command;
mod confine;
mod confinement;
mod death;
mod frame;
mod heap;
mod job;
mod line;
mod link;
mod message;
mod patience;
mod process;
mod queue;
mod serve;
mod slot;
mod supervisor;
#[cfg(test)]
mod tests;

pub use command::WorkerCommand;
pub use confinement::Confinement;
pub use serve::{ServeError, serve};
pub use supervisor::{Workers, WorkersError, WorkersOptions};
