//! Executes untrusted programs inside WASI-compiled interpreters.
