use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::{Config, Engine, WasmFeatures};

/// The engine that compiles and runs components. It shares nothing with the sandbox's but the crate.
pub(crate) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config.consume_fuel(true).wasm_component_model(true).wasm_backtrace_max_frames(None).generate_address_map(false);
    for unneeded in [
        WasmFeatures::THREADS,
        WasmFeatures::MEMORY64,
        WasmFeatures::CUSTOM_PAGE_SIZES,
        WasmFeatures::WIDE_ARITHMETIC,
        WasmFeatures::STACK_SWITCHING,
    ] {
        config.wasm_features(unneeded, false);
    }
    Engine::new(&config)
}

/// Everything that compiled code depends on besides what was compiled, as a digest in hexadecimal.
pub(crate) fn fingerprint(engine: &Engine) -> String {
    let mut fingerprint = Fingerprint(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut fingerprint);
    hex(&fingerprint.0.finalize())
}

/// `bytes` in lowercase hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hasher whose whole digest can be had.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
