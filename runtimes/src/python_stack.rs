//! How deep CPython's C code may recurse.
//!
//! CPython ends a C recursion with a `RecursionError` when its C stack is nearly used up. Where the platform does not
//! say how large that stack is, it assumes 128 KiB: enough for some 200 nested calls of a memoised function, where
//! elsewhere its limit of 1,000 Python frames comes first. The module's stack is far larger, so the limits are moved.

/// The top of the stack, which grows down to address 0: what the module was linked with.
const TOP: u32 = 16 << 20;

/// How much of the stack CPython assumes that C code may use before it raises `RecursionError`, in bytes.
const ASSUMED_BYTES: u32 = 112 << 10;

/// How much handling that error may use on top, in bytes: as CPython has it.
const MARGIN_BYTES: u32 = 8 << 10;

/// Lets C code use `allowed` bytes, by moving the limits in the main thread's state, where they lie one after the
/// other.
///
/// # Errors
/// When they are not in memory exactly once.
pub(crate) fn set_limit(memory: &mut [u8], allowed: u32) -> Result<(), String> {
    let assumed = limits(ASSUMED_BYTES);
    let mut places = memory.windows(assumed.len()).enumerate().filter(|(_, bytes)| *bytes == assumed);
    let (Some((place, _)), None) = (places.next(), places.next()) else {
        return Err("they are not where they should be".to_owned());
    };
    memory[place..place + assumed.len()].copy_from_slice(&limits(allowed));
    Ok(())
}

/// The stack's top, its soft limit and its hard limit, when C code may use `allowed` bytes.
fn limits(allowed: u32) -> [u8; 12] {
    let soft = TOP - allowed;
    let mut bytes = [0; 12];
    for (word, value) in bytes.chunks_exact_mut(4).zip([TOP, soft, soft - MARGIN_BYTES]) {
        word.copy_from_slice(&value.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_moved_where_they_are_found() {
        let mut memory = [vec![0; 100], limits(ASSUMED_BYTES).to_vec(), vec![1; 100]].concat();
        assert_eq!(set_limit(&mut memory, 1 << 20), Ok(()));
        assert_eq!(memory, [vec![0; 100], limits(1 << 20).to_vec(), vec![1; 100]].concat());
    }

    #[test]
    fn memory_without_the_limits_or_with_two_candidates_is_refused() {
        assert!(set_limit(&mut [0; 100], 1 << 20).is_err());
        let mut twice = [limits(ASSUMED_BYTES), limits(ASSUMED_BYTES)].concat();
        assert!(set_limit(&mut twice, 1 << 20).is_err());
    }
}
