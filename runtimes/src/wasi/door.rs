//! `host::call`: how the interpreter hands a message to the host.
#![expect(unsafe_code, reason = "calls the guest's allocator inside a host function that may park")]

use wasmtime::{Caller, ValRaw};

use super::call::CALL_FUEL;
use crate::door::Answer;
use crate::guest::{Guest, Handles, Stop, charge};
use crate::line::Question;

/// What the door returns when nobody answers.
const NO_ANSWER: i32 = -1;

/// `host::call(request, len, out, out_len)`: a message to the host, whose answer is placed in memory that the guest
/// allocates; its address and length go to `out` and `out_len`. Parks the guest while somebody outside answers.
pub(super) async fn call(
    mut caller: Caller<'_, Guest>,
    (request, len, out, out_len): (i32, i32, i32, i32),
) -> wasmtime::Result<i32> {
    let handles = caller.data().handles.clone().ok_or_else(|| wasmtime::Error::msg("a call before the instance"))?;
    let (at, len) = (request.cast_unsigned() as usize, len.cast_unsigned() as usize);
    charge(&mut caller, len as u64)?;
    let (memory, guest) = handles.memory.data_and_store_mut(&mut caller);
    let message = memory.get(at..at.saturating_add(len)).ok_or(Stop::BadPointer)?;
    let answer = match guest.world.door.answer(message) {
        Answer::Silence => None,
        Answer::Bytes(bytes) => Some(bytes),
        Answer::Immortal(objects) => {
            guest.world.door.make_immortal(memory, &objects).map_err(wasmtime::Error::msg)?;
            Some(Vec::new())
        }
        Answer::Outside(question) => {
            let line = guest.world.line.clone();
            charge(&mut caller, cost(&question))?;
            line.ask(question).await
        }
    };
    let Some(answer) = answer else { return Ok(NO_ANSWER) };
    let size = i32::try_from(answer.len()).map_err(|_| wasmtime::Error::msg("an answer of more than 2 GiB"))?;
    charge(&mut caller, answer.len() as u64)?;
    let place = allocate(&mut caller, &handles, size)?;
    let mut put = |at: i32, bytes: &[u8]| {
        handles.memory.write(&mut caller, at.cast_unsigned() as usize, bytes).map_err(|_| Stop::BadPointer)
    };
    put(place, &answer)?;
    put(out, &place.to_le_bytes())?;
    put(out_len, &size.to_le_bytes())?;
    Ok(0)
}

/// Fuel for what the host does outside of the guest's call.
fn cost(question: &Question) -> u64 {
    /// Making a stack and giving it back takes the kernel some 10 us.
    const SPAWN_FUEL: u64 = 50_000;
    match question {
        Question::Spawn(..) => SPAWN_FUEL,
        Question::Message(_) | Question::Switch(_) | Question::Successor(_) => CALL_FUEL,
    }
}

/// Memory of the guest's own allocation.
///
/// wasmtime would have a store with functions that may park call guests on new stacks only; this call goes on the stack
/// that it comes from, since an allocator calls no function of the host's, and so never parks.
fn allocate(caller: &mut Caller<'_, Guest>, handles: &Handles, size: i32) -> wasmtime::Result<i32> {
    let mut values = [ValRaw::i32(size)];
    // SAFETY: the function is one of this store's, of type (i32) -> i32, which `TypedFunc` has checked; so one value is
    // room for its parameters and for its results.
    unsafe { handles.alloc.func().call_unchecked(&mut *caller, &raw mut values[..])? };
    Ok(values[0].get_i32())
}
