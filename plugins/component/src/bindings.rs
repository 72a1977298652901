//! What `suite.wit` says, in Rust: were the two to diverge, this crate would not compile.
#![allow(missing_docs, unreachable_pub, unsafe_code, reason = "generated; suite.wit explains it")]

wasmtime::component::bindgen!({ path: "../api/wit", world: "plugin" });
