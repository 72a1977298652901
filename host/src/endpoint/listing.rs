use reqwest::RequestBuilder;
use serde_json::Value;

use super::attempt::send;
use super::error::ErrorKind;
use super::failure::Failure;
use super::response::parse;

/// A model that a server offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name in requests.
    pub id: String,
    /// Who made it, where the server tells.
    pub owned_by: Option<String>,
    /// Its context in tokens, where the server tells.
    pub context_length: Option<u64>,
}

/// One try to list the models.
pub(super) async fn list(request: RequestBuilder) -> Result<Vec<Model>, Failure> {
    models(&parse(&send(request).await?.rest().await?)?)
}

fn models(listing: &Value) -> Result<Vec<Model>, Failure> {
    if let Some(failure) = Failure::from_error_object(listing) {
        return Err(failure);
    }
    match listing.get("data") {
        Some(Value::Array(models)) => Ok(models.iter().filter_map(model).collect()),
        // A server without any model.
        Some(Value::Null) => Ok(Vec::new()),
        _ => Err(Failure::new(ErrorKind::Malformed, "no list of models in `data`")),
    }
}

fn model(listed: &Value) -> Option<Model> {
    // vLLM, OpenRouter and others, LM Studio; llama.cpp has it in an object of its own.
    let context = ["/max_model_len", "/context_length", "/max_context_length", "/context_window", "/meta/n_ctx_train"];
    Some(Model {
        id: listed.get("id")?.as_str()?.to_owned(),
        owned_by: listed.get("owned_by").and_then(Value::as_str).map(str::to_owned),
        context_length: context.iter().find_map(|place| listed.pointer(place).and_then(Value::as_u64)),
    })
}
