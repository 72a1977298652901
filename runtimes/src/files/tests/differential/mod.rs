//! Random programs do the same in memory and in a real directory, and must be answered the same.
//!
//! Left out, because they differ on purpose:
//! - times (the program's clock), inode numbers, and a directory's size and number of names;
//! - the order of listings, which the real side sorts;
//! - seeking in a directory, which Linux allows and preview1 has no use for;
//! - `pwrite` with `O_APPEND`, where Linux deviates from POSIX and appends;
//! - `O_CREAT` with `O_DIRECTORY`, which Linux has refused only since version 6.3;
//! - which error it is when both paths of a call are wrong and one is too long;
//! - absolute paths and links, and `..` above the top: the real directory is not a root.

mod disk;
mod memory;
mod program;

use proptest::prelude::*;

use disk::Disk;
use memory::Memory;
use program::{Answer, Op, program};

use crate::files::Errno;

/// Something that a program can run on.
trait Machine {
    fn run(&mut self, op: &Op) -> Result<Answer, Errno>;
}

/// Everything below a directory, as lines of path, kind, names and content.
fn tree(machine: &mut impl Machine, dir: &str, lines: &mut Vec<String>) {
    let Ok(Answer::Names(names)) = machine.run(&Op::List(dir.into())) else { return };
    for name in names {
        let path = if dir == "." { name } else { format!("{dir}/{name}") };
        let stat = machine.run(&Op::Stat { at: None, path: path.clone(), follow: false });
        let content = machine.run(&Op::Slurp(path.clone()));
        let target = machine.run(&Op::Readlink { at: None, path: path.clone() });
        lines.push(format!("{path}: {stat:?} {content:?} {target:?}"));
        tree(machine, &path, lines);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { ..ProptestConfig::default() })]

    #[test]
    fn a_program_can_not_tell_these_files_from_real_ones(ops in program()) {
        let mut disk = Disk::new();
        let mut memory = Memory::new();
        for (at, op) in ops.iter().enumerate() {
            prop_assert_eq!(memory.run(op), disk.run(op), "memory and disk, at {}: {:?}", at, op);
        }
        let (mut here, mut there) = (Vec::new(), Vec::new());
        tree(&mut memory, ".", &mut here);
        tree(&mut disk, ".", &mut there);
        prop_assert_eq!(here, there, "memory and disk, in the end");
        super::guest::audit(memory.files());
    }
}
