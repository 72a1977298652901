use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::Arc;

use assay_api::call::{Method, PluginFailure};
use assay_api::native::{Bytes, FAILED, Host, OK, PANICKED, UNSUPPORTED};

use super::library::Functions;
use crate::plugin::{CallError, Connection, PluginData};

/// The longest response that is read, in bytes. A library that gives more has lost its way.
const MAX_RESPONSE: usize = 1 << 30;

/// A suite that a library has opened.
pub(super) struct NativeConnection {
    functions: Functions,
    suite: *mut c_void,
    /// What the library may ask of us. It holds pointers to both, so they stay where they are until it is closed.
    _host: Box<Host>,
    _data: Arc<PluginData>,
}

// SAFETY: the interface demands of libraries that `call` can come from any thread, and from several at once; `open` and
// `close` come once each, before and after. What the pointers of `_host` lead to is only read.
#[expect(unsafe_code, reason = "the library's handle is a pointer")]
unsafe impl Send for NativeConnection {}
// SAFETY: as above.
#[expect(unsafe_code, reason = "the library's handle is a pointer")]
unsafe impl Sync for NativeConnection {}

impl NativeConnection {
    #[expect(unsafe_code, reason = "calls the library")]
    pub(super) fn open(functions: Functions, data: Arc<PluginData>) -> Result<Self, String> {
        let context = Arc::as_ptr(&data).cast_mut().cast::<c_void>();
        let host = Box::new(Host { size: size_of::<Host>(), context, read });
        let (mut suite, mut response) = (ptr::null_mut(), Bytes::NONE);
        // SAFETY: all pointers are valid for the call, and what `host` leads to lives until `close`.
        let status = unsafe { (functions.open)(&raw const *host, &raw mut suite, &raw mut response) };
        let response = take(functions, response)?;
        match result(status, response) {
            Ok(_) => Ok(NativeConnection { functions, suite, _host: host, _data: data }),
            Err(CallError::Unknown) => Err("it does not open: unsupported".to_owned()),
            Err(CallError::Broken(message)) => Err(format!("it does not open: {message}")),
            Err(CallError::Suite(error)) => Err(format!("it does not open: {error}")),
        }
    }
}

impl Connection for NativeConnection {
    #[expect(unsafe_code, reason = "calls the library")]
    fn call(&self, method: Method, request: &str) -> Result<String, CallError> {
        let method = CString::new(method.name()).expect("names of methods have no zero");
        let mut response = Bytes::NONE;
        // SAFETY: the suite is open, the pointers are valid for the call and the request is as long as it says.
        let status = unsafe {
            (self.functions.call)(self.suite, method.as_ptr(), request.as_ptr(), request.len(), &raw mut response)
        };
        result(status, take(self.functions, response).map_err(CallError::Broken)?)
    }
}

impl Drop for NativeConnection {
    #[expect(unsafe_code, reason = "calls the library")]
    fn drop(&mut self) {
        // SAFETY: the suite is open, and nobody can call it any more.
        unsafe { (self.functions.close)(self.suite) };
    }
}

/// What a call gave, by its status.
fn result(status: i32, response: Vec<u8>) -> Result<String, CallError> {
    let text = |bytes| String::from_utf8(bytes).map_err(|_| CallError::Broken("the response is not UTF-8".to_owned()));
    match status {
        OK => text(response),
        UNSUPPORTED => Err(CallError::Unknown),
        FAILED => {
            let text = text(response)?;
            Err(match serde_json::from_str::<PluginFailure>(&text) {
                Ok(failure) => CallError::Suite(failure.into()),
                Err(_) if text.is_empty() => CallError::Broken("it failed and does not say why".to_owned()),
                Err(_) => CallError::Broken(text),
            })
        }
        PANICKED => Err(CallError::Broken(format!("it panicked: {}", text(response)?))),
        other => Err(CallError::Broken(format!("it gave the status {other}, which means nothing"))),
    }
}

/// Our own copy of what the library gave, which gets its bytes back.
#[expect(unsafe_code, reason = "reads memory of the library's")]
fn take(functions: Functions, bytes: Bytes) -> Result<Vec<u8>, String> {
    if bytes.data.is_null() {
        return if bytes.size == 0 { Ok(Vec::new()) } else { Err("it gave a response that is nowhere".to_owned()) };
    }
    let copied = if bytes.size <= MAX_RESPONSE {
        // SAFETY: the library says that so many bytes are there, and they are its own until `free`.
        Ok(unsafe { std::slice::from_raw_parts(bytes.data, bytes.size) }.to_vec())
    } else {
        Err(format!("it gave a response of {} bytes", bytes.size))
    };
    // SAFETY: the bytes came from the library, and are given back once.
    unsafe { (functions.free)(bytes) };
    copied
}

/// [`Host::read`].
#[expect(unsafe_code, reason = "called by the library with its pointers")]
unsafe extern "C" fn read(
    context: *mut c_void,
    path: *const c_char,
    offset: u64,
    buffer: *mut u8,
    capacity: usize,
) -> i64 {
    if context.is_null() || path.is_null() || (buffer.is_null() && capacity > 0) {
        return -1;
    }
    // SAFETY: the context is the data that its connection holds until `close`, and nobody changes it.
    let data = unsafe { &*context.cast::<PluginData>() };
    // SAFETY: the interface demands a string with a zero at its end.
    let path = unsafe { CStr::from_ptr(path) };
    let Some(piece) = path.to_str().ok().and_then(|path| data.read(path, offset, capacity)) else { return -1 };
    // SAFETY: the library says that so many bytes have room at `buffer`, and the piece is not longer.
    unsafe { ptr::copy_nonoverlapping(piece.as_ptr(), buffer, piece.len()) };
    i64::try_from(piece.len()).unwrap_or(-1)
}
