//! Which system calls a worker may make. Anything else kills it: no program, whatever it does, makes the engine
//! call anything else, so that a call that is not here means that something got out.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter_all_threads,
};

use crate::memory::PAGEMAP_SCAN;

/// Calls that are allowed whatever their arguments.
const ALLOWED: &[c_long] = &[
    // The connection with the parent; standard error.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    // Memory: of the allocator, and of instances. What makes memory executable is not here but below.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    // The engine's traps arrive as signals.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // Locks, and what the standard library and the allocator ask of the scheduler.
    libc::SYS_futex,
    libc::SYS_restart_syscall,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    // Secrets and hash seeds; counting page faults; the time where it cannot be read without a call.
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    // Ends; `abort` asks who it is.
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_getpid,
    libc::SYS_gettid,
];

/// Calls that fail, rather than kill: glibc makes them by itself and bears a failure. Its allocator asks whether memory is
/// overcommitted before it gives some back.
const REFUSED: &[c_long] = &[libc::SYS_openat];

/// Allows nothing but what executing programs takes, on all threads of this process, for good.
pub(super) fn filter() -> Result<(), Error> {
    // Where filters disagree, the kernel does what is worse for the caller.
    let refused = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let refuse = SeccompAction::Errno(libc::EACCES.cast_unsigned());
    apply_filter_all_threads(&program(refused, SeccompAction::Allow, refuse)?)?;
    apply_filter_all_threads(&program(rules()?, SeccompAction::KillProcess, SeccompAction::Allow)?)
}

/// Does `matched` for calls that a rule matches, and `other` for all others.
fn program(
    rules: BTreeMap<c_long, Vec<SeccompRule>>,
    other: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, Error> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    Ok(SeccompFilter::new(rules, other, matched, architecture)?.try_into()?)
}

fn rules() -> Result<BTreeMap<c_long, Vec<SeccompRule>>, Error> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
        ALLOWED.iter().chain(REFUSED).map(|call| (*call, Vec::new())).collect();
    let not_executable = SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64);
    let own_process = u64::from(std::process::id());
    rules.extend([
        (libc::SYS_mmap, when(2, not_executable.clone(), 0)?),
        (libc::SYS_mprotect, when(2, not_executable, 0)?),
        (libc::SYS_ioctl, when(1, SeccompCmpOp::Eq, PAGEMAP_SCAN)?),
        // Debug builds of the standard library check descriptors before they close them.
        (libc::SYS_fcntl, when(1, SeccompCmpOp::Eq, libc::F_GETFD as u64)?),
        // `abort` signals its own thread.
        (libc::SYS_tgkill, when(0, SeccompCmpOp::Eq, own_process)?),
    ]);
    Ok(rules)
}

/// The rule that a call's argument, the first being 0, compares so with `value`.
fn when(argument: u8, comparison: SeccompCmpOp, value: u64) -> Result<Vec<SeccompRule>, Error> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, comparison, value)?;
    Ok(vec![SeccompRule::new(vec![condition])?])
}
