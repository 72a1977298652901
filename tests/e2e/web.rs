//! A web server that gives canned answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

/// Gives one answer to the one request that it takes, and ends.
pub(crate) struct Web {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Web {
    /// A server that answers with these bytes, head and body.
    pub(crate) fn answering(response: impl Into<Vec<u8>>) -> Self {
        let response = response.into();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            // A client that has left is the client's business.
            let _ = answer(stream, &response);
        });
        Web { address, thread: Some(thread) }
    }

    /// A server that gives `body` under HTTP 200.
    pub(crate) fn serving(body: &[u8]) -> Self {
        Web::with_body("200 OK", "application/octet-stream", body)
    }

    pub(crate) fn with_body(status: &str, content_type: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n");
        Web::answering([head.as_bytes(), body].concat())
    }

    /// The address of `path` on this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        // In case nobody asked: an empty request ends it.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// An address at which nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

fn answer(mut stream: TcpStream, response: &[u8]) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?.take(1 << 16));
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    stream.write_all(response)
}
