//! Objects of CPython's that are not counted.
//!
//! An object's first word is its reference count. Counts from [`IMMORTAL_FROM`] on are never changed: such an object
//! lives for ever, and using it does not write to it.

/// The least count that is not changed, on 32-bit platforms.
const IMMORTAL_FROM: u32 = 1 << 30;

/// The count that CPython itself gives to immortal objects there.
const IMMORTAL: u32 = 5 << 28;

/// Makes the `objects` immortal: their addresses, 32 bits each, little-endian.
///
/// # Errors
/// When no living object is at such an address.
pub(crate) fn make_immortal(memory: &mut [u8], objects: &[u8]) -> Result<(), String> {
    let (addresses, rest) = objects.as_chunks::<4>();
    if !rest.is_empty() {
        return Err("a list of objects ends in the middle of an address".to_owned());
    }
    for address in addresses {
        let at = u32::from_le_bytes(*address) as usize;
        let count = memory.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<4>);
        let count = count.ok_or_else(|| format!("no object is at {at:#x}, behind the memory's end"))?;
        match u32::from_le_bytes(*count) {
            0 => return Err(format!("the object at {at:#x} is dead")),
            1..IMMORTAL_FROM => *count = IMMORTAL.to_le_bytes(),
            IMMORTAL_FROM.. => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(counts: &[u32]) -> Vec<u8> {
        counts.iter().flat_map(|count| count.to_le_bytes()).collect()
    }

    #[test]
    fn living_objects_become_immortal_and_immortal_ones_stay_as_they_are() {
        let mut memory_of_four = memory(&[7, 9, IMMORTAL_FROM + 3, 5]);
        assert_eq!(make_immortal(&mut memory_of_four, &memory(&[4, 8])), Ok(()));
        assert_eq!(memory_of_four, memory(&[7, IMMORTAL, IMMORTAL_FROM + 3, 5]));
    }

    #[test]
    fn what_is_no_living_object_is_refused() {
        assert!(make_immortal(&mut memory(&[1, 0]), &[0b10]).is_err());
        assert!(make_immortal(&mut memory(&[1]), &[0b10]).is_err());
        assert!(make_immortal(&mut memory(&[1]), &[0, 1]).is_err());
    }
}
