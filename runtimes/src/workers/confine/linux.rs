use std::fmt::Display;
use std::fs;

use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
use rustix::thread::set_no_new_privs;

use super::{files, system_calls};
use crate::workers::Confinement;

/// How much a worker may write to its standard error, in bytes.
const STDERR_BYTES: u64 = 64 << 10;

/// No descriptor may be opened that is not below this, and the first is taken by the connection with the parent. Waiting for
/// one descriptor takes a limit of one.
const OPEN_FILES: u64 = 1;

/// Closes every descriptor but the standard ones: whatever the parent was started with and could not know of.
/// To be called before anything is opened.
#[expect(unsafe_code, reason = "closes descriptors by number")]
pub(in crate::workers) fn close_strays() {
    // SAFETY: nothing in this process owns a descriptor above 2 yet, which is this function's condition. Kernels
    // before 5.9 do not know the call and do nothing.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
}

/// Has this process killed when its parent ends.
pub(in crate::workers) fn follow_parent() {
    // Should it fail, the connection's end tells the same, if later. A parent that ends before this call is noticed
    // by that too: it sends programs only after the greeting, which then cannot be written.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    // Where memory runs out, better one worker than the parent with all results. Raising this is always allowed.
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
}

/// Gives up files, new privileges and all but a little of the resources, for this thread and those it starts from now
/// on. To be called when nothing is left to be opened, and no other thread runs.
pub(in crate::workers) fn give_up() -> Confinement {
    let steps = [
        limit("a limit on core dumps", Resource::Core, 0),
        limit("a limit on standard error", Resource::Fsize, STDERR_BYTES),
        lacking("giving up new privileges", set_no_new_privs(true)),
        lacking("giving up files (landlock)", files::give_up()),
        // Last: the rules about files are themselves an open file until they hold.
        limit("a limit on open files", Resource::Nofile, OPEN_FILES),
    ];
    Confinement { missing: steps.into_iter().flatten().collect() }
}

/// Limits a resource for good; what is lacking where that fails.
fn limit(what: &str, resource: Resource, most: u64) -> Option<String> {
    lacking(what, setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }))
}

fn lacking(what: &str, done: Result<(), impl Display>) -> Option<String> {
    Some(format!("{what}: {}", done.err()?))
}

/// Gives up all system calls but those that executing programs takes, for all threads of this process. To be called
/// when all threads run.
pub(in crate::workers) fn filter_calls(confinement: &mut Confinement) {
    if let Err(error) = system_calls::filter() {
        confinement.missing.push(format!("a filter of system calls (seccomp): {error}"));
    }
}
