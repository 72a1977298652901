//! Per-execution secrets.

/// 128 bits that no program can predict, in hexadecimal: always 32 characters, so that carrying one costs the same
/// fuel every time.
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn fresh() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
