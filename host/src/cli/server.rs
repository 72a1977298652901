use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::globals::Globals;
use crate::endpoint::{Cassette, CassetteError, Endpoint, EndpointConfig, Pace, Provider, RetryPolicy, Secret};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::printable;
use crate::settings::{EndpointSettings, Settings};

/// The variable that holds the key unless the user names another.
const DEFAULT_KEY_VARIABLE: &str = "OPENAI_API_KEY";

/// Which server is asked, and with which key.
#[derive(Debug, Args)]
pub(super) struct Server {
    /// The server's address, for example http://localhost:8000/v1 [default: the provider's]
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// The kind of server; gives its default address
    #[arg(long, value_enum, value_name = "P")]
    pub(super) provider: Option<Provider>,
    /// A server by its name in the configuration file
    #[arg(long, value_name = "NAME")]
    pub(super) endpoint: Option<String>,
    /// The configuration file [default: assay/config.toml in ~/.config]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The environment variable that holds the API key [default: OPENAI_API_KEY, or the key of --endpoint]
    #[arg(long, value_name = "VAR")]
    api_key_env: Option<String>,
}

/// How a server is spoken to.
#[derive(Debug, Args)]
pub(super) struct Traffic {
    /// Ask for plain JSON instead of a stream
    #[arg(long)]
    no_stream: bool,
    /// How many requests are under way at once at most; they begin with 4 and become more while that is faster
    #[arg(long, value_name = "C", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(super) concurrency: u32,
    /// How many requests are sent a minute at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rpm: Option<u32>,
    /// How many tokens, of prompts and completions, are spent a minute at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    tpm: Option<u32>,
    /// The deadline of one try of a request
    #[arg(long, value_name = "SECONDS", default_value_t = 600.0, value_parser = seconds)]
    pub(super) request_timeout: f64,
    /// How often a request is tried again after the first failure
    #[arg(long, value_name = "R", default_value_t = 5)]
    max_retries: u32,
    /// Keep everything that the server answers in this new file, for --replay
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    record: Option<PathBuf>,
    /// Take the server's answers from this file; nothing is sent
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|value: &f64| *value > 0.0 && *value <= 1e6);
    number.ok_or_else(|| "a number of seconds above 0".to_owned())
}

impl Server {
    /// Whether the user said which server.
    pub(super) fn is_named(&self) -> bool {
        self.base_url.is_some() || self.provider.is_some() || self.endpoint.is_some()
    }

    /// Address, kind and key of the server, for `model`.
    pub(super) fn config(&self, model: &str, globals: &Globals) -> Result<EndpointConfig, Failure> {
        let settings = match &self.endpoint {
            Some(name) => Settings::read(self.config.as_deref())?.endpoint(name)?.clone(),
            None => EndpointSettings::default(),
        };
        let provider = self.provider.or(settings.provider).unwrap_or_default();
        let own = provider.default_base_url().map(str::to_owned);
        let Some(base_url) = self.base_url.clone().or_else(|| settings.base_url.clone()).or(own) else {
            return Err(Failure::usage(
                "which server? give --base-url, a --provider that has an address, or --endpoint",
            ));
        };
        let mut config = EndpointConfig::new(base_url, model);
        config.provider = provider;
        config.api_key = self.api_key(&settings)?;
        config.log = (globals.verbose > 1).then_some(|line| eprintln!("{}", printable(line)));
        Ok(config)
    }

    fn api_key(&self, settings: &EndpointSettings) -> Result<Option<Secret>, Failure> {
        if let Some(variable) = &self.api_key_env {
            return variable_key(variable).map(Some);
        }
        match (&settings.api_key, &settings.api_key_env) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, Some(variable)) => variable_key(variable).map(Some),
            // A key is never sent to another server than the one it was named for.
            (None, None) if self.endpoint.is_some() => Ok(None),
            (None, None) => match std::env::var_os(DEFAULT_KEY_VARIABLE) {
                Some(key) if !key.is_empty() => variable_key(DEFAULT_KEY_VARIABLE).map(Some),
                _ => Ok(None),
            },
        }
    }
}

fn variable_key(variable: &str) -> Result<Secret, Failure> {
    match std::env::var(variable) {
        Ok(key) if !key.is_empty() => Ok(Secret::new(&key)),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::usage(format!("--api-key-env {variable}: its value is not UTF-8")))
        }
        Ok(_) | Err(_) => Err(Failure::usage(format!("--api-key-env {variable}: it is not set"))),
    }
}

impl Traffic {
    /// The client for a server of `config`.
    pub(super) fn endpoint(&self, mut config: EndpointConfig) -> Result<Endpoint, Failure> {
        config.request_timeout = Duration::from_secs_f64(self.request_timeout);
        config.retry = RetryPolicy { max_retries: self.max_retries, ..RetryPolicy::default() };
        config.stream = !self.no_stream;
        config.pace =
            Pace { concurrency: self.concurrency, requests_per_minute: self.rpm, tokens_per_minute: self.tpm };
        config.cassette = self.cassette()?.map(Arc::new);
        client(config)
    }

    fn cassette(&self) -> Result<Option<Cassette>, Failure> {
        let opened = match (&self.record, &self.replay) {
            (Some(path), _) => Some(Cassette::record(path)),
            (None, path) => path.as_deref().map(Cassette::replay),
        };
        opened.transpose().map_err(|error: CassetteError| Failure::usage(error.to_string()))
    }
}

/// A client; what is wrong with its configuration is the user's to correct.
pub(super) fn client(config: EndpointConfig) -> Result<Endpoint, Failure> {
    Endpoint::new(config).map_err(|error| Failure { exit: Exit::Usage, ..Failure::from(error) })
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_deadline_is_a_number_above_zero() {
        assert!(seconds("0").is_err() && seconds("inf").is_err() && seconds("nan").is_err() && seconds("0.5").is_ok());
    }
}
