//! Downloads of benchmark data.

use std::time::Duration;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::{interrupt, tls};

/// More than this is not benchmark data, in bytes.
const LARGEST: u64 = 2 << 30;

/// How long to wait for a connection, and for the next bytes.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// The body at `url`.
///
/// # Errors
/// When there is none: the message names the URL.
pub fn download(url: &str) -> Result<Vec<u8>, Failure> {
    let failed = |why: String| {
        Failure::new(Exit::Suite, format!("{url}: {why}"))
            .help("without network, fetch the file elsewhere and give it with --from FILE")
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(error.to_string()))?;
    runtime.block_on(body(url)).map_err(failed)
}

async fn body(url: &str) -> Result<Vec<u8>, String> {
    tls::install();
    let client = reqwest::Client::builder()
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::limited(REDIRECTS))
        .user_agent(concat!("assay/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| chain(&error))?;
    let mut response = client.get(url).send().await.map_err(|error| chain(&error))?;
    if !response.status().is_success() {
        return Err(format!("the server says HTTP {}", response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| chain(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > LARGEST {
            return Err(format!("more than {LARGEST} bytes"));
        }
        if interrupt::requested() {
            return Err("interrupted".to_owned());
        }
    }
    Ok(bytes)
}

/// An error with its causes, without the URL that the caller names.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
