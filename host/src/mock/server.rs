use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::hash::{BuildHasher as _, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use std::{io, thread};

use assay_api::{Message, Prompt, Role};
use bytes::Bytes;
use futures_util::{future, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{AUTHORIZATION, HeaderName};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::reply::{Reaction, Reply, Step, reaction};
use super::script::{Call, Script};
use crate::endpoint::Secret;

type Body = UnsyncBoxBody<Bytes, Abort>;

/// The largest request that is read, in bytes.
const MAX_REQUEST_BYTES: usize = 64 << 20;

/// A running mock server. It stops when it is dropped, with all its connections.
#[derive(Debug)]
pub struct MockServer {
    address: SocketAddr,
    counts: Arc<Counts>,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl MockServer {
    /// Starts a server on a free port of 127.0.0.1, in a thread of its own.
    ///
    /// # Errors
    /// When the system has no port or no thread left.
    pub fn start(script: impl Script) -> io::Result<Self> {
        Self::bind((Ipv4Addr::LOCALHOST, 0).into(), script)
    }

    /// Starts a server on `address`, in a thread of its own.
    ///
    /// # Errors
    /// When the address can't be had or the system has no thread left.
    pub fn bind(address: SocketAddr, script: impl Script) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _guard = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let counts = Arc::new(Counts::default());
        let server = Arc::new(Server {
            script: Box::new(script),
            counts: Arc::clone(&counts),
            asked: Default::default(),
            hasher: RandomState::new(),
        });
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("mock-endpoint".to_owned()).spawn(move || {
            runtime.block_on(future::select(pin!(accept(listener, server)), stopped));
        })?;
        Ok(MockServer { address, counts, stop: Some(stop), thread: Some(thread) })
    }

    /// The base URL of the API, ending in `/v1`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// How many completions were asked for, successfully or not.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::Relaxed)
    }

    /// How many completions were under way at once at most.
    #[must_use]
    pub fn most_at_once(&self) -> u64 {
        self.counts.most_at_once.load(Ordering::Relaxed)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A script that panicked has said so on its own.
            let _ = thread.join();
        }
    }
}

struct Server {
    script: Box<dyn Script>,
    counts: Arc<Counts>,
    /// How often each (model, prompt) was asked, by its hash.
    asked: Mutex<HashMap<u64, u32>>,
    hasher: RandomState,
}

/// What is known of the completions that were asked for.
#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    under_way: AtomicU64,
    most_at_once: AtomicU64,
}

/// A completion that is under way.
struct UnderWay(Arc<Counts>);

impl UnderWay {
    fn new(counts: &Arc<Counts>) -> Self {
        counts.requests.fetch_add(1, Ordering::Relaxed);
        let now = counts.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        counts.most_at_once.fetch_max(now, Ordering::Relaxed);
        UnderWay(Arc::clone(counts))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Why a connection ends early.
#[derive(Debug, thiserror::Error)]
enum Abort {
    #[error("cut by the script")]
    Cut,
    #[error("reset by the script")]
    Reset,
    #[error("gibberish by the script")]
    Gibberish,
}

async fn accept(listener: tokio::net::TcpListener, server: Arc<Server>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // As model servers do: a token is not held back until the one before it is acknowledged.
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(stream, Arc::clone(&server)));
            }
            // Out of file descriptors, most likely: let connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, server: Arc<Server>) {
    let service = service_fn(|request| Box::pin(server.respond(request)));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = poll_fn(|cx| connection.poll_without_shutdown(cx)).await;
    let Err(error) = ended else { return };
    let mut stream = connection.into_parts().io.into_inner();
    // Failing either, the connection's end will do.
    match std::error::Error::source(&error).and_then(|source| source.downcast_ref()) {
        // Closing now sends a reset instead of an orderly end.
        Some(Abort::Reset) => drop(stream.set_zero_linger()),
        Some(Abort::Gibberish) => drop(stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await),
        _ => {}
    }
}

impl Server {
    async fn respond(&self, request: Request<Incoming>) -> Result<Response<Body>, Abort> {
        let path = request.uri().path().trim_end_matches('/').to_owned();
        let reply = match (request.method(), path.as_str()) {
            (&Method::GET, "/v1/models") => self.models(),
            (&Method::POST, "/v1/chat/completions" | "/v1/completions") => {
                let under_way = UnderWay::new(&self.counts);
                return Ok(response(self.complete(request).await?, Some(under_way)));
            }
            _ => complaint(404, "no such path: try /v1/chat/completions, /v1/completions or /v1/models"),
        };
        Ok(response(reply, None))
    }

    fn models(&self) -> Reply {
        let models = self.script.models();
        let data: Vec<Value> =
            models.iter().map(|id| json!({"id": id, "object": "model", "created": 0, "owned_by": "assay"})).collect();
        Reply::json(200, &json!({"object": "list", "data": data}))
    }

    async fn complete(&self, request: Request<Incoming>) -> Result<Reply, Abort> {
        let is_chat = request.uri().path().contains("/chat/");
        let api_key = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ").map(Secret::new));
        let Ok(body) = Limited::new(request.into_body(), MAX_REQUEST_BYTES).collect().await else {
            return Ok(complaint(413, "the request is cut or too large"));
        };
        let Ok(body) = serde_json::from_slice::<Value>(&body.to_bytes()) else {
            return Ok(complaint(400, "the request is not JSON"));
        };
        let prompt = if is_chat { chat(&body["messages"]) } else { text(&body) };
        let (Some(prompt), Some(model)) = (prompt, body["model"].as_str().map(str::to_owned)) else {
            return Ok(complaint(400, "the request lacks its model or its prompt"));
        };
        let nth = self.count(&model, &prompt);
        let call = Call { model, prompt, nth, seed: body["seed"].as_u64(), api_key, body };
        match reaction(&call, &self.script.answer(&call)) {
            Reaction::Reply(reply) => Ok(reply),
            Reaction::Reset => Err(Abort::Reset),
            Reaction::Gibberish => Err(Abort::Gibberish),
        }
    }

    /// How often this was asked before.
    fn count(&self, model: &str, prompt: &Prompt) -> u32 {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let count = asked.entry(self.hasher.hash_one((model, prompt))).or_default();
        *count += 1;
        *count - 1
    }
}

fn complaint(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({"error": {"message": message, "type": "invalid_request_error"}}))
}

/// The dialogue in a chat request. Roles that the contract does not know become the nearest that it knows.
fn chat(messages: &Value) -> Option<Prompt> {
    let messages = messages.as_array()?.iter().map(|message| {
        let role = match message["role"].as_str()? {
            "system" | "developer" => Role::System,
            "assistant" => Role::Assistant,
            _ => Role::User,
        };
        Some(Message { role, content: content(&message["content"]) })
    });
    Some(Prompt::Chat { messages: messages.collect::<Option<_>>()? })
}

/// A message's content: a string, or a list of parts of which the texts count.
fn content(content: &Value) -> String {
    match content {
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn text(body: &Value) -> Option<Prompt> {
    let text = body["prompt"].as_str()?.to_owned();
    Some(match body["suffix"].as_str() {
        Some(suffix) => Prompt::Infill { prefix: text, suffix: suffix.to_owned() },
        None => Prompt::Text { text },
    })
}

/// The response, which is `under_way` until all of it is sent.
fn response(reply: Reply, under_way: Option<UnderWay>) -> Response<Body> {
    let steps = stream::unfold((reply.steps.into_iter(), under_way), async |(mut steps, under_way)| {
        loop {
            match steps.next()? {
                Step::Send(bytes) => return Some((Ok(Frame::data(bytes)), (steps, under_way))),
                Step::Pause(pause) => tokio::time::sleep(pause).await,
                Step::Forever(bytes, pause) => {
                    tokio::time::sleep(pause).await;
                    let again = vec![Step::Forever(bytes.clone(), pause)];
                    return Some((Ok(Frame::data(bytes)), (again.into_iter(), under_way)));
                }
                Step::Stall => pending().await,
                Step::Cut => {
                    // Lets what was sent so far leave before the connection ends.
                    tokio::task::yield_now().await;
                    return Some((Err(Abort::Cut), (steps, under_way)));
                }
            }
        }
    });
    let mut response = Response::new(StreamBody::new(steps).boxed_unsync());
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status).unwrap_or_default();
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
