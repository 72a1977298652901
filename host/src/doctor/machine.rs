use std::env::consts::{ARCH, OS};
use std::fs;
use std::thread::available_parallelism;

use assay_runtimes::MemoryBudget;
use serde::Serialize;

/// What a program may take by default, in bytes.
const PROGRAM_BYTES: u64 = 1 << 30;

/// The machine that programs run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// The operating system and the processor's architecture, for example `linux-x86_64`.
    pub target: String,
    /// How many programs are executed at once by default.
    pub cores: usize,
    /// The processor's extensions that compiled interpreters may use.
    pub cpu_features: Vec<&'static str>,
    /// The operating system's kernel.
    pub kernel: Kernel,
    /// Its memory; null where the system does not tell.
    pub memory: Option<Memory>,
}

/// What the kernel offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kernel {
    /// Its version; null where the system does not tell.
    pub release: Option<String>,
    /// Whether it finds the pages that a program has written (`PAGEMAP_SCAN`, Linux 6.7), which makes resets fast.
    pub pagemap_scan: bool,
    /// Whether processes can give up system calls.
    pub seccomp: bool,
    /// Whether processes can give up files; null where that cannot be read.
    pub landlock: Option<bool>,
}

/// How much memory there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// All of it, in bytes.
    pub total_bytes: u64,
    /// What programs get together by default, in bytes.
    pub budget_bytes: u64,
    /// How many programs fit into that if each takes all that it may by default, 1 GiB.
    pub programs: u64,
}

impl Machine {
    /// The machine that this runs on.
    #[must_use]
    pub fn examine() -> Self {
        Machine {
            target: format!("{OS}-{ARCH}"),
            cores: available_parallelism().map_or(1, usize::from),
            cpu_features: cpu_features(),
            kernel: Kernel::examine(),
            memory: fs::read_to_string("/proc/meminfo").ok().and_then(|text| Memory::of(&text)),
        }
    }
}

impl Kernel {
    fn examine() -> Self {
        let read = |path: &str| fs::read_to_string(path).ok();
        Kernel {
            release: read("/proc/sys/kernel/osrelease").map(|text| text.trim().to_owned()),
            pagemap_scan: assay_runtimes::finds_written_pages(),
            seccomp: read("/proc/self/status")
                .is_some_and(|text| text.lines().any(|line| line.starts_with("Seccomp:"))),
            landlock: read("/sys/kernel/security/lsm").map(|text| text.trim().split(',').any(|lsm| lsm == "landlock")),
        }
    }
}

impl Memory {
    fn of(meminfo: &str) -> Option<Self> {
        let budget_bytes = MemoryBudget::of_machine().bytes();
        Some(Memory { total_bytes: total(meminfo)?, budget_bytes, programs: budget_bytes / PROGRAM_BYTES })
    }
}

/// `MemTotal` of `/proc/meminfo`, in bytes.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(target_arch = "x86_64")]
fn cpu_features() -> Vec<&'static str> {
    use std::arch::is_x86_feature_detected as has;
    let features = [
        ("sse3", has!("sse3")),
        ("ssse3", has!("ssse3")),
        ("sse4.1", has!("sse4.1")),
        ("sse4.2", has!("sse4.2")),
        ("popcnt", has!("popcnt")),
        ("lzcnt", has!("lzcnt")),
        ("bmi1", has!("bmi1")),
        ("bmi2", has!("bmi2")),
        ("fma", has!("fma")),
        ("avx", has!("avx")),
        ("avx2", has!("avx2")),
        ("avx512f", has!("avx512f")),
    ];
    features.into_iter().filter_map(|(name, has)| has.then_some(name)).collect()
}

#[cfg(target_arch = "aarch64")]
fn cpu_features() -> Vec<&'static str> {
    use std::arch::is_aarch64_feature_detected as has;
    let features = [("lse", has!("lse")), ("fp16", has!("fp16")), ("paca", has!("paca")), ("bti", has!("bti"))];
    features.into_iter().filter_map(|(name, has)| has.then_some(name)).collect()
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn cpu_features() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meminfo_is_read_as_linux_writes_it() {
        let text =
            "MemTotal:       24669648 kB\nMemFree:        17171112 kB\nMemAvailable:    4194304 kB\nBuffers: 1 kB\n";
        assert_eq!(total(text), Some(24_669_648 << 10));
        assert_eq!(total("MemFree: 5 kB\n"), None);
    }
}
