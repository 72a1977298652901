use crate::workers::Confinement;

/// Other systems close what a parent does not hand over.
pub(in crate::workers) fn close_strays() {}

/// Other systems have no such signal; the worker ends when it next waits for a program.
pub(in crate::workers) fn follow_parent() {}

/// Gives up nothing.
pub(in crate::workers) fn give_up() -> Confinement {
    Confinement { missing: vec!["a filter of system calls and files, which only Linux has".to_owned()] }
}

/// Forbids nothing.
pub(in crate::workers) fn filter_calls(_confinement: &mut Confinement) {}
