use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::fault::{Fault, Quirk};
use super::script::{Answer, Call};
use super::shape::Shape;

/// An HTTP response, ready to send.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) steps: Vec<Step>,
}

/// What happens next while a body is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Send(Bytes),
    Pause(Duration),
    /// The same again and again, each after a pause.
    Forever(Bytes, Duration),
    /// The connection ends.
    Cut,
    /// Nothing, ever.
    Stall,
}

impl Reply {
    /// A JSON document.
    pub(super) fn json(status: u16, document: &Value) -> Self {
        Reply::of(status, "application/json", document.to_string())
    }

    fn of(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Reply { status, headers, steps: vec![Step::Send(body.into())] }
    }

    fn set_header(&mut self, name: &str, value: String) {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value));
    }
}

/// What the server does about a call.
pub(super) enum Reaction {
    Reply(Reply),
    /// It resets the connection.
    Reset,
    /// It writes what is no HTTP, and ends the connection.
    Gibberish,
}

/// What the server does about `call`.
pub(super) fn reaction(call: &Call, answer: &Answer) -> Reaction {
    let mut fault = answer.fault.as_ref();
    while let Some(Fault::TimesThenOk(times, inner)) = fault {
        fault = (call.nth < *times).then_some(inner);
    }
    match fault {
        Some(Fault::Reset) => Reaction::Reset,
        Some(Fault::NotHttp) => Reaction::Gibberish,
        Some(fault) => Reaction::Reply(instead(fault).unwrap_or_else(|| with_fault(call, answer, fault))),
        None => Reaction::Reply(proper(call, answer)),
    }
}

/// The response of a fault that has nothing of the answer in it.
fn instead(fault: &Fault) -> Option<Reply> {
    Some(match fault {
        Fault::Status { code, body, retry_after } => {
            let content_type = if body.starts_with('{') { "application/json" } else { "text/plain" };
            let mut reply = Reply::of(*code, content_type, body.clone());
            if let Some(pause) = retry_after {
                reply.set_header("retry-after", pause.clone());
            }
            reply
        }
        Fault::Headers { code, headers } => {
            let mut reply = Reply::of(*code, "text/plain", "");
            headers.iter().for_each(|(name, value)| reply.set_header(&name.to_ascii_lowercase(), value.clone()));
            reply
        }
        Fault::Raw { content_type, body } => Reply::of(200, content_type, body.clone()),
        Fault::EndlessComments => {
            let steps = vec![Step::Forever(Bytes::from_static(b": keep-alive\n\n"), Duration::from_millis(10))];
            Reply { steps, ..Reply::of(200, "text/event-stream", "") }
        }
        Fault::EndlessText => {
            let text = json!({"choices": [{"index": 0, "text": "x".repeat(1 << 20), "finish_reason": null}]});
            let steps = vec![Step::Forever(format!("data: {text}\n\n").into(), Duration::ZERO)];
            Reply { steps, ..Reply::of(200, "text/event-stream", "") }
        }
        Fault::Redirect(target) => {
            let mut reply = Reply::of(307, "text/plain", "elsewhere");
            reply.set_header("location", target.clone());
            reply
        }
        Fault::Html => Reply::of(200, "text/html; charset=utf-8", "<!doctype html><title>Welcome</title>"),
        Fault::ErrorIn200(error) => Reply::of(200, "application/json", error.clone()),
        Fault::EmptyBody => Reply { steps: Vec::new(), ..Reply::of(200, "application/json", "") },
        Fault::OnlyDone => Reply::of(200, "text/event-stream", "data: [DONE]\n\n"),
        Fault::Stall => Reply { steps: vec![Step::Stall], ..Reply::of(200, "text/event-stream", "") },
        Fault::Bomb(size) => {
            let mut reply = Reply::of(200, "application/json", gzip(&vec![b' '; *size]));
            reply.set_header("content-encoding", "gzip".to_owned());
            reply
        }
        _ => return None,
    })
}

/// The answer, gone wrong somewhere.
fn with_fault(call: &Call, answer: &Answer, fault: &Fault) -> Reply {
    let mut events = Events::of(call, answer);
    match fault {
        Fault::EmptyChoices => events.each(|event| event["choices"] = json!([])),
        Fault::NoFinishReason => events.each(|event| {
            for choice in event["choices"].as_array_mut().into_iter().flatten() {
                choice["finish_reason"] = Value::Null;
            }
        }),
        Fault::ErrorInStream(error) if events.streams => {
            let error = serde_json::from_str(error).unwrap_or_else(|_| json!({ "error": error }));
            events.events.truncate(3);
            events.events.push(error);
        }
        Fault::ErrorInStream(error) => return Reply::of(200, "application/json", error.clone()),
        _ => {}
    }
    let mut reply = events.reply(answer);
    match fault {
        Fault::ContentType(content_type) => reply.set_header("content-type", content_type.clone()),
        Fault::CutStream(after) | Fault::StallAfter(after) => {
            let end = if matches!(fault, Fault::CutStream(_)) { Step::Cut } else { Step::Stall };
            if !events.streams {
                reply.steps = halved(&reply.steps);
            } else {
                reply.steps.truncate(*after);
            }
            reply.steps.push(end);
        }
        Fault::CutJson => reply.steps = halved(&reply.steps),
        Fault::CutGzip => {
            let whole = gzip(&joined(&reply.steps));
            reply.steps = vec![Step::Send(Bytes::copy_from_slice(&whole[..whole.len() / 2]))];
            reply.set_header("content-encoding", "gzip".to_owned());
        }
        Fault::FalseGzip => reply.set_header("content-encoding", "gzip".to_owned()),
        Fault::ForeignEncoding => {
            // Not even text, as with any real one.
            reply.steps = vec![Step::Send(joined(&reply.steps).iter().map(|byte| byte ^ 0xA5).collect())];
            reply.set_header("content-encoding", "zstd".to_owned());
        }
        Fault::ShortBody => {
            let whole = joined(&reply.steps);
            reply.set_header("content-length", whole.len().to_string());
            reply.steps = vec![Step::Send(Bytes::copy_from_slice(&whole[..whole.len() / 2])), Step::Cut];
        }
        Fault::InvalidUtf8 => spoil(&mut reply.steps, &answer.text),
        _ => {}
    }
    reply
}

fn proper(call: &Call, answer: &Answer) -> Reply {
    Events::of(call, answer).reply(answer)
}

/// The JSON of an answer: the chunks of a stream, or one document.
struct Events {
    events: Vec<Value>,
    streams: bool,
}

impl Events {
    fn of(call: &Call, answer: &Answer) -> Self {
        let streams = call.body["stream"] == true && !answer.quirks.contains(&Quirk::PlainJson);
        let shape = Shape::of(call, answer);
        let events = if streams { shape.chunks() } else { vec![shape.document()] };
        Events { events, streams }
    }

    fn each(&mut self, change: impl FnMut(&mut Value)) {
        self.events.iter_mut().for_each(change);
    }

    fn reply(&self, answer: &Answer) -> Reply {
        let has = |quirk| answer.quirks.contains(&quirk);
        let mut pieces: Vec<Vec<u8>> = if self.streams { self.framed(answer) } else { self.document() };
        if has(Quirk::ByteOrderMark)
            && let Some(first) = pieces.first_mut()
        {
            first.splice(0..0, *b"\xEF\xBB\xBF");
        }
        let content_type = if self.streams { "text/event-stream; charset=utf-8" } else { "application/json" };
        let mut reply = Reply::of(200, content_type, "");
        if has(Quirk::NoContentType) {
            reply.headers.clear();
        }
        if has(Quirk::Gzip) {
            pieces = vec![gzip(&pieces.concat())];
            reply.set_header("content-encoding", "gzip".to_owned());
        }
        if has(Quirk::ByteByByte) {
            pieces = pieces.concat().into_iter().map(|byte| vec![byte]).collect();
        }
        let pause = (!answer.token_delay.is_zero() && self.streams).then_some(Step::Pause(answer.token_delay));
        reply.steps =
            pieces.into_iter().flat_map(|piece| pause.clone().into_iter().chain([Step::Send(piece.into())])).collect();
        if has(Quirk::BreakAfterFinish) && self.streams {
            reply.steps.push(Step::Cut);
        }
        reply
    }

    fn document(&self) -> Vec<Vec<u8>> {
        self.events.iter().map(|event| event.to_string().into_bytes()).collect()
    }

    fn framed(&self, answer: &Answer) -> Vec<Vec<u8>> {
        let has = |quirk| answer.quirks.contains(&quirk);
        let data = if has(Quirk::NoSpace) { "data:" } else { "data: " };
        let mut frames: Vec<String> = self.events.iter().map(|event| format!("{data}{event}\n\n")).collect();
        if !has(Quirk::NoDone) && !has(Quirk::BreakAfterFinish) {
            frames.push(format!("{data}[DONE]\n\n"));
        }
        if has(Quirk::NoLastBlankLine)
            && let Some(last) = frames.last_mut()
        {
            last.truncate(last.trim_end().len());
        }
        if has(Quirk::KeepAlives) {
            frames = frames.into_iter().map(|frame| format!(": keep-alive\n\n{frame}")).collect();
        }
        // JSON has no bare line ends, so that only the framing changes.
        let end = if has(Quirk::CrLf) {
            "\r\n"
        } else if has(Quirk::Cr) {
            "\r"
        } else {
            "\n"
        };
        frames.into_iter().map(|frame| frame.replace('\n', end).into_bytes()).collect()
    }
}

fn joined(steps: &[Step]) -> Vec<u8> {
    let sent = steps.iter().filter_map(|step| if let Step::Send(bytes) = step { Some(bytes.as_ref()) } else { None });
    sent.collect::<Vec<_>>().concat()
}

fn halved(steps: &[Step]) -> Vec<Step> {
    let whole = joined(steps);
    vec![Step::Send(Bytes::copy_from_slice(&whole[..whole.len() / 2]))]
}

/// Puts a byte that no UTF-8 has into the last string of the body that begins as `text` does.
fn spoil(steps: &mut Vec<Step>, text: &str) {
    let mut whole = joined(steps);
    let first: String = text.chars().take(1).collect();
    let needle = format!("\":\"{first}");
    let content = whole.windows(needle.len()).rposition(|window| window == needle.as_bytes());
    if let Some(at) = content {
        whole[at + 3] = 0xFF;
    }
    *steps = vec![Step::Send(whole.into())];
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory can't fail; if it did, a client would find the body cut, as it should.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
