use std::env::consts::{ARCH, OS};

use assay_api::{Entry, Limits, Outcome, Program, SourceFile, Status};
use assay_runtimes::SANDBOX_DIGEST;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What an outcome is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

/// What the outcome of a program may be known by: an outcome that did not use its seed is every seed's, and one that did
/// not use up its fuel is the same with any limit that it stays within; of two instances, each its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Keys {
    /// Names the program but for its seed.
    pub any_seed: Key,
    /// Names the program with its seed.
    pub this_seed: Key,
    /// As `any_seed` and `this_seed`, but for the fuel limit too.
    any_fuel: [Key; 2],
    /// The fuel limit, and the candidate's.
    fuel: (u64, u64),
}

/// A program but for its seed.
#[derive(Serialize)]
struct Seedless<'a> {
    runtime: &'a str,
    files: &'a [SourceFile],
    entry: &'a Entry,
    stdin: &'a str,
    limits: &'a Limits,
}

impl Keys {
    /// The keys of what `program` does on the runtime with this digest, in this build's sandbox.
    ///
    /// The first is SHA-256 over the sandbox's digest, the machine's kind and the runtime's digest, each on a line of its
    /// own, and the program's compact JSON without its seed; the second is over the first and the seed; two more are the
    /// same for a fuel limit of 0, which stands for any. The machine's
    /// kind is there since a home directory may be shared by different ones, and how deep a recursion gets before it
    /// overflows the stack is up to the compiled code.
    #[must_use]
    pub fn new(program: &Program, runtime_digest: &str) -> Self {
        let Program { runtime, files, entry, stdin, limits, seed } = program;
        let mut hash = Sha256::new();
        for part in [SANDBOX_DIGEST, ARCH, OS, runtime_digest] {
            hash.update(part);
            hash.update("\n");
        }
        let limited = |entry: &Entry, limits: &Limits| {
            let json = serde_json::to_vec(&Seedless { runtime, files, entry, stdin, limits });
            let json = json.expect("strings, integers and structs of them are always JSON");
            let any_seed = Key(hash.clone().chain_update(json).finalize().into());
            let this_seed = Sha256::new().chain_update(any_seed.bytes()).chain_update(seed.to_le_bytes());
            [any_seed, Key(this_seed.finalize().into())]
        };
        let [any_seed, this_seed] = limited(entry, limits);
        // A program without fuel does nothing, so that none is known by this limit itself.
        let mut unlimited = entry.clone();
        let candidates = match &mut unlimited {
            Entry::Judged { candidate, .. } => std::mem::take(&mut candidate.limits.fuel),
            Entry::Script { .. } | Entry::Tests { .. } => 0,
        };
        let any_fuel = limited(&unlimited, &Limits { fuel: 0, ..limits.clone() });
        Keys { any_seed, this_seed, any_fuel, fuel: (limits.fuel, candidates) }
    }

    /// The key that `outcome` is known by.
    pub(super) fn of(&self, outcome: &Outcome) -> Key {
        let candidate = outcome.candidate.as_deref();
        let exhausted = [Some(outcome), candidate].into_iter().flatten().any(|side| side.status == Status::OutOfFuel);
        let [any_seed, this_seed] = if exhausted { [self.any_seed, self.this_seed] } else { self.any_fuel };
        if outcome.seed_used { this_seed } else { any_seed }
    }

    /// The keys that the outcome may be known by.
    pub(super) fn all(&self) -> [Key; 4] {
        let [any_seed, this_seed] = self.any_fuel;
        [any_seed, this_seed, self.any_seed, self.this_seed]
    }

    /// Whether an outcome found under one of the keys is the program's: it must stay within the fuel limit.
    pub(super) fn admit(&self, outcome: &Outcome) -> bool {
        let (fuel, candidates) = self.fuel;
        outcome.fuel <= fuel && outcome.candidate.as_deref().is_none_or(|candidate| candidate.fuel <= candidates)
    }
}

impl Key {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
