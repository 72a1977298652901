//! The system calls that are not about files: arguments, environment, clocks, waiting, randomness.

use super::call::Call;
use super::clock::ClockId;
use super::poll::{self, MAX_SUBSCRIPTIONS, Polled, SUBSCRIPTION_BYTES};
use crate::files::Errno;
use crate::guest::Stop;

type Done = Result<Result<(), Errno>, Stop>;

/// The resolution that clocks claim, in nanoseconds.
const RESOLUTION_NANOS: u64 = 1;

/// Strings with their terminating zeroes, as the guest wants them.
fn terminated(strings: &[String]) -> Vec<u8> {
    strings.iter().flat_map(|string| string.bytes().chain([0])).collect()
}

fn arguments(call: &Call<'_>) -> Vec<String> {
    call.world.arguments.iter().map(|&argument| argument.to_owned()).collect()
}

fn environment(call: &Call<'_>) -> Vec<String> {
    call.world.environment.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

fn put_sizes(call: &mut Call<'_>, strings: &[String], count: i32, size: i32) -> Done {
    call.put_u32(count, strings.len() as u32)?;
    call.put_u32(size, terminated(strings).len() as u32)?;
    Ok(Ok(()))
}

fn put_strings(call: &mut Call<'_>, strings: &[String], mut pointers: i32, buffer: i32) -> Done {
    call.put(buffer, &terminated(strings))?;
    let mut at = buffer;
    for string in strings {
        call.put_u32(pointers, at.cast_unsigned())?;
        pointers = pointers.wrapping_add(4);
        at = at.wrapping_add(string.len() as i32 + 1);
    }
    Ok(Ok(()))
}

pub(super) fn args_sizes_get(call: &mut Call<'_>, count: i32, size: i32) -> Done {
    let strings = arguments(call);
    put_sizes(call, &strings, count, size)
}

pub(super) fn args_get(call: &mut Call<'_>, pointers: i32, buffer: i32) -> Done {
    let strings = arguments(call);
    put_strings(call, &strings, pointers, buffer)
}

pub(super) fn environ_sizes_get(call: &mut Call<'_>, count: i32, size: i32) -> Done {
    let strings = environment(call);
    put_sizes(call, &strings, count, size)
}

pub(super) fn environ_get(call: &mut Call<'_>, pointers: i32, buffer: i32) -> Done {
    let strings = environment(call);
    put_strings(call, &strings, pointers, buffer)
}

fn clock(id: i32) -> Result<ClockId, Errno> {
    match id {
        0 => Ok(ClockId::Realtime),
        1..=3 => Ok(ClockId::Monotonic),
        _ => Err(Errno::Inval),
    }
}

pub(super) fn clock_res_get(call: &mut Call<'_>, id: i32, out: i32) -> Done {
    match clock(id) {
        Ok(_) => call.put_u64(out, RESOLUTION_NANOS).map(Ok),
        Err(errno) => Ok(Err(errno)),
    }
}

pub(super) fn clock_time_get(call: &mut Call<'_>, id: i32, _precision: i64, out: i32) -> Done {
    match clock(id) {
        Ok(id) => {
            let now = call.world.clock.now(id, call.fuel_used);
            call.put_u64(out, now).map(Ok)
        }
        Err(errno) => Ok(Err(errno)),
    }
}

pub(super) fn poll_oneoff(call: &mut Call<'_>, subscriptions: i32, events: i32, count: i32, happened: i32) -> Done {
    let count = count.cast_unsigned();
    if count > MAX_SUBSCRIPTIONS {
        return Ok(Err(Errno::Inval));
    }
    let bytes = call.bytes(subscriptions, count * SUBSCRIPTION_BYTES as u32)?.to_vec();
    call.cost += bytes.len() as u64;
    match poll::poll(&bytes, &mut call.world.clock, call.fuel_used) {
        Polled::Events(found) => {
            call.put(events, found.as_flattened())?;
            call.put_u32(happened, found.len() as u32)?;
            Ok(Ok(()))
        }
        Polled::Invalid => Ok(Err(Errno::Inval)),
        Polled::OutOfTime => Err(Stop::OutOfTime),
    }
}

pub(super) fn random_get(call: &mut Call<'_>, out: i32, len: i32) -> Done {
    /// SHA-256 makes some 300 MB a second: a byte takes as long as this much fuel.
    const FUEL_PER_BYTE: u64 = 16;
    let len = len.cast_unsigned();
    if len > super::call::MAX_TRANSFER as u32 {
        return Ok(Err(Errno::Inval));
    }
    call.cost += u64::from(len) * FUEL_PER_BYTE;
    let mut bytes = vec![0; len as usize];
    call.world.random.fill(&mut bytes);
    call.put(out, &bytes)?;
    Ok(Ok(()))
}
