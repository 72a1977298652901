use std::borrow::Cow;
use std::sync::Arc;

use super::node::{Ino, ROOT};
use super::overlay::Overlay;
use super::tree::Slot;
use super::{Errno, NAME_MAX, PATH_MAX};

/// How many symbolic links a path may lead through.
const MAX_LINKS: usize = 40;
/// How long a path may get while links are replaced by their targets: what bounds the work that a path makes.
const MAX_EXPANDED: usize = 4 * PATH_MAX;

/// Where a relative path starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    /// The directory.
    pub(super) dir: Ino,
    /// What the path may not leave. From the root, `..` leads to the root; from any other directory `..` is
    /// refused, and so are absolute paths.
    pub(super) boundary: Ino,
}

/// What becomes of the last name in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    /// A symbolic link is followed.
    Follow,
    /// A symbolic link is itself what is meant, unless a slash comes after it.
    Keep,
    /// The name is meant, whatever it names: it is to be made or removed.
    Name,
    /// A symbolic link is followed to the name of a file to be made, unless a slash comes after it.
    Create,
}

/// Where a path leads.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) last: Last,
    /// What is there. Always something when the path ends in no name.
    pub(super) ino: Option<Ino>,
    /// Whether a slash follows the last name, so that it must be a directory's.
    pub(super) slash: bool,
}

/// How a path ends.
#[derive(Debug, Clone)]
pub(super) enum Last {
    /// In a name, there or not.
    Name(Slot),
    /// It has nothing but slashes.
    Root,
    /// In `.`.
    Dot,
    /// In `..`.
    DotDot,
}

enum Step<'a> {
    Arrived(Place),
    /// A link is in the way: on from `dir` with the target in front of the rest.
    Link {
        dir: Ino,
        target: &'a str,
        rest: &'a str,
    },
}

/// Follows a path.
///
/// # Errors
/// `ENOENT`, `ENOTDIR`, `ELOOP`, `ENAMETOOLONG`, and `EPERM` when it leaves the boundary. That the last name does
/// not exist is no error.
pub(super) fn resolve(files: &Overlay, from: Anchor, path: &str, finish: Finish) -> Result<Place, Errno> {
    let mut here = from.dir;
    let mut path = Cow::Borrowed(path);
    let mut expanded = path.len();
    for _ in 0..=MAX_LINKS {
        match walk(files, from, here, &path, finish)? {
            Step::Arrived(place) => return Ok(place),
            Step::Link { dir, target, rest } => {
                expanded += target.len();
                if expanded > MAX_EXPANDED {
                    return Err(Errno::Loop);
                }
                here = dir;
                path = Cow::Owned(format!("{target}{rest}"));
            }
        }
    }
    Err(Errno::Loop)
}

/// The text of a path or of a link's target.
///
/// # Errors
/// `EILSEQ` when it is not UTF-8, `EINVAL` when it has a zero byte, `ENAMETOOLONG`, and `ENOENT` when it is empty.
pub(super) fn text(path: &[u8]) -> Result<&str, Errno> {
    match std::str::from_utf8(path) {
        Err(_) => Err(Errno::IlSeq),
        Ok("") => Err(Errno::NoEnt),
        Ok(path) if path.len() > PATH_MAX => Err(Errno::NameTooLong),
        Ok(path) if path.contains('\0') => Err(Errno::Inval),
        Ok(path) => Ok(path),
    }
}

/// Goes as far as the path leads without following a link.
fn walk<'a>(files: &'a Overlay, from: Anchor, start: Ino, path: &'a str, finish: Finish) -> Result<Step<'a>, Errno> {
    let mut here = start;
    if path.starts_with('/') {
        if from.boundary != ROOT {
            return Err(Errno::Perm);
        }
        here = ROOT;
    }
    let mut rest = path.trim_start_matches('/');
    let mut last = Last::Root;
    while !rest.is_empty() {
        if !files.is_dir(here) {
            return Err(Errno::NotDir);
        }
        let (name, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let next = after.trim_start_matches('/');
        let ends = next.is_empty();
        match name {
            "." => last = Last::Dot,
            ".." => {
                here = up(files, from, here)?;
                last = Last::DotDot;
            }
            _ if name.len() > NAME_MAX => return Err(Errno::NameTooLong),
            _ => {
                let found = files.lookup(here, name)?;
                let slash = !after.is_empty();
                if let Some(target) = found.and_then(|ino| files.link_target(ino))
                    && (!ends || follows(finish, slash))
                {
                    return Ok(Step::Link { dir: here, target, rest: after });
                }
                if ends {
                    return arrive(files, Slot { dir: here, name: Arc::from(name) }, found, slash, finish);
                }
                here = found.ok_or(Errno::NoEnt)?;
            }
        }
        rest = next;
    }
    Ok(Step::Arrived(Place { last, ino: Some(here), slash: false }))
}

fn arrive<'a>(files: &Overlay, slot: Slot, ino: Option<Ino>, slash: bool, finish: Finish) -> Result<Step<'a>, Errno> {
    let must_be_dir = slash && matches!(finish, Finish::Follow | Finish::Keep);
    if must_be_dir && ino.is_some_and(|ino| !files.is_dir(ino)) {
        return Err(Errno::NotDir);
    }
    Ok(Step::Arrived(Place { last: Last::Name(slot), ino, slash }))
}

fn follows(finish: Finish, slash: bool) -> bool {
    match finish {
        Finish::Follow => true,
        Finish::Keep => slash,
        Finish::Create => !slash,
        Finish::Name => false,
    }
}

fn up(files: &Overlay, from: Anchor, dir: Ino) -> Result<Ino, Errno> {
    if dir == ROOT || dir == from.boundary {
        return if from.boundary == ROOT { Ok(ROOT) } else { Err(Errno::Perm) };
    }
    files.parent(dir)
}
