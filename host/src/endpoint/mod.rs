//! The client of OpenAI-compatible servers.
//!
//! One promise: [`Endpoint::complete`] gives a whole, well-formed completion or a typed error, never an
//! empty or half answer that would be scored as the model's.

mod attempt;
mod cassette;
mod client;
mod completion;
mod config;
mod decoder;
mod error;
mod failure;
mod infill;
mod listing;
mod logprobs;
mod overflow;
mod pace;
mod provider;
mod reasoning;
mod reset;
mod response;
mod retry;
mod secret;
mod stream;
mod transport;
mod wire;

pub use cassette::{Cassette, CassetteError};
pub use client::Endpoint;
pub use completion::{Completion, Finish, Latency, Usage};
pub use config::EndpointConfig;
pub use error::{EndpointError, ErrorKind};
pub use infill::Infill;
pub use listing::Model;
pub use pace::Pace;
pub use provider::Provider;
pub use retry::RetryPolicy;
pub use secret::Secret;
pub use wire::{Sampling, TokenLimitField, wire_seed};
