use assay::endpoint::{Completion, Endpoint, EndpointConfig, EndpointError, RetryPolicy, Sampling};
use assay::mock::{Answer, Call, Fault, MockServer};
use assay_api::{Message, Prompt, Request, Role};

pub(crate) const RETRIES: u32 = 2;

pub(crate) const TEXT: &str = "def f(x):\n    return 'é€😀' * x  # <data>: \\ \"\n";

pub(crate) const OVERFLOW: &str =
    r#"{"error":{"message":"This model's maximum context length is 8 tokens","code":"context_length_exceeded"}}"#;
pub(crate) const BOOM: &str = r#"{"error":{"message":"CUDA out of memory","type":"server_error"}}"#;

pub(crate) fn chat(content: &str) -> Request {
    let messages = vec![Message { role: Role::User, content: content.to_owned() }];
    Request { prompt: Prompt::Chat { messages }, stop: Vec::new(), max_tokens: None }
}

pub(crate) fn text(text: &str) -> Request {
    Request { prompt: Prompt::Text { text: text.to_owned() }, stop: Vec::new(), max_tokens: None }
}

pub(crate) fn config(server: &MockServer) -> EndpointConfig {
    EndpointConfig { retry: RetryPolicy::immediate(RETRIES), ..EndpointConfig::new(server.url(), "mock") }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(crate) fn ask(config: EndpointConfig, request: &Request) -> Result<Completion, EndpointError> {
    let endpoint = Endpoint::new(config)?;
    block_on(endpoint.complete(request, &Sampling::default(), Some(7)))
}

/// Asks a server that always gives `answer`. Also tells how many requests it saw.
pub(crate) fn exchange(answer: &Answer, request: &Request, stream: bool) -> (Result<Completion, EndpointError>, u64) {
    let answer = answer.clone();
    let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
    let result = ask(EndpointConfig { stream, ..config(&server) }, request);
    (result, server.requests())
}

pub(crate) fn status(code: u16, body: &str) -> Fault {
    Fault::Status { code, body: body.to_owned(), retry_after: None }
}

pub(crate) fn raw(content_type: &str, body: &str) -> Fault {
    Fault::Raw { content_type: content_type.to_owned(), body: body.to_owned() }
}
