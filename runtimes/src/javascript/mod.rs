//! JavaScript: QuickJS-NG with a prelude of ours, both built on the user's machine.

mod build;
mod interpreter;
mod mentions;
mod sources;

pub(crate) use interpreter::JAVASCRIPT;
