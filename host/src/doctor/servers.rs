use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, redirect};
use serde::{Deserialize, Serialize};

use crate::endpoint::Provider;
use crate::tls;

/// How long a server on this machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// More than this is no list of models, in bytes.
const LARGEST: usize = 1 << 20;

/// An address where a model server may listen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// What usually listens there; null for an address that the user gave.
    pub provider: Option<&'static str>,
    /// The API's address.
    pub base_url: String,
    /// The models that it offers; null where no model server answers.
    pub models: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Models {
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}

impl Server {
    /// The server at an address that the user gave.
    #[must_use]
    pub fn at(base_url: &str) -> Self {
        Server { provider: None, base_url: base_url.trim_end_matches('/').to_owned(), models: None }
    }
}

/// The local servers at the addresses that they have unless configured otherwise.
#[must_use]
pub fn default_servers() -> Vec<Server> {
    let local = [Provider::Ollama, Provider::LlamaCpp, Provider::LmStudio, Provider::Vllm];
    let server = |provider: Provider| {
        Some(Server { provider: Some(provider.name()), ..Server::at(provider.default_base_url()?) })
    };
    local.into_iter().filter_map(server).collect()
}

/// Asks each of `servers` for its models, all at once and for at most a second. Those that do not answer as a model
/// server does stay without.
#[must_use]
pub fn probe(servers: Vec<Server>) -> Vec<Server> {
    tls::install();
    let client = Client::builder()
        .timeout(PATIENCE)
        .redirect(redirect::Policy::none())
        .no_proxy()
        // A machine without any CA certificates can still ask the server next to it.
        .tls_certs_only([])
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (Ok(client), Ok(runtime)) = (client, runtime) else { return servers };
    runtime.block_on(join_all(servers.into_iter().map(async |server| {
        let models = models(&client, &server.base_url).await;
        Server { models, ..server }
    })))
}

async fn models(client: &Client, base_url: &str) -> Option<Vec<String>> {
    let mut response = client.get(format!("{base_url}/models")).send().await.ok()?.error_for_status().ok()?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return None;
        }
    }
    let models: Models = serde_json::from_slice(&body).ok()?;
    Some(models.data.into_iter().map(|model| model.id).collect())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::mock::{Answer, Call, MockServer, Script};

    struct Two;

    impl Script for Two {
        fn answer(&self, _: &Call) -> Answer {
            Answer::text("")
        }

        fn models(&self) -> Vec<String> {
            vec!["a".into(), "b".into()]
        }
    }

    /// A server that sends `answer` to whoever connects.
    fn saying(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        url
    }

    #[test]
    fn a_server_is_found_by_its_models_and_nothing_else_is() {
        let server = MockServer::start(Two).unwrap();
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let page = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>";
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n";
        let urls = [server.url().to_owned(), format!("http://{nobody}/v1"), saying(page), saying(elsewhere)];
        let found = probe(urls.iter().map(|url| Server::at(url)).collect());
        let models: Vec<_> = found.into_iter().map(|server| server.models).collect();
        assert_eq!(models, [Some(vec!["a".to_owned(), "b".to_owned()]), None, None, None]);
    }

    #[test]
    fn every_local_provider_has_an_address_on_this_machine() {
        let servers = default_servers();
        assert_eq!(servers.len(), 4);
        assert!(servers.iter().all(|server| server.base_url.starts_with("http://127.0.0.1:")));
    }
}
