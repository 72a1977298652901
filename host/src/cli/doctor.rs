use std::io::{self, Write};

use assay_runtimes::fetch::Fetcher;
use clap::Args;

use super::globals::Globals;
use super::output::{print, print_json};
use super::sandbox::cache;
use crate::doctor::{Diagnosis, Server, default_servers};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::{fuel, printable};

/// The limit whose time is shown: HumanEval's.
const LIMIT: u64 = 100_000_000_000;

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Look for a model server there instead of where local ones usually listen; may be given several times
    #[arg(long, value_name = "URL")]
    server: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let servers = match self.server.as_slice() {
            [] => default_servers(),
            urls => urls.iter().map(|url| Server::at(url)).collect(),
        };
        let cache = cache().map_err(|failure| failure.message);
        let diagnosis = Diagnosis::make(cache, &Fetcher::from_env(), &globals.data()?, servers);
        if self.json {
            print_json(&diagnosis)?;
        } else {
            print(|out| write(out, &diagnosis))?;
        }
        Ok(if diagnosis.problems.is_empty() { Exit::Done } else { Exit::Runtime })
    }
}

fn write(out: &mut impl Write, diagnosis: &Diagnosis) -> io::Result<()> {
    for (name, text) in lines(diagnosis) {
        writeln!(out, "{name:<9} {}", printable(&text))?;
    }
    for problem in &diagnosis.problems {
        writeln!(out, "\nproblem: {}\n  help: {}", printable(&problem.what), printable(&problem.help))?;
    }
    if diagnosis.problems.is_empty() {
        writeln!(out, "\nruns can work here")?;
    }
    Ok(())
}

/// What is shown: a name where a subject begins, and a text.
fn lines(diagnosis: &Diagnosis) -> Vec<(&'static str, String)> {
    let machine = &diagnosis.machine;
    let kernel = &machine.kernel;
    let mut lines = vec![
        ("assay", format!("{}, wasmtime {}", diagnosis.version, diagnosis.wasmtime)),
        ("machine", format!("{}, {} cores; {}", machine.target, machine.cores, machine.cpu_features.join(" "))),
        (
            "kernel",
            format!(
                "{}; PAGEMAP_SCAN {}, seccomp {}, landlock {}",
                kernel.release.as_deref().unwrap_or("unknown"),
                yes(Some(kernel.pagemap_scan)),
                yes(Some(kernel.seccomp)),
                yes(kernel.landlock)
            ),
        ),
    ];
    if let Some(memory) = machine.memory {
        let (budget, total) = (size(memory.budget_bytes), size(memory.total_bytes));
        lines.push(("memory", format!("{budget} of {total} for programs: {} of 1 GiB", memory.programs)));
    }
    lines.extend(cache_lines(diagnosis));
    for runtime in &diagnosis.runtimes {
        let state = match runtime.prepared {
            true => "prepared".to_owned(),
            false => format!("not prepared; `assay runtime prepare {}` does it", runtime.name),
        };
        lines.push(("runtime", format!("{} ({}) {state}", runtime.name, runtime.package)));
    }
    let sources = if diagnosis.sources.is_empty() { "none".to_owned() } else { diagnosis.sources.join(", ") };
    lines.push(("packages", format!("fetched with: {sources}")));
    if let Some(speed) = diagnosis.speed {
        let (rate, seconds) = (fuel(speed.fuel_per_second as u64), speed.seconds(LIMIT));
        lines.push(("speed", format!("{rate} fuel a second; {} are {seconds:.1} s", fuel(LIMIT))));
    }
    lines.push(("data", diagnosis.data_dir.clone()));
    for suite in &diagnosis.suites {
        let state = if suite.ready { "ready".to_owned() } else { format!("no data; `assay suite pull {}`", suite.id) };
        lines.push(("suite", format!("{} {state}", suite.id)));
    }
    lines.extend(diagnosis.servers.iter().map(|server| ("server", server_line(server))));
    lines
}

fn cache_lines(diagnosis: &Diagnosis) -> Vec<(&'static str, String)> {
    let Some(cache) = &diagnosis.cache else { return Vec::new() };
    let free = cache.free_bytes.map_or_else(String::new, |bytes| format!(", {} free", size(bytes)));
    let mut lines = vec![("cache", format!("{}: runtimes {}{free}", cache.dir, size(cache.runtimes_bytes)))];
    lines.extend(cache.outcomes.as_ref().map(|outcomes| {
        let state = match (&outcomes.fault, outcomes.count) {
            (Some(fault), _) => format!("will start anew: {fault}"),
            (None, count) => format!("{} known", count.unwrap_or(0)),
        };
        ("outcomes", format!("{state}, {}", size(outcomes.bytes)))
    }));
    lines
}

fn server_line(server: &Server) -> String {
    let name = server.provider.unwrap_or("server");
    match &server.models {
        None => format!("{name} at {}: not found", server.base_url),
        Some(models) if models.is_empty() => format!("{name} at {}: no models", server.base_url),
        Some(models) => format!("{name} at {}: {}", server.base_url, models.join(", ")),
    }
}

fn yes(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// Bytes for humans.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
