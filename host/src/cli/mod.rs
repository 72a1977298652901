//! The command line.

mod author;
mod check;
mod choice;
mod demo;
mod doctor;
mod exec;
mod export;
mod globals;
mod inspect;
mod merge;
mod mock_endpoint;
mod models;
mod output;
mod plan;
mod rescore;
mod run;
mod runtime;
mod sampling;
mod sandbox;
mod score;
mod selection;
mod server;
mod show;
mod suite;
mod verify;

use std::io::stderr;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use globals::Globals;
use sandbox::WORKER;

/// Measures how good a language model is at code: pass@k from code that really ran, in a WebAssembly sandbox.
#[derive(Debug, Parser)]
#[command(name = "assay", version, about, max_term_width = 110)]
#[command(after_help = "Exit codes: 0 done, 1 gate not met or program failed, 2 usage or input, 3 endpoint, \
                        4 suite, 5 sandbox or runtime, 130 interrupted.")]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows it all on a suite of our own and two scripted models; needs no model.
    Demo(demo::Demo),
    /// Asks a model for completions of a suite's tasks and judges them.
    Run(Box<run::Run>),
    /// Judges existing completions.
    Score(score::Score),
    /// Shows what a run found, its samples, or all of one sample.
    Show(show::Show),
    /// Writes a run's samples in the format of another tool.
    Export(export::Export),
    /// Judges a run's completions again, after extraction or scoring changed, without asking the model.
    Rescore(rescore::Rescore),
    /// Makes one run of several: of shards, or of what several machines did of the same run.
    Merge(merge::Merge),
    /// Executes every program of a run again and reports what differs from the record.
    Verify(verify::Verify),
    /// Executes one program in the sandbox.
    Exec(exec::Exec),
    /// Lists suites and fetches their data.
    #[command(subcommand)]
    Suite(suite::SuiteCommand),
    /// Prepares and lists the interpreters that programs run in.
    #[command(subcommand)]
    Runtime(runtime::RuntimeCommand),
    /// Lists the models that a server offers.
    Models(models::Models),
    /// Serves scripted completions, faults included, for tests without a model.
    MockEndpoint(mock_endpoint::MockEndpoint),
    /// Examines whether runs can work on this machine, and how fast.
    Doctor(doctor::Doctor),
    /// Serves as a worker process; assay starts it by itself
    #[command(name = WORKER, hide = true)]
    Worker,
}

/// Runs the command that the process's arguments name.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let shown = matches!(
                error.kind(),
                ErrorKind::DisplayHelp
                    | ErrorKind::DisplayVersion
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            );
            let _ = error.print(); // nobody is left to tell
            return if shown && error.exit_code() == 0 { Exit::Done } else { Exit::Usage };
        }
    };
    match cli.run() {
        Ok(exit) => exit,
        Err(failure) => {
            let _ = failure.write(&mut stderr()); // nobody is left to tell
            failure.exit
        }
    }
}

fn serve_as_worker() -> Result<Exit, Failure> {
    match assay_runtimes::serve() {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(Failure::new(Exit::Runtime, error.to_string())),
    }
}

impl Cli {
    fn run(self) -> Result<Exit, Failure> {
        let globals = &self.globals;
        // A worker heeds nobody but its parent.
        if !matches!(self.command, Command::Worker) {
            interrupt::install()?;
        }
        match self.command {
            Command::Demo(command) => command.run(globals),
            Command::Run(command) => command.run(globals),
            Command::Score(command) => command.run(globals),
            Command::Show(command) => command.run(globals),
            Command::Export(command) => command.run(),
            Command::Rescore(command) => command.run(globals),
            Command::Merge(command) => command.run(globals),
            Command::Verify(command) => command.run(globals),
            Command::Exec(command) => command.run(globals),
            Command::Suite(command) => command.run(globals),
            Command::Runtime(command) => command.run(globals),
            Command::Models(command) => command.run(globals),
            Command::MockEndpoint(command) => command.run(),
            Command::Doctor(command) => command.run(globals),
            Command::Worker => serve_as_worker(),
        }
    }
}
