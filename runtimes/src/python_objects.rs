//! Objects of CPython's that are not counted.
//!
//! An object's first word is its reference count. Counts from [`IMMORTAL_FROM`] on are never changed: such an object
//! lives for ever, and using it does not write to it.

/// The least count that is not changed, on 32-bit platforms.
const IMMORTAL_FROM: u32 = 1 << 30;

/// The count that CPython itself gives to immortal objects there.
const IMMORTAL: u32 = 5 << 28;

/// Makes the objects at `addresses` immortal; little-endian, four bytes each.
///
/// # Errors
/// When an address is not one of a living object.
pub(crate) fn make_immortal(memory: &mut [u8], addresses: &[u8]) -> Result<(), String> {
    let (addresses, rest) = addresses.as_chunks::<4>();
    if !rest.is_empty() {
        return Err("half an address".to_owned());
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

    #[test]
    fn living_objects_become_immortal_and_immortal_ones_stay_as_they_are() {
        let mut memory = [7_u32, 9, IMMORTAL_FROM + 3].map(u32::to_le_bytes).concat();
        let addresses = [4_u32, 8].map(u32::to_le_bytes).concat();
        assert_eq!(make_immortal(&mut memory, &addresses), Ok(()));
        assert_eq!(memory, [7, IMMORTAL, IMMORTAL_FROM + 3].map(u32::to_le_bytes).concat());
    }

    #[test]
    fn what_is_no_living_object_is_refused() {
        for address in [4_u32, 6, 8, u32::MAX] {
            let mut memory = [1_u32, 0].map(u32::to_le_bytes).concat();
            assert!(make_immortal(&mut memory, &address.to_le_bytes()).is_err(), "{address}");
        }
        assert!(make_immortal(&mut [0; 8], &[0; 3]).is_err());
    }
}
