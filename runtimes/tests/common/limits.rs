use std::time::Duration;

use assay_api::Limits;

/// Limits that a hostile program reaches soon.
pub(crate) fn reached_soon() -> Limits {
    Limits {
        fuel: 2_000_000_000,
        memory_bytes: 256 << 20,
        sleep: Duration::from_secs(1000),
        output_bytes: 4 << 20,
        capture_bytes: 64 << 10,
        file_bytes: 4 << 20,
        file_count: 100,
    }
}
