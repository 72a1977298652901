//! What [`suite!`](crate::suite) exports: the table of `assay_suite.h` for a suite in Rust.
//!
//! No panic leaves the library: each is caught and told to the host.

use std::any::Any;
use std::ffi::{CStr, CString, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use assay_api::SuiteError;
pub use assay_api::native::Vtable;
use assay_api::native::{ABI_MAJOR, ABI_MINOR, Bytes, FAILED, Host, OK, PANICKED, UNSUPPORTED};

use crate::{Answering, Author, Data, ReadData, Refusal};

/// Exports a type that implements [`Author`] as a native library; the crate's type is `cdylib`.
#[macro_export]
macro_rules! suite {
    ($suite:ty) => {
        /// The table of this library's suite, for Assay.
        #[allow(unsafe_code, reason = "the host finds the suite by this name")]
        #[unsafe(no_mangle)]
        pub extern "C" fn assay_suite() -> *const $crate::native::Vtable {
            $crate::native::vtable::<$suite>()
        }
    };
}

/// The table of the suite `S`.
#[must_use]
pub fn vtable<S: Author>() -> &'static Vtable {
    const {
        &Vtable {
            abi_major: ABI_MAJOR,
            abi_minor: ABI_MINOR,
            size: size_of::<Vtable>(),
            open: Some(open::<S>),
            call: Some(call::<S>),
            free: Some(free),
            close: Some(close::<S>),
        }
    }
}

/// The host that a library was opened by.
struct NativeHost(Host);

// SAFETY: the host promises that its functions can be called from any thread between `open` and `close`.
#[expect(unsafe_code, reason = "the host's context is a pointer")]
unsafe impl Send for NativeHost {}
// SAFETY: as above.
#[expect(unsafe_code, reason = "the host's context is a pointer")]
unsafe impl Sync for NativeHost {}

impl ReadData for NativeHost {
    #[expect(unsafe_code, reason = "calls the host")]
    fn read(&self, path: &str, offset: u64, capacity: u32, content: &mut Vec<u8>) -> Result<(), SuiteError> {
        let none = || SuiteError::Internal(format!("the suite has no data {path:?}"));
        let name = CString::new(path).map_err(|_| none())?;
        let start = content.len();
        content.resize(start + capacity as usize, 0);
        // SAFETY: the host's table is valid until `close`, which drops all suites first; the buffer has room for as many bytes.
        let read = unsafe {
            (self.0.read)(self.0.context, name.as_ptr(), offset, content[start..].as_mut_ptr(), capacity as usize)
        };
        content.truncate(start + usize::try_from(read).unwrap_or(0));
        if read < 0 { Err(none()) } else { Ok(()) }
    }
}

#[expect(unsafe_code, reason = "called by the host with its pointers")]
unsafe extern "C" fn open<S: Author>(host: *const Host, suite: *mut *mut c_void, response: *mut Bytes) -> i32 {
    let opened = guarded(|| {
        // SAFETY: the host gives a table that is valid until `close`.
        let host = unsafe { host.read() };
        Ok(Box::into_raw(Box::new(Answering::<S>::new(Data::new(NativeHost(host))))))
    });
    match opened {
        Ok(made) => {
            // SAFETY: the host gives a place for the suite.
            unsafe { suite.write(made.cast()) };
            OK
        }
        // SAFETY: the host gives a place for the response.
        Err((status, message)) => unsafe { respond(status, message, response) },
    }
}

#[expect(unsafe_code, reason = "called by the host with its pointers")]
unsafe extern "C" fn call<S: Author>(
    suite: *mut c_void,
    method: *const c_char,
    request: *const u8,
    request_size: usize,
    response: *mut Bytes,
) -> i32 {
    let answer = guarded(|| {
        // SAFETY: the host hands back what `open` made, until `close`; it is only read.
        let suite = unsafe { &*suite.cast::<Answering<S>>() };
        // SAFETY: the name of a method is a string with a zero at its end.
        let method = unsafe { CStr::from_ptr(method) };
        let request = match request_size {
            0 => &[],
            // SAFETY: the host says that so many bytes are there.
            _ => unsafe { std::slice::from_raw_parts(request, request_size) },
        };
        let malformed = |_| Refusal::Failed(SuiteError::Internal("the request is not UTF-8".into()));
        let request = std::str::from_utf8(request).map_err(malformed)?;
        suite.answer(method.to_str().map_err(|_| Refusal::Unknown)?, request)
    });
    let (status, text) = answer.map_or_else(|failed| failed, |text| (OK, text));
    // SAFETY: the host gives a place for the response.
    unsafe { respond(status, text, response) }
}

#[expect(unsafe_code, reason = "called by the host with its pointers")]
unsafe extern "C" fn free(bytes: Bytes) {
    if !bytes.data.is_null() {
        // SAFETY: the host hands back what `respond` gave away, once.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(bytes.data, bytes.size)) });
    }
}

#[expect(unsafe_code, reason = "called by the host with its pointers")]
unsafe extern "C" fn close<S: Author>(suite: *mut c_void) {
    // SAFETY: the host hands back what `open` made, once, and calls it no more.
    let suite = unsafe { Box::from_raw(suite.cast::<Answering<S>>()) };
    // A suite that panics when it is dropped must not end the host.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(suite)));
}

/// What `work` gives, or a status and a message.
fn guarded<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, (i32, String)> {
    // Nothing is seen in a broken state afterwards: suites have no state, and their locks can be taken again.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Refusal::Unknown)) => Err((UNSUPPORTED, String::new())),
        Ok(Err(refusal)) => Err((FAILED, serde_json::to_string(&refusal.failure()).unwrap_or_default())),
        Err(panic) => Err((PANICKED, message(&*panic).to_owned())),
    }
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

/// Gives the host `text` and returns `status`.
#[expect(unsafe_code, reason = "writes to the host's place")]
unsafe fn respond(status: i32, text: String, response: *mut Bytes) -> i32 {
    let size = text.len();
    let bytes = match size {
        0 => Bytes::NONE,
        _ => Bytes { data: Box::into_raw(text.into_bytes().into_boxed_slice()).cast(), size },
    };
    // SAFETY: the caller has a place for the response from the host.
    unsafe { response.write(bytes) };
    status
}
