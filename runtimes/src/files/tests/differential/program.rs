use proptest::prelude::*;

use crate::files::FileType;

/// How many descriptors a program keeps.
pub(super) const SLOTS: usize = 4;

/// Where a path starts: at a descriptor of the program's if that is open, else at the top.
pub(super) type At = Option<usize>;

#[derive(Debug, Clone)]
pub(super) enum Op {
    Open {
        slot: usize,
        at: At,
        path: String,
        how: How,
    },
    Close(usize),
    Read(usize, usize),
    Write(usize, Vec<u8>),
    Pread(usize, usize, u64),
    Pwrite(usize, Vec<u8>, u64),
    Seek(usize, i64, u8),
    SetSize(usize, u64),
    Fstat(usize),
    Stat {
        at: At,
        path: String,
        follow: bool,
    },
    Mkdir {
        at: At,
        path: String,
    },
    Rmdir {
        at: At,
        path: String,
    },
    Unlink {
        at: At,
        path: String,
    },
    Rename {
        from: (At, String),
        to: (At, String),
    },
    Link {
        from: (At, String),
        to: (At, String),
        follow: bool,
    },
    Symlink {
        target: String,
        at: At,
        path: String,
    },
    Readlink {
        at: At,
        path: String,
    },
    Readdir(usize),
    /// Open, list, close.
    List(String),
    /// Open, read all, close.
    Slurp(String),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) read: bool,
    pub(super) write: bool,
    pub(super) creat: bool,
    pub(super) excl: bool,
    pub(super) trunc: bool,
    pub(super) directory: bool,
    pub(super) append: bool,
    pub(super) follow: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Number(u64),
    Bytes(Vec<u8>),
    Text(String),
    Names(Vec<String>),
    /// What it is, bytes and names; a directory has neither.
    Stat(FileType, u64, u64),
}

pub(super) fn program() -> impl Strategy<Value = Vec<Op>> {
    proptest::collection::vec(op(), 1..80)
}

/// Paths never lead above where they start: each `..` comes after a name, and no link leads up on the whole.
fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        60 => short_path(),
        1 => Just(String::new()),
        1 => (254usize..258).prop_map(|n| "x".repeat(n)),
        1 => (2046usize..2049).prop_map(|n| "./".repeat(n) + "a"),
    ]
}

fn short_path() -> impl Strategy<Value = String> {
    let name = || proptest::sample::select(vec!["a", "b", "c", "d"]);
    let part = prop_oneof![
        12 => name().prop_map(String::from),
        1 => Just(".".to_string()),
        2 => name().prop_map(|name| format!("{name}/..")),
        1 => name().prop_map(|name| format!("{name}/")),
    ];
    (proptest::collection::vec(part, 1..4), proptest::bool::weighted(0.1))
        .prop_map(|(parts, slash)| parts.join("/") + if slash { "/" } else { "" })
}

fn target() -> impl Strategy<Value = String> {
    let names = ["a", "b", "c", "d", "a/b", "b/a", "c/", "./d", "a/../b", "d/.", "a//c", "nowhere"];
    proptest::sample::select(names.to_vec()).prop_map(String::from)
}

fn at() -> impl Strategy<Value = At> {
    prop_oneof![6 => Just(None), 1 => (0..SLOTS).prop_map(Some)]
}

fn place() -> impl Strategy<Value = (At, String)> {
    (at(), path())
}

fn short_place() -> impl Strategy<Value = (At, String)> {
    (at(), short_path())
}

fn how() -> impl Strategy<Value = How> {
    let often = proptest::bool::weighted(0.7);
    let rarely = || proptest::bool::weighted(0.15);
    (often, any::<bool>(), any::<bool>(), rarely(), rarely(), rarely(), rarely(), often).prop_map(
        |(read, write, creat, excl, trunc, directory, append, follow)| How {
            // A descriptor has one of POSIX's three access modes.
            read: read || !write,
            write,
            creat: creat && !directory,
            excl,
            trunc,
            directory,
            append,
            follow,
        },
    )
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), prop_oneof![4 => 0usize..20, 1 => 4000usize..9000]).prop_map(|(byte, len)| vec![byte; len])
}

fn offset() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0u64..30, 2 => 0u64..20_000, 1 => Just(u64::MAX), 1 => Just(1 << 63)]
}

fn op() -> impl Strategy<Value = Op> {
    let slot = || 0..SLOTS;
    prop_oneof![
        12 => (slot(), at(), path(), how()).prop_map(|(slot, at, path, how)| Op::Open { slot, at, path, how }),
        2 => slot().prop_map(Op::Close),
        4 => (slot(), 0usize..6000).prop_map(|(slot, len)| Op::Read(slot, len)),
        6 => (slot(), bytes()).prop_map(|(slot, bytes)| Op::Write(slot, bytes)),
        2 => (slot(), 0usize..6000, offset()).prop_map(|(slot, len, offset)| Op::Pread(slot, len, offset)),
        2 => (slot(), bytes(), offset()).prop_map(|(slot, bytes, offset)| Op::Pwrite(slot, bytes, offset)),
        3 => (slot(), -20_000i64..20_000, 0u8..3).prop_map(|(slot, delta, whence)| Op::Seek(slot, delta, whence)),
        3 => (slot(), prop_oneof![5 => 0u64..20_000, 1 => Just(u64::MAX)]).prop_map(|(slot, size)| Op::SetSize(slot, size)),
        2 => slot().prop_map(Op::Fstat),
        4 => (at(), path(), any::<bool>()).prop_map(|(at, path, follow)| Op::Stat { at, path, follow }),
        8 => place().prop_map(|(at, path)| Op::Mkdir { at, path }),
        4 => place().prop_map(|(at, path)| Op::Rmdir { at, path }),
        4 => place().prop_map(|(at, path)| Op::Unlink { at, path }),
        8 => (short_place(), short_place()).prop_map(|(from, to)| Op::Rename { from, to }),
        4 => (short_place(), short_place(), any::<bool>()).prop_map(|(from, to, follow)| Op::Link { from, to, follow }),
        5 => (target(), at(), path()).prop_map(|(target, at, path)| Op::Symlink { target, at, path }),
        1 => place().prop_map(|(at, path)| Op::Readlink { at, path }),
        3 => slot().prop_map(Op::Readdir),
    ]
}

impl How {
    /// For reading, links not followed.
    pub(super) fn read(directory: bool) -> Self {
        How {
            read: true,
            write: false,
            creat: false,
            excl: false,
            trunc: false,
            directory,
            append: false,
            follow: false,
        }
    }
}
