use corosensei::on_stack;
use corosensei::stack::DefaultStack;

use crate::translation::Refusal;

/// The longest source, in bytes: it bounds the stack.
const MAX_BYTES: usize = 256 << 10;

/// What a byte of source may cost of stack. The most that was measured is 1,460: a bracket, at which the parser calls itself
/// through all its levels of precedence.
const STACK_PER_BYTE: usize = 2 << 10;

/// What [`depth::MAX_DEPTH`](super::depth::MAX_DEPTH) levels of a tree may cost of stack that no bytes of their own pay for,
/// with room to start in.
const BASE: usize = 8 << 20;

/// Does `work` for a source of so many bytes on a stack that is deep enough whatever the source holds. Only what is used of
/// it takes memory.
pub(super) fn with_room<R>(source_bytes: usize, work: impl FnOnce() -> R) -> Result<R, Refusal> {
    if source_bytes > MAX_BYTES {
        let message = format!("TypeScript of more than {} KiB in one file is not supported", MAX_BYTES >> 10);
        return Err(Refusal::Syntax { message, line: None });
    }
    let stack = DefaultStack::new(BASE + source_bytes * STACK_PER_BYTE);
    let stack =
        stack.map_err(|error| Refusal::Infra { why: format!("no stack to translate TypeScript on: {error}") })?;
    Ok(on_stack(stack, work))
}
