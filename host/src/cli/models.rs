use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::globals::Globals;
use super::output::{print, print_json};
use super::server::{Server, client};
use crate::doctor::{default_servers, probe};
use crate::endpoint::{EndpointConfig, Model};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::write_models;

#[derive(Debug, Args)]
pub(super) struct Models {
    #[command(flatten)]
    server: Server,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

/// A model and where it was found.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    id: &'a str,
    owned_by: Option<&'a str>,
    context: Option<u64>,
    base_url: &'a str,
}

impl Models {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let servers = if self.server.is_named() { vec![self.server.config("", globals)?] } else { local_servers()? };
        let servers = servers.into_iter().map(list).collect::<Result<Vec<_>, _>>()?;
        if self.json {
            print_json(&servers.iter().flat_map(|(url, models)| listed(url, models)).collect::<Vec<_>>())?;
            return Ok(Exit::Done);
        }
        print(|out| {
            for (index, (base_url, models)) in servers.iter().enumerate() {
                if index > 0 {
                    writeln!(out)?;
                }
                write_models(out, &globals.style(), base_url, models)?;
            }
            Ok(())
        })?;
        Ok(Exit::Done)
    }
}

fn listed<'a>(base_url: &'a str, models: &'a [Model]) -> impl Iterator<Item = Listed<'a>> {
    models.iter().map(move |model| Listed {
        id: &model.id,
        owned_by: model.owned_by.as_deref(),
        context: model.context_length,
        base_url,
    })
}

/// The servers that listen on this machine where they usually do.
fn local_servers() -> Result<Vec<EndpointConfig>, Failure> {
    let found: Vec<EndpointConfig> = probe(default_servers())
        .into_iter()
        .filter(|server| server.models.is_some())
        .map(|server| EndpointConfig::new(server.base_url, ""))
        .collect();
    if found.is_empty() {
        let looked: Vec<String> = default_servers().into_iter().map(|server| server.base_url).collect();
        return Err(Failure::new(Exit::Endpoint, format!("no model server at {}", looked.join(", ")))
            .help("start one, or name another with --base-url"));
    }
    Ok(found)
}

/// Address and models of a server.
fn list(config: EndpointConfig) -> Result<(String, Vec<Model>), Failure> {
    let base_url = config.base_url.clone();
    let endpoint = client(config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .map_err(|error| Failure::new(Exit::Endpoint, format!("the client for the endpoint cannot start: {error}")))?;
    Ok((base_url, runtime.block_on(endpoint.models())?))
}
