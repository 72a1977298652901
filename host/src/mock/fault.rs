use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a server does instead of answering properly. A client must turn each into an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// An unsuccessful HTTP status.
    Status {
        /// The status.
        code: u16,
        /// The body; JSON when it begins with `{`.
        #[serde(default)]
        body: String,
        /// The `Retry-After` header.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// An unsuccessful HTTP status with an empty body and headers, such as those of rate limits.
    Headers {
        /// The status.
        code: u16,
        /// The headers.
        headers: BTreeMap<String, String>,
    },
    /// A redirect to this URL.
    Redirect(String),
    /// A web page under HTTP 200.
    Html,
    /// A proper answer under this content type.
    ContentType(String),
    /// An error object, which is this JSON, as the whole answer under HTTP 200.
    ErrorIn200(String),
    /// An error object, which is this JSON, after some of the answer; without a stream like `ErrorIn200`.
    ErrorInStream(String),
    /// The connection ends, properly as far as TCP is concerned, after this many events; without a stream in
    /// the middle of the document.
    CutStream(usize),
    /// The body ends, properly as far as HTTP is concerned, in the middle of its JSON.
    CutJson,
    /// The body is compressed, and ends in the middle.
    CutGzip,
    /// A body under HTTP 200, exactly as it is.
    Raw {
        /// Its content type.
        content_type: String,
        /// The body.
        body: String,
    },
    /// The proper answer, which claims to be compressed and is not.
    FalseGzip,
    /// The proper answer in a compression that nobody asked for.
    ForeignEncoding,
    /// Comments for ever, as proxies send them to keep a connection open.
    EndlessComments,
    /// An answer that never ends.
    EndlessText,
    /// Bytes that are no HTTP.
    NotHttp,
    /// Less of the body than its `Content-Length` says.
    ShortBody,
    /// No body at all.
    EmptyBody,
    /// Nothing but the end mark of a stream.
    OnlyDone,
    /// No choices.
    EmptyChoices,
    /// All of the text, but no finish reason.
    NoFinishReason,
    /// A byte that is no UTF-8 within the text.
    InvalidUtf8,
    /// A compressed body that is this large, in bytes, once it is decompressed.
    Bomb(usize),
    /// The connection is reset before any answer.
    Reset,
    /// No answer ever; the connection stays open.
    Stall,
    /// Nothing more after this many events, without a stream after half of the document; the connection stays
    /// open.
    StallAfter(usize),
    /// The fault, the first so many times that a prompt is asked; proper answers from then on.
    TimesThenOk(u32, Box<Fault>),
}

/// What real servers do that is unusual but right. A client must take each for the proper answer that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// A JSON document, although a stream was asked for.
    PlainJson,
    /// Lines end with CRLF.
    CrLf,
    /// Lines end with CR.
    Cr,
    /// Comments between the events.
    KeepAlives,
    /// A byte order mark first.
    ByteOrderMark,
    /// No space after `data:`.
    NoSpace,
    /// No blank line after the last event.
    NoLastBlankLine,
    /// No end mark after the last event.
    NoDone,
    /// Each byte travels in an HTTP chunk of its own.
    ByteByByte,
    /// The body is compressed.
    Gzip,
    /// No content type.
    NoContentType,
    /// No usage.
    NoUsage,
    /// The usage's chunk has `null` for choices.
    NullChoices,
    /// The connection breaks instead of the end mark of a stream.
    BreakAfterFinish,
}
