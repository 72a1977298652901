use std::fs;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::mpsc::channel;

use clap::Args;

use super::output::print;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::mock::{MockServer, Rules};

#[derive(Debug, Args)]
pub(super) struct MockEndpoint {
    /// What is answered: JSON lines
    #[arg(long, value_name = "FILE")]
    script: PathBuf,
    /// The port; 0 for a free one
    #[arg(long, value_name = "P", default_value_t = 0)]
    port: u16,
    /// The address to listen at
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
}

impl MockEndpoint {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let text = fs::read_to_string(&self.script).map_err(|error| Failure::file("reading", &self.script, &error))?;
        let rules = Rules::parse(&text, &self.script)?;
        let (interrupted, interruption) = channel();
        // After the first nobody waits any more.
        interrupt::listen(move || {
            let _ = interrupted.send(());
        });
        let server = MockServer::bind((self.host, self.port).into(), rules)
            .map_err(|error| Failure::usage(format!("listening at {}:{}: {error}", self.host, self.port)))?;
        print(|out| writeln!(out, "{}", server.url()))?;
        eprintln!("answering by {}; Ctrl-C ends it", crate::report::printable(&self.script.display().to_string()));
        // Without a listener there would be no way to end it but a signal's own.
        let _ = interruption.recv();
        eprintln!("{} completions were asked for, {} at once at most", server.requests(), server.most_at_once());
        Ok(Exit::Done)
    }
}
