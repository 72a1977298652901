use std::time::Instant;

use crate::Silent;
use crate::fetch::{Fetcher, Package};

/// Set to run the test below, which downloads 98 MB.
const NETWORK: &str = "ASSAY_TEST_NETWORK";

#[test]
fn the_real_package_is_what_it_is_pinned_to_be() {
    if std::env::var_os(NETWORK).is_none() {
        return assay_testing::skip(&format!("set {NETWORK}=1 to download the package"));
    }
    let dir = tempfile::tempdir().unwrap();
    let begin = Instant::now();
    let mut fetched = Fetcher::from_env().fetch(&Package::PYTHON, dir.path(), &Silent).unwrap();
    eprintln!("fetched and checked in {:.2?}", begin.elapsed());
    let begin = Instant::now();
    let module = fetched.read("python.wasm").unwrap();
    assert!(module.starts_with(b"\0asm"));
    eprintln!("read {} bytes of python.wasm in {:.2?}", module.len(), begin.elapsed());
    let begin = Instant::now();
    let names: Vec<_> = fetched.names().map(str::to_owned).collect();
    let kept = names.iter().filter(|name| !name.ends_with(".wasm")).map(|name| (name.as_str(), name.as_str()));
    fetched.unpack(&dir.path().join("out"), &kept.collect::<Vec<_>>(), &Silent).unwrap();
    eprintln!("unpacked {} others in {:.2?}", names.len() - 2, begin.elapsed());
}
