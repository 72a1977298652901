//! The client of OpenAI-compatible servers.
//!
//! One promise: [`Endpoint::complete`] gives a whole, well-formed completion or a typed error, never an
//! empty or half answer that would be scored as the model's.

mod client;
mod completion;
mod config;
mod decoder;
mod error;
mod failure;
mod provider;
mod reasoning;
mod response;
mod retry;
mod secret;
mod stream;
mod transport;
mod wire;

pub use client::{Endpoint, Model};
pub use completion::{Completion, Finish, Latency, Usage};
pub use config::EndpointConfig;
pub use error::{EndpointError, ErrorKind};
pub use provider::Provider;
pub use retry::RetryPolicy;
pub use secret::Secret;
pub use wire::{Sampling, TokenLimitField, wire_seed};
