//! What is said of a worker that died.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// How much of what a worker said last is told, in characters.
const LAST_WORDS: usize = 300;

/// How a process ended, for example `killed by signal 9 (SIGKILL)`.
pub(super) fn describe(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => match signal_name(signal) {
            Some(name) => format!("killed by signal {signal} ({name})"),
            None => format!("killed by signal {signal}"),
        },
        (None, Some(code)) => format!("exited with code {code}"),
        (None, None) => status.to_string(),
    }
}

fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGFPE => "SIGFPE",
        libc::SIGHUP => "SIGHUP",
        libc::SIGILL => "SIGILL",
        libc::SIGINT => "SIGINT",
        libc::SIGKILL => "SIGKILL, perhaps for lack of memory",
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGSYS => "SIGSYS, for a system call that workers may not make",
        libc::SIGTERM => "SIGTERM",
        libc::SIGTRAP => "SIGTRAP",
        libc::SIGXFSZ => "SIGXFSZ",
        _ => return None,
    })
}

/// The end of what a worker wrote to its standard error, fit for a message.
pub(super) fn last_words(stderr: &File) -> Option<String> {
    let bytes = stderr.metadata().ok()?.len();
    let kept = bytes.min(4 * LAST_WORDS as u64);
    let mut text = vec![0; kept as usize];
    stderr.read_exact_at(&mut text, bytes - kept).ok()?;
    let text = String::from_utf8_lossy(&text);
    let text: Vec<char> = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text: String = text[text.len().saturating_sub(LAST_WORDS)..].iter().collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn signals_and_codes_are_told_apart() {
        assert_eq!(describe(ExitStatus::from_raw(6)), "killed by signal 6 (SIGABRT)");
        assert_eq!(describe(ExitStatus::from_raw(3 << 8)), "exited with code 3");
        assert_eq!(describe(ExitStatus::from_raw(50)), "killed by signal 50");
    }

    #[test]
    fn last_words_are_short_and_harmless_on_a_terminal() {
        let mut file = tempfile::tempfile().unwrap();
        assert_eq!(last_words(&file), None);
        write!(file, "{}\u{1b}[31mpanicked\nhere\n", "é".repeat(5000)).unwrap();
        let words = last_words(&file).unwrap();
        assert!(words.ends_with("é [31mpanicked here") && words.chars().count() == LAST_WORDS, "{words}");
    }
}
